// An opening handshake that fails, as each runtime tells of it: what follows is the same.

import assert from "node:assert/strict";
import { test } from "node:test";
import { openBrowser, record, recordTypes, until } from "./fakes/browser.js";
import { SessionServer } from "./fakes/session_server.js";

/** What a runtime does to a socket whose handshake failed. */
const WAYS = {
  "`error` and then `close` with 1006": (socket) => socket.drop(),
  "`error` alone, as Node 22": (socket) => socket.onerror(new Event("error")),
  "`error` alone, as Chromium where the page's policy forbids to connect": (socket) => {
    socket.readyState = 3;
    socket.onerror(new Event("error"));
  },
  "`error` and then `close` with 1002, as Node 24.0": (socket) => {
    socket.readyState = 3;
    socket.onerror(new Event("error"));
    socket.onclose(Object.assign(new Event("close"), { code: 1002, reason: "", wasClean: false }));
  },
};

for (const [way, fail] of Object.entries(WAYS)) {
  for (const session of [false, true]) {
    test(`${way}: it is tried again ${session ? "in a session" : "without a session"}`, async (t) => {
      const browser = openBrowser(t);
      const client = await (session ? new SessionServer(browser).dial() : browser.dial());
      const types = recordTypes(client);
      const events = record(client, "reconnecting");
      fail(browser.socket);
      assert.deepEqual(types, ["reconnecting"]);
      assert.deepEqual([events[0].cause, events[0].code, events[0].reason], ["closed", 1006, ""]);
      await browser.clock.pass(events[0].delay);
      await until(() => browser.sockets.length === 2);
    });
  }

  test(`${way}: without retries it ends with error and close`, async (t) => {
    const browser = openBrowser(t);
    const client = await browser.dial({ maxAttempts: 0 });
    const types = recordTypes(client);
    const closes = record(client, "close");
    fail(browser.socket);
    assert.deepEqual(types, ["error", "close"]);
    assert.deepEqual([closes[0].code, closes[0].reason, closes[0].wasClean], [1006, "", false]);
  });
}

test("a socket that a session has let go is not heard, however it fails", async (t) => {
  const browser = openBrowser(t);
  const client = await new SessionServer(browser).dial();
  const [first] = browser.sockets;
  client.reconnect();
  assert.equal(first.onerror, null);
});
