// Topics: from the subscription to its end, on a connection that holds.

import assert from "node:assert/strict";
import { test } from "node:test";
import { RequestError, StayWire, Topic } from "../dist/index.js";
import { openBrowser, record, URL_OF_SERVER } from "./fakes/browser.js";
import { received, SessionServer } from "./fakes/session_server.js";

const TYPES = ["subscribed", "message", "gap", "reset", "presence", "error", "close"];

/** What `topic` fires from now on, in order. */
function recordTopic(topic) {
  const types = [];
  for (const type of TYPES) topic.addEventListener(type, () => types.push(type));
  return types;
}

/** A page that reads the topic `orders` right after its third message. */
async function reading(t) {
  const server = new SessionServer(openBrowser(t));
  const client = await server.connect();
  const orders = client.subscribe("orders");
  assert.deepEqual(await received(server.socket), ["t1 * 0 orders"]);
  server.socket.deliver("recovered 7 t abc 3 orders");
  return { server, client, orders };
}

test("a topic is asked for, and read once the server says so", async (t) => {
  const server = new SessionServer(openBrowser(t));
  const client = await server.connect();
  const orders = client.subscribe("orders");
  const types = recordTopic(orders);
  assert.deepEqual([orders instanceof Topic, orders.name, orders.status, orders.position], [true, "orders", "subscribing", undefined]);
  server.socket.deliver("recovered 7 t abc 3 orders");
  assert.deepEqual([orders.status, orders.position], ["subscribed", "abc-3"]);
  const messages = record(orders, "message");
  server.socket.deliver("s7 4\nfour");
  assert.deepEqual(types, ["subscribed", "message"]);
  const [{ data, lastEventId, origin }] = messages;
  assert.deepEqual([data, lastEventId, origin, orders.position], ["four", "abc-4", "wss://server.example", "abc-4"]);
});

test("a topic's messages are not the page's", async (t) => {
  const { server, client } = await reading(t);
  const messages = record(client, "message");
  server.socket.deliver("s7 4\nfour");
  assert.equal(messages.length, 0);
});

test("a topic is asked for from a position, or with its last messages", async (t) => {
  const server = new SessionServer(openBrowser(t));
  const client = await server.connect();
  const kept = client.subscribe("kept", { since: "abc-12", last: 5 });
  client.subscribe("last", { last: 5 });
  client.subscribe("first visit", { since: null });
  assert.equal(kept.position, "abc-12");
  assert.deepEqual(await received(server.socket), ["t1 abc 12 kept", "t2 * 5 last", "t3 * 0 first%20visit"]);
});

test("what is subscribed to and given up before there is a session comes to that in its order", async (t) => {
  const server = new SessionServer(openBrowser(t));
  const client = new StayWire(URL_OF_SERVER, { session: true });
  const first = client.subscribe("orders");
  first.unsubscribe();
  const second = client.subscribe("orders", { last: 2 });
  client.send("after");
  await server.dialled();
  server.welcome();
  assert.deepEqual([first.status, second.status], ["unsubscribed", "subscribing"]);
  assert.deepEqual(await received(server.socket), ["t1 * 0 orders", "u2 orders", "t3 * 2 orders", "d4\nafter"]);
  server.socket.deliver("recovered 7 t abc 3 orders");
  assert.equal(second.status, "subscribing", "the first line answers what was given up");
  server.socket.deliver("recovered 7 t abc 1 orders");
  assert.deepEqual([second.status, second.position], ["subscribed", "abc-1"]);
});

test("a name may have any characters", async (t) => {
  const server = new SessionServer(openBrowser(t));
  const client = await server.connect();
  const topic = client.subscribe("订单/50% off");
  const [asked] = await received(server.socket);
  assert.equal(asked, "t1 * 0 %E8%AE%A2%E5%8D%95/50%25%20off");
  server.socket.deliver("recovered 7 t abc 0 %E8%AE%A2%E5%8D%95/50%25%20off");
  assert.deepEqual([topic.status, topic.name], ["subscribed", "订单/50% off"]);
});

test("a subscription that the server refuses fails and is closed, and can be asked for again", async (t) => {
  const server = new SessionServer(openBrowser(t));
  const client = await server.connect();
  const orders = client.subscribe("orders");
  const types = recordTopic(orders);
  const errors = record(orders, "error");
  server.socket.deliver("e1 1 5\nfor the kitchen only");
  assert.deepEqual([types, orders.status], [["error", "close"], "unsubscribed"]);
  const [{ error }] = errors;
  assert.ok(error instanceof RequestError);
  assert.deepEqual([error.kind, error.code, error.reason], ["notAllowed", 5, "for the kitchen only"]);
  await received(server.socket);
  client.subscribe("orders");
  assert.deepEqual(await received(server.socket), ["t2 * 0 orders"]);
});

test("a topic that the server ends fails and is closed", async (t) => {
  const { server, orders } = await reading(t);
  const types = recordTopic(orders);
  const errors = record(orders, "error");
  server.socket.deliver("gone 7 7");
  assert.deepEqual([types, orders.status, errors[0].error.kind], [["error", "close"], "unsubscribed", "unavailable"]);
});

test("an error handler may subscribe again", async (t) => {
  const { server, client, orders } = await reading(t);
  let again;
  orders.onerror = () => (again = client.subscribe("orders", { since: orders.position }));
  server.socket.deliver("gone 7 7");
  assert.deepEqual(await received(server.socket), ["t2 abc 3 orders"]);
  assert.equal(again.status, "subscribing");
});

test("what is missing before the first message is told, and the position follows", async (t) => {
  const server = new SessionServer(openBrowser(t));
  const client = await server.connect();
  const [first, second] = ["first", "second"].map((name) => client.subscribe(name, { since: "abc-3" }));
  const [gaps, types] = [record(first, "gap"), recordTopic(second)];
  server.socket.deliver("gap 1 t abc 4 9 first");
  server.socket.deliver("reset 2 t abc 3 def 40 second");
  const [{ stream, from, to }] = gaps;
  assert.deepEqual([stream, from, to, first.position], ["first", 4, 9, "abc-9"]);
  assert.deepEqual([types, second.position], [["subscribed", "reset"], "def-40"]);
});

test("what the server leaves out for a slow reader is told as a gap", async (t) => {
  const { server, orders } = await reading(t);
  const gaps = record(orders, "gap");
  server.socket.deliver("skip 7 4 8");
  assert.deepEqual([gaps[0].from, gaps[0].to, orders.position], [4, 8, "abc-8"]);
});

test("a topic that is given up is not heard of any more, and can be asked for again", async (t) => {
  const { server, client, orders } = await reading(t);
  const types = recordTopic(orders);
  orders.unsubscribe();
  orders.unsubscribe();
  assert.deepEqual([types, orders.status], [["close"], "unsubscribed"]);
  server.socket.deliver("s7 4\nunder way");
  assert.deepEqual(await received(server.socket), ["u2 orders"]);
  const again = client.subscribe("orders", { since: orders.position });
  const messages = record(again, "message");
  server.socket.deliver("recovered 7 t abc 3 orders");
  server.socket.deliver("s7 4\nfour");
  assert.deepEqual([messages.map(({ data }) => data), types], [["four"], ["close"]]);
});

test("a full queue refuses a subscription, and lets a topic be given up", async (t) => {
  const server = new SessionServer(openBrowser(t));
  const client = await server.connect({ maxQueueBytes: 48 });
  const orders = client.subscribe("orders");
  client.send("1");
  client.send("2");
  assert.throws(() => client.subscribe("more"), { name: "QuotaExceededError" });
  orders.unsubscribe();
  assert.deepEqual(await received(server.socket), ["t1 * 0 orders", "d2\n1", "d3\n2", "u4 orders"]);
});

test("messages are published with the promise of those that are sent", async (t) => {
  const { server, client, orders } = await reading(t);
  const text = orders.publish("text");
  const binary = client.publish("other orders", new TextEncoder().encode("binary"));
  assert.deepEqual(await received(server.socket), ["w2 orders\ntext", "binary w3 other%20orders\nbinary"]);
  server.socket.deliver("e1 3 5\nread only");
  server.socket.deliver("a3");
  await text.acknowledged;
  await assert.rejects(binary.acknowledged, { name: "RequestError", kind: "notAllowed", reason: "read only" });
});

test("JSON is parsed for who asks for it", async (t) => {
  const { server, orders } = await reading(t);
  const values = [];
  const stop = orders.onJson((value) => values.push(value));
  server.socket.deliver('s7 4\n{"id":888}');
  stop();
  server.socket.deliver('s7 5\n{"id":889}');
  assert.deepEqual(values, [{ id: 888 }]);
});

test("binary messages come as `binaryType` says", async (t) => {
  const { server, client, orders } = await reading(t);
  const messages = record(orders, "message");
  server.socket.deliver(new TextEncoder().encode("s7 4\nblob").buffer);
  client.binaryType = "arraybuffer";
  server.socket.deliver(new TextEncoder().encode("s7 5\n\x01").buffer);
  assert.equal(await messages[0].data.text(), "blob");
  assert.deepEqual([...new Uint8Array(messages[1].data)], [1]);
});

test("topics are closed before the conversation is", async (t) => {
  const { client, server, orders } = await reading(t);
  const types = [];
  orders.onclose = () => types.push("topic");
  client.onclose = () => types.push("conversation");
  client.close();
  server.socket.finish();
  assert.deepEqual([types, orders.status], [["topic", "conversation"], "unsubscribed"]);
  assert.throws(() => client.subscribe("orders"), { name: "RequestError", kind: "closed" });
});

test("arguments are checked where they are given", async (t) => {
  const server = new SessionServer(openBrowser(t));
  const client = await server.connect();
  client.subscribe("orders");
  assert.throws(() => client.subscribe("orders"), { name: "InvalidStateError", message: /'orders' is subscribed to already/ });
  assert.throws(() => client.subscribe(""), { name: "SyntaxError" });
  assert.throws(() => client.subscribe("é".repeat(128)), { name: "SyntaxError", message: /'é{128}' .*1 to 255 bytes/ });
  for (const since of ["", "abc", "abc-", "ABC-1", "abc-01", "abc--1", "abc-9007199254740992", "-1"]) {
    assert.throws(() => client.subscribe("other", { since }), { name: "SyntaxError" }, since);
  }
  for (const last of [-1, NaN, "2", 2.7, Infinity]) {
    assert.throws(() => client.subscribe("other", { last }), { name: "RangeError", message: /^staywire: last / });
  }
});

test("half of a character in a topic's name throws SyntaxError", async (t) => {
  const server = new SessionServer(openBrowser(t));
  const client = await server.connect();
  for (const name of ["\ud83d", "a\ude00b", "\ude00\ud83d"]) {
    assert.throws(() => client.subscribe(name), { name: "SyntaxError", message: /^staywire: / });
    assert.throws(() => client.publish(name, "text"), { name: "SyntaxError", message: /^staywire: / });
  }
  client.subscribe("\ud83d\ude00");
  assert.deepEqual(await received(server.socket), ["t1 * 0 %F0%9F%98%80"]);
});

test("more topics than an opening can name are refused", async (t) => {
  const server = new SessionServer(openBrowser(t));
  const client = await server.connect();
  const subscribeToAll = () => {
    for (let index = 0; ; index++) client.subscribe(`${"x".repeat(250)}${index}`);
  };
  assert.throws(subscribeToAll, { name: "RequestError", kind: "tooMany" });
});

test("without a session there are no topics", async (t) => {
  const client = await openBrowser(t).connect();
  assert.throws(() => client.subscribe("orders"), { name: "InvalidStateError", message: /session: true/ });
  assert.throws(() => client.publish("orders", "text"), { name: "InvalidStateError" });
});
