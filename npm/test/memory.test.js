// What nobody needs any more is collected.

import assert from "node:assert/strict";
import { test } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { openBrowser } from "./fakes/browser.js";
import { settle } from "./fakes/clock.js";

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc");

/** How many of each kind are made. Collectors promise nothing, so one may linger on the stack; a leak keeps all. */
const COUNT = 20;

/** Collects until at most one of `objects` is left, and checks that it came to that. */
async function assertCollected(objects) {
  const left = () => objects.filter((object) => object.deref()).length;
  for (let turns = 0; left() > 1 && turns < 100; turns++) {
    // A weak reference that was followed holds until the turn is over.
    await settle();
    collectGarbage();
  }
  assert.ok(left() <= 1, `${left()} of ${objects.length} are left`);
}

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

test("a client that is over, with handlers that hold it", async (t) => {
  const browser = openBrowser(t);
  const clients = [];
  for (let i = 0; i < COUNT; i++) {
    const client = await browser.connect({ heartbeat: true });
    clients.push(new WeakRef(client));
    client.onmessage = () => client.send("reply");
    browser.socket.deliver("request");
    client.close();
    browser.socket.finish();
  }
  browser.sockets.length = 0;
  await assertCollected(clients);
});

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
