// Batches that are short, and take turns: what disturbs one client disturbs the next one, too.

/** So few that the system seldom takes the processor away meanwhile. */
export const MESSAGES = 1_000;

const BATCHES = 20;

/**
 * The median of what a message costs by way of each client, in nanoseconds.
 *
 * `batch(client)` answers with, or resolves with, the milliseconds that `messages` of them took.
 */
export async function costs(clients, batch, messages = MESSAGES) {
  const measured = {};
  for (const name in clients) measured[name] = [];
  for (let number = 0; number < BATCHES; number++) {
    for (const name in clients) {
      // The browser clears up what the last batch has left.
      await new Promise((resolve) => setTimeout(resolve, 1));
      measured[name].push(((await batch(clients[name])) * 1e6) / messages);
    }
  }
  for (const name in measured) measured[name] = measured[name].sort((one, other) => one - other)[BATCHES / 2];
  return measured;
}
