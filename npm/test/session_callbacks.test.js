// The application's callbacks may throw, send, close and reconnect, whenever they are called.

import assert from "node:assert/strict";
import { test } from "node:test";
import { FIRST_RETRY, openBrowser, record, recordTypes } from "./fakes/browser.js";
import { received, SessionServer } from "./fakes/session_server.js";
import { uncaught } from "./fakes/uncaught.js";

for (const type of ["open", "message", "session", "gap", "reconnecting"]) {
  test(`a handler of ${type} that throws is reported, and the session goes on`, async (t) => {
    const server = new SessionServer(openBrowser(t));
    const client = await server.dial();
    client.addEventListener(type, () => {
      throw new Error("the application's");
    });
    const errors = await uncaught(async () => {
      server.welcome();
      server.socket.deliver("d1\none");
      await server.cut();
      server.resumed({ oldest: 5 });
    });
    assert.deepEqual(errors.map(({ message }) => message), ["the application's"]);
    client.send("goes on");
    assert.deepEqual(await received(server.socket), ["d1\ngoes on"]);
  });

  test(`a handler of ${type} may close`, async (t) => {
    const browser = openBrowser(t);
    const server = new SessionServer(browser);
    const client = await server.dial();
    const types = recordTypes(client);
    client.addEventListener(type, () => client.close());
    server.welcome();
    if (client.readyState === 1) server.socket.deliver("d1\none");
    if (client.readyState === 1) {
      server.socket.drop();
      await browser.clock.pass(FIRST_RETRY);
      if (browser.sockets.length > 1) server.resumed({ oldest: 5 });
    }
    server.socket.finish();
    await browser.clock.pass(60_000);
    assert.equal(types.at(-1), "close");
    assert.equal(types.filter((name) => name === "close").length, 1);
    assert.equal(client.status, "closed");
  });
}

test("what handlers send in their turn is numbered in that order", async (t) => {
  const server = new SessionServer(openBrowser(t));
  const client = await server.connect();
  client.send("lost");
  await server.cut();
  client.send("waits");
  client.onsession = () => client.send("in session");
  client.onopen = () => client.send("in open");
  client.ongap = () => client.send("in gap");
  server.fresh("expired", { oldest: 3 });
  assert.deepEqual(await received(server.socket), ["d1\nwaits", "d2\nin session", "d3\nin open", "d4\nin gap"]);
});

test("an error handler that reconnects after a violation begins another session, and no close follows", async (t) => {
  const browser = openBrowser(t);
  const server = new SessionServer(browser);
  const client = await server.connect();
  const closes = record(client, "close");
  client.onerror = () => client.reconnect();
  server.socket.deliver("nonsense");
  await browser.clock.pass(0);
  server.welcome();
  assert.deepEqual([client.status, closes.length], ["open", 0]);
});
