// Topics over cuts, and over the loss of the session: read on by themselves.

import assert from "node:assert/strict";
import { test } from "node:test";
import { openBrowser, record } from "./fakes/browser.js";
import { received, SessionServer } from "./fakes/session_server.js";

/** A page that has read the topic `orders` up to its fourth message. */
async function reading(t) {
  const server = new SessionServer(openBrowser(t));
  const client = await server.connect();
  const orders = client.subscribe("orders");
  server.socket.deliver("recovered 7 t abc 3 orders");
  server.socket.deliver("s7 4\nfour");
  server.socket.deliver("a1");
  await received(server.socket);
  return { server, client, orders };
}

test("a topic is read on right after what was read", async (t) => {
  const { server, orders } = await reading(t);
  const [again, messages] = [record(orders, "subscribed"), record(orders, "message")];
  await server.cut();
  const { lines } = server.resumed({ accepted: 1, lines: ["recovered 9 t abc 4 orders"] });
  assert.deepEqual(lines, ["stream t abc 4 orders"]);
  server.socket.deliver("s9 5\nfive");
  assert.deepEqual([messages.map(({ lastEventId }) => lastEventId), again.length], [["abc-5"], 0]);
});

test("what was missed beyond the server's memory is told", async (t) => {
  const { server, orders } = await reading(t);
  const gaps = record(orders, "gap");
  await server.cut();
  server.resumed({ accepted: 1, lines: ["gap 9 t abc 5 8 orders"] });
  assert.deepEqual([gaps.length, gaps[0].from, gaps[0].to, orders.position], [1, 5, 8, "abc-8"]);
});

test("a topic that the answer leaves out is asked for again, from where it was", async (t) => {
  const { server, orders } = await reading(t);
  const errors = record(orders, "error");
  await server.cut();
  server.resumed({ accepted: 1 });
  assert.deepEqual(await received(server.socket), ["t2 abc 4 orders"]);
  server.socket.deliver("recovered 9 t abc 4 orders");
  assert.equal(orders.status, "subscribed");
  await server.cut();
  server.resumed({ accepted: 2 });
  server.socket.deliver("e1 3 6\nno such topic");
  assert.deepEqual([errors[0].error.kind, orders.status], ["unknownName", "unsubscribed"]);
});

test("a topic that was not answered is asked for again as it was first", async (t) => {
  const server = new SessionServer(openBrowser(t));
  const client = await server.connect();
  client.subscribe("orders", { last: 5 });
  await server.cut();
  const { lines } = server.resumed({ accepted: 1 });
  assert.deepEqual([lines, await received(server.socket)], [[], ["t2 * 5 orders"]]);
});

test("a topic is read on in another session", async (t) => {
  const { server, orders } = await reading(t);
  const messages = record(orders, "message");
  await server.cut();
  server.fresh("expired", { lines: ["recovered 9 t abc 4 orders"] });
  server.socket.deliver("s9 5\nfive");
  assert.deepEqual([messages[0].data, orders.status], ["five", "subscribed"]);
});

test("a topic that was given up while there was no connection is not read on", async (t) => {
  const { server, orders } = await reading(t);
  await server.cut();
  orders.unsubscribe();
  const { lines } = server.resumed({ accepted: 1 });
  assert.deepEqual([lines, await received(server.socket)], [[], ["u2 orders"]]);
});

test("a publication that was not taken in is published again, and one that was is not", async (t) => {
  const { server, orders } = await reading(t);
  const [first, second] = ["first", "second"].map((text) => orders.publish(text));
  await server.cut();
  server.resumed({ accepted: 2, done: 1, lines: ["recovered 9 t abc 4 orders"] });
  assert.deepEqual(await received(server.socket), ["w3 orders\nsecond"]);
  server.socket.deliver("a3");
  await first.acknowledged;
  await second.acknowledged;
});

test("the second connection takes over without a message missed or told twice", async (t) => {
  const { server, orders } = await reading(t);
  const messages = record(orders, "message");
  const first = server.socket;
  const second = await server.move();
  server.accept(second);
  first.deliver("s7 5\nfive");
  server.resume({ accepted: 1, lines: ["recovered 9 t abc 4 orders"] });
  second.deliver("s9 5\nfive");
  second.deliver("s9 6\nsix");
  assert.deepEqual([messages.map(({ data }) => data), orders.position], [["five", "six"], "abc-6"]);
});
