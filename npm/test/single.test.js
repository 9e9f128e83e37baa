// With `maxAttempts: 0`: what the browser's own WebSocket does, errors included (compared in `tests/tests/drop_in`).

import assert from "node:assert/strict";
import { test } from "node:test";
import { openBrowser, recordTypes } from "./fakes/browser.js";

const SINGLE = { maxAttempts: 0 };

test("send before it is open throws InvalidStateError, and nothing is queued", async (t) => {
  const browser = openBrowser(t);
  const client = await browser.dial(SINGLE);
  assert.throws(() => client.send("early"), { name: "InvalidStateError" });
  assert.equal(client.bufferedAmount, 0);
  browser.socket.accept();
  client.send("now");
  assert.deepEqual(browser.socket.sent, ["now"]);
});

test("close before it is open is an error", async (t) => {
  const browser = openBrowser(t);
  const client = await browser.dial(SINGLE);
  const types = recordTypes(client);
  client.close();
  await browser.clock.pass(0);
  assert.deepEqual(types, ["error", "close"]);
});

for (const code of [1000, 1001, 1012, 3000, 4500]) {
  test(`a closing handshake with ${code} is the end and no error`, async (t) => {
    const browser = openBrowser(t);
    const client = await browser.connect(SINGLE);
    const types = recordTypes(client);
    browser.socket.finish(code);
    await browser.clock.pass(60_000);
    assert.deepEqual(types, ["close"]);
    assert.equal(browser.sockets.length, 1);
  });
}

test("a connection that is cut is an error where the browser says so", async (t) => {
  const browser = openBrowser(t);
  for (const isTold of [true, false]) {
    const client = await browser.connect(SINGLE);
    const types = recordTypes(client);
    if (!isTold) browser.socket.onerror = null;
    browser.socket.drop();
    assert.deepEqual(types, isTold ? ["error", "close"] : ["close"]);
  }
});

test("a server that never answers, a URL that nobody finds and a silent peer are errors", async (t) => {
  const browser = openBrowser(t);
  const slow = recordTypes(await browser.dial(SINGLE));
  await browser.clock.pass(10_000);
  const noToken = () => new Promise((_, reject) => setTimeout(() => reject(new Error("no token")), 10));
  const lost = recordTypes(await browser.dial(SINGLE, noToken));
  await browser.clock.pass(10);
  const silent = recordTypes(await browser.connect({ ...SINGLE, heartbeat: { expectReply: true } }));
  await browser.clock.pass(35_000);
  assert.deepEqual([slow, lost, silent], [["error", "close"], ["error", "close"], ["stale", "error", "close"]]);
});

test("a connection that began again is judged by itself", async (t) => {
  const browser = openBrowser(t);
  const client = await browser.connect(SINGLE);
  browser.socket.drop();
  client.reconnect();
  await browser.clock.pass(0);
  browser.socket.accept();
  const types = recordTypes(client);
  browser.socket.finish(1001);
  assert.deepEqual(types, ["close"]);
});

test("a connection that the back-forward cache took is over when the page is back", async (t) => {
  const browser = openBrowser(t);
  const client = await browser.connect(SINGLE);
  const types = recordTypes(client);
  browser.page.tell("pagehide", { persisted: true });
  assert.deepEqual(types, []);
  browser.page.tell("pageshow", { persisted: true });
  await browser.clock.pass(60_000);
  assert.deepEqual(types, ["error", "close"]);
  assert.equal(browser.sockets.length, 1);
});
