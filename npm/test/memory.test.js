// A message that nobody needs any more is collected.

import assert from "node:assert/strict";
import { test } from "node:test";
import { openBrowser } from "./fakes/browser.js";
import { assertCollected, COUNT } from "./fakes/garbage.js";

/** Has `client` send blobs, which it keeps as they are, and returns weak references to them. */
function sendBlobs(client) {
  return Array.from({ length: COUNT }, () => {
    const blob = new Blob(["0123456789abcdef"]);
    try {
      client.send(blob);
    } catch (error) {
      assert.equal(error.name, "QuotaExceededError");
    }
    return new WeakRef(blob);
  });
}

test("messages that were queued and sent", async (t) => {
  const browser = openBrowser(t);
  const client = await browser.dial();
  const blobs = sendBlobs(client);
  browser.socket.accept();
  assert.equal(browser.socket.sent.length, COUNT);
  browser.socket.sent.length = 0;
  await assertCollected(blobs);
  assert.equal(client.status, "open");
});

test("messages that found no room", async (t) => {
  const browser = openBrowser(t);
  const client = await browser.dial({ maxQueueBytes: 0 });
  await assertCollected(sendBlobs(client));
  assert.equal(client.status, "connecting");
});

test("messages that were queued when the end came", async (t) => {
  const browser = openBrowser(t);
  const client = await browser.dial();
  const blobs = sendBlobs(client);
  client.close();
  await browser.clock.pass(0);
  await assertCollected(blobs);
  assert.equal(client.bufferedAmount, COUNT * 16);
});
