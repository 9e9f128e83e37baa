// What `send` takes in session mode, and what it counts.

import assert from "node:assert/strict";
import { test } from "node:test";
import { openBrowser } from "./fakes/browser.js";
import { received, SessionServer } from "./fakes/session_server.js";
import { uncaught } from "./fakes/uncaught.js";

test("bufferedAmount counts what waits for a connection, before and after the core is there", async (t) => {
  const server = new SessionServer(openBrowser(t));
  const client = await server.dial();
  client.send("né");
  client.send(new Uint8Array(5));
  assert.equal(client.bufferedAmount, 8);
  server.welcome();
  assert.equal(client.bufferedAmount, 0);
  server.socket.bufferedAmount = 100;
  assert.equal(client.bufferedAmount, 100);
});

test("what was transmitted is not buffered any more, though it is kept until it is acknowledged", async (t) => {
  const server = new SessionServer(openBrowser(t));
  const client = await server.connect({ maxQueueBytes: 32 });
  client.send("1");
  client.send("2");
  assert.equal(client.bufferedAmount, 0);
  assert.throws(() => client.send("3"), { name: "QuotaExceededError" });
  server.socket.deliver("a1");
  client.send("3");
  assert.deepEqual(await received(server.socket), ["d1\n1", "d2\n2", "d3\n3"]);
});

test("a message that found no room is not counted", async (t) => {
  const server = new SessionServer(openBrowser(t));
  const client = await server.dial({ maxQueueBytes: 20 });
  client.send("x".repeat(20));
  assert.throws(() => client.send("y"), { name: "QuotaExceededError", message: /20 bytes/ });
  assert.equal(client.bufferedAmount, 20);
});

test("a message that is larger than the server takes is refused alone, with the limit", async (t) => {
  const server = new SessionServer(openBrowser(t));
  server.limits = { message: 4 };
  const client = await server.connect();
  assert.throws(() => client.send("12345"), { name: "RangeError", message: /at most 4 bytes, not 5/ });
  client.send("1234");
  assert.deepEqual(await received(server.socket), ["d1\n1234"]);
});

test("messages keep their order and their numbers, whether the core was asked for each or not", async (t) => {
  const server = new SessionServer(openBrowser(t));
  server.limits = { message: 65_536, credit: 1_000_000 };
  const client = await server.connect();
  // Every hundredth is more than may be written without asking.
  const texts = Array.from({ length: 1_200 }, (_, index) => (index % 100 ? "x".repeat(index % 90) : "y".repeat(20_000)));
  const written = texts.map((text, index) => `d${index + 1}\n${text}`);
  const sent = texts.slice(0, 1_100).map((text, index) => {
    const one = client.send(text);
    if (index % 400 === 399) server.socket.deliver(`a${index}`);
    return one;
  });
  assert.deepEqual(await received(server.socket), written.slice(0, 1_100));
  await server.cut();
  sent.push(...texts.slice(1_100).map((text) => client.send(text)));
  server.resumed({ accepted: 1_050, done: 900 });
  assert.deepEqual(await received(server.socket), written.slice(1_050));
  server.socket.deliver("a1200");
  await Promise.all(sent);
});

test("what may not be transmitted yet waits, and what comes after it does not overtake it", async (t) => {
  const server = new SessionServer(openBrowser(t));
  server.limits = { credit: 40_000 };
  const client = await server.connect();
  const texts = Array.from({ length: 50 }, () => "x".repeat(1_000));
  for (const text of texts) client.send(text);
  const written = texts.map((text, index) => `d${index + 1}\n${text}`);
  assert.deepEqual(await received(server.socket), written.slice(0, 40));
  assert.equal(client.bufferedAmount, 10_000);
  server.socket.deliver("c45000");
  assert.deepEqual(await received(server.socket), written.slice(40, 45));
  server.socket.deliver("c60000");
  client.send("last");
  assert.deepEqual(await received(server.socket), [...written.slice(45), "d51\nlast"]);
  assert.equal(client.bufferedAmount, 0);
});

test("what is sent after the end is no error, stays buffered, and has an unknown outcome", async (t) => {
  const browser = openBrowser(t);
  const server = new SessionServer(browser);
  const client = await server.connect();
  client.close();
  server.socket.finish();
  await received(server.socket);
  const sent = client.send("12345");
  assert.equal(client.bufferedAmount, 5);
  await assert.rejects(sent.acknowledged, { name: "OutcomeUnknownError" });
  assert.deepEqual(await received(server.socket), []);
});

test("a message that is sent while the core says something is numbered after those before it", async (t) => {
  const server = new SessionServer(openBrowser(t));
  const client = await server.connect();
  client.onmessage = ({ data }) => client.send(`re: ${data}`);
  server.socket.deliver("d1\none");
  server.socket.deliver("d2\ntwo");
  assert.deepEqual(await received(server.socket), ["d1\nre: one", "d2\nre: two"]);
});

test("what the socket throws is an uncaught error, and the message is kept and sent again", async (t) => {
  const server = new SessionServer(openBrowser(t));
  const client = await server.connect();
  server.socket.send = () => {
    throw new Error("the socket broke");
  };
  const errors = await uncaught(() => assert.ok(client.send("kept")));
  assert.deepEqual(errors.map(({ message }) => message), ["the socket broke"]);
  await server.cut();
  server.resumed();
  assert.deepEqual(await received(server.socket), ["d1\nkept"]);
});

test("what a handler sends goes out after the acknowledgement of what it was called for", async (t) => {
  const server = new SessionServer(openBrowser(t));
  server.limits = { ackBytes: 16 };
  const client = await server.connect();
  client.onmessage = () => client.send("answer");
  server.socket.deliver("d1\n0123456789abcdef");
  assert.deepEqual(await received(server.socket), ["a1", "d1\nanswer"]);
});
