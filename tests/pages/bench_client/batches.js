// Batches that are short, and take turns: what disturbs one client disturbs the next one, too.

/**
 * What a message costs by way of each client: the `nanoseconds` that a quarter of the batches stay below, and how many
 * `times` what it costs the first client, which is the median of the turns.
 *
 * The nanoseconds are no median: on a machine that does something else beside, most batches are interrupted, and what
 * that takes is nobody's cost. A turn's ratio is of two batches that follow each other soon, and a machine is slow or
 * fast for longer than that. There are `batches` turns, and `batch(client)` answers with, or resolves with, the
 * nanoseconds of a message.
 */
export async function costs(clients, batches, batch) {
  const names = Object.keys(clients);
  const turns = [];
  for (let number = 0; number < batches; number++) {
    const turn = {};
    // What one leaves to be cleared up is not always the same one's to wait for.
    for (const name of shuffled(names)) {
      await new Promise((resolve) => setTimeout(resolve, 1));
      turn[name] = await batch(clients[name]);
    }
    turns.push(turn);
  }
  const measured = (name) => ({
    nanoseconds: quantile(1 / 4, turns.map((turn) => turn[name])),
    times: quantile(1 / 2, turns.map((turn) => turn[name] / turn[names[0]])),
  });
  return Object.fromEntries(names.map((name) => [name, measured(name)]));
}

/** The nanoseconds of one of `messages`, of which all together took the milliseconds `elapsed`. */
export function each(messages, elapsed) {
  return (elapsed * 1e6) / messages;
}

function shuffled(names) {
  return names.map((name) => [Math.random(), name]).sort(([one], [other]) => one - other).map(([, name]) => name);
}

/** What the share `part` of `values` stays below. */
function quantile(part, values) {
  return values.sort((one, other) => one - other)[Math.floor(values.length * part)];
}
