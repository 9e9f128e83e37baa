/**
 * When what was sent has left.
 *
 * A browser tells nobody that a socket's `bufferedAmount` falls, so it is asked, ever more rarely.
 */

/** Milliseconds between two looks, the longest. */
const RARELY = 1_000;

/** Fulfilled when `sender` has at most `mark` bytes left, or sends no more. */
export async function drained(sender: Pick<WebSocket, "bufferedAmount" | "readyState">, mark: number): Promise<void> {
  for (let delay = 5; sender.bufferedAmount > mark && sender.readyState < 3; ) {
    delay = Math.min(2 * delay, RARELY);
    await new Promise((resolve) => setTimeout(resolve, delay));
  }
}
