// readyState and status over a life, and the events between them.

import assert from "node:assert/strict";
import { test } from "node:test";
import { FIRST_RETRY, openBrowser } from "./fakes/browser.js";

/** Both views of a client's state. */
const states = (client) => [client.readyState, client.status];

test("each state shows in readyState and in status", async (t) => {
  const browser = openBrowser(t);
  const client = await browser.dial();
  assert.deepEqual(states(client), [0, "connecting"]);
  browser.socket.accept();
  assert.deepEqual(states(client), [1, "open"]);
  browser.socket.drop();
  assert.deepEqual(states(client), [0, "reconnecting"], "between two attempts");
  await browser.clock.pass(FIRST_RETRY);
  assert.deepEqual(states(client), [0, "reconnecting"], "during the second attempt");
  browser.socket.accept();
  assert.deepEqual(states(client), [1, "open"]);
  client.close();
  assert.deepEqual(states(client), [2, "closing"]);
  browser.socket.finish();
  assert.deepEqual(states(client), [3, "closed"]);
});

test("a first attempt that failed is followed by reconnecting, not by connecting", async (t) => {
  const browser = openBrowser(t);
  const client = await browser.dial();
  browser.socket.drop();
  assert.deepEqual(states(client), [0, "reconnecting"]);
});

test("a handler finds the state that its event tells", async (t) => {
  const browser = openBrowser(t);
  const client = await browser.dial();
  const seen = [];
  for (const type of ["open", "reconnecting", "error", "close"]) {
    client.addEventListener(type, () => seen.push([type, ...states(client)]));
  }
  browser.socket.accept();
  browser.socket.drop();
  await browser.clock.pass(FIRST_RETRY);
  browser.socket.accept();
  // 1008 says not to come back.
  browser.socket.finish(1008, "policy");
  assert.deepEqual(seen, [
    ["open", 1, "open"],
    ["reconnecting", 0, "reconnecting"],
    ["open", 1, "open"],
    ["close", 3, "closed"],
  ]);
});
