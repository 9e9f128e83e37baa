// An order, placed once however often it has to be asked for.

const FIRST_PAUSE = 500; // Milliseconds; doubled with each attempt.
const LONGEST_PAUSE = 10_000;

/**
 * Places an order of `wishes` and returns it as the shop wrote it down.
 *
 * Where no answer comes the order may be there or not, so it is asked for again
 * under the same key, by which the shop knows it.
 */
export async function placeOrder(wishes) {
  const request = {
    method: "POST",
    headers: { "Content-Type": "application/json", "Idempotency-Key": newKey() },
    body: JSON.stringify(wishes),
  };
  for (let pause = FIRST_PAUSE; ; pause = Math.min(pause * 2, LONGEST_PAUSE)) {
    const answer = await fetch("/s5/orders", request).catch(() => undefined);
    if (answer?.ok) return answer.json();
    if (answer && answer.status < 500) throw new Error(await answer.text());
    await new Promise((resolve) => setTimeout(resolve, Math.random() * pause));
  }
}

function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
