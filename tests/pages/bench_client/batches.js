// Batches that are short, and take turns: what disturbs one client disturbs the next one, too.

/**
 * What a message costs by way of each client, in nanoseconds: what a quarter of the batches stay below.
 *
 * Not their median: on a machine that does something else beside, most of them are interrupted, and what that takes is
 * nobody's cost. There are `batches` for each, and `batch(client)` answers with, or resolves with, the nanoseconds of a message.
 */
export async function costs(clients, batches, batch) {
  const measured = {};
  for (const name in clients) measured[name] = [];
  for (let number = 0; number < batches; number++) {
    for (const name in clients) {
      // The browser clears up what the last batch has left.
      await new Promise((resolve) => setTimeout(resolve, 1));
      measured[name].push(await batch(clients[name]));
    }
  }
  for (const name in measured) measured[name] = measured[name].sort((one, other) => one - other)[batches / 4];
  return measured;
}

/** The nanoseconds of one of `messages`, of which all together took the milliseconds `elapsed`. */
export function each(messages, elapsed) {
  return (elapsed * 1e6) / messages;
}
