// The application's callbacks may throw, send, close and reconnect, whenever they are called.

import assert from "node:assert/strict";
import { test } from "node:test";
import { FIRST_RETRY, openBrowser, record, recordTypes } from "./fakes/browser.js";
import { settle } from "./fakes/clock.js";
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

for (const type of ["open", "message", "session", "gap", "reconnecting"]) {
  test(`a handler of ${type} may begin another session, and use it at once`, async (t) => {
    const browser = openBrowser(t);
    const server = new SessionServer(browser);
    const client = await server.dial();
    const begun = {};
    client.addEventListener(type, () => {
      if (begun.sent) return;
      client.close();
      client.reconnect();
      begun.topic = client.subscribe("orders");
      begun.sent = client.send("hello again");
    });
    server.welcome();
    if (!begun.sent) for (const text of ["a", "b", "c"]) client.send(text);
    if (!begun.sent) server.socket.deliver("a2");
    if (!begun.sent && type === "message") server.socket.deliver("d1\none");
    if (!begun.sent) await server.cut();
    if (!begun.sent) server.resumed({ accepted: 3, done: 3, oldest: 5 });
    await browser.clock.pass(FIRST_RETRY);
    const { socket } = browser;
    server.welcome();
    assert.deepEqual(await received(socket), ["t1 * 0 orders", "d2\nhello again"]);
    assert.equal(begun.topic.status, "subscribing");
    socket.deliver("a2");
    await begun.sent;
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

test("a reply that its session took with it does not wait for ever", async (t) => {
  const browser = openBrowser(t);
  const server = new SessionServer(browser);
  const client = await server.connect();
  let reply;
  client.onRequest(() => new Promise((resolve) => (reply = resolve)));
  server.socket.deliver("r1\nq");
  await settle();
  await server.cut();
  reply("x".repeat(50));
  client.send("waits");
  await settle();
  assert.equal(client.bufferedAmount, 55);
  server.fresh("expired");
  assert.deepEqual([client.bufferedAmount, await received(server.socket)], [0, ["d1\nwaits"]]);
});
