// Messages of a session, both ways, on a connection that holds.

import assert from "node:assert/strict";
import { createHook } from "node:async_hooks";
import { test } from "node:test";
import { settle } from "./fakes/clock.js";
import { openBrowser, record } from "./fakes/browser.js";
import { received, SessionServer } from "./fakes/session_server.js";

const bytes = (text) => new TextEncoder().encode(text);

/** What became of `sent` by now. */
async function outcomeOf({ acknowledged }) {
  const pending = settle().then(() => "pending");
  return Promise.race([acknowledged.then(() => "acknowledged", (error) => error.name), pending]);
}

test("messages are numbered from 1, text in text and binary in binary", async (t) => {
  const server = new SessionServer(openBrowser(t));
  const client = await server.connect();
  client.send("één");
  client.send("");
  client.sendJson({ id: 7 });
  client.send(bytes("buffer"));
  client.send(bytes("a part").buffer);
  client.send(new DataView(bytes("a view").buffer, 2));
  client.send(new Blob(["blob"]));
  assert.deepEqual(await received(server.socket), [
    "d1\néén",
    "d2\n",
    'd3\n{"id":7}',
    "binary d4\nbuffer",
    "binary d5\na part",
    "binary d6\nview",
    "binary d7\nblob",
  ]);
});

test("what is sent before there is a session leaves in order, once there is", async (t) => {
  const server = new SessionServer(openBrowser(t));
  const client = await server.dial();
  client.send("1");
  client.send(bytes("2"));
  client.onopen = () => client.send("4");
  client.send("3");
  server.welcome();
  assert.deepEqual(await received(server.socket), ["d1\n1", "binary d2\n2", "d3\n3", "d4\n4"]);
});

test("a buffer is sent as it was", async (t) => {
  const server = new SessionServer(openBrowser(t));
  const client = await server.dial();
  const message = bytes("before");
  client.send(message);
  message.fill(0);
  server.welcome();
  assert.deepEqual(await received(server.socket), ["binary d1\nbefore"]);
});

test("`acknowledged` is fulfilled when the server is done with the message, and not before", async (t) => {
  const server = new SessionServer(openBrowser(t));
  const client = await server.connect();
  const [first, second, third] = ["1", "2", "3"].map((text) => client.send(text));
  assert.equal(await outcomeOf(first), "pending");
  server.socket.deliver("a2");
  assert.deepEqual([await outcomeOf(first), await outcomeOf(second), await outcomeOf(third)], ["acknowledged", "acknowledged", "pending"]);
  server.socket.deliver("p3");
  assert.equal(await outcomeOf(third), "acknowledged");
  assert.equal(await first.acknowledged, undefined);
});

test("an acknowledgement that nobody asks for makes no promise", async (t) => {
  const server = new SessionServer(openBrowser(t));
  const client = await server.connect();
  let promises = 0;
  const hook = createHook({ init: (_, type) => (promises += type === "PROMISE") }).enable();
  t.after(() => hook.disable());
  client.send("nobody asks");
  server.socket.deliver("a1");
  assert.equal(promises, 0);
});

test("messages of the inbox and of streams are delivered in the order in which they come", async (t) => {
  const server = new SessionServer(openBrowser(t));
  const client = await server.dial();
  client.binaryType = "arraybuffer";
  const messages = record(client, "message");
  server.welcome({ lines: ["recovered 4 b abc 7", "recovered 5 u def 0"] });
  server.socket.deliver("d1\nto this session\nin two lines");
  server.socket.deliver("s4 8\nto all");
  server.socket.deliver("s5 1\nto the user");
  server.socket.deliver(bytes("d2\n\x00\x01").buffer);
  const [text, all, user, binary] = messages;
  assert.deepEqual([text.data, all.data, user.data], ["to this session\nin two lines", "to all", "to the user"]);
  assert.deepEqual([...new Uint8Array(binary.data)], [0, 1]);
  assert.equal(text.origin, "wss://server.example");
});

test("binary messages come as blobs unless asked otherwise", async (t) => {
  const server = new SessionServer(openBrowser(t));
  const client = await server.connect();
  const messages = record(client, "message");
  server.socket.deliver(bytes("d1\nblob").buffer);
  assert.equal(await messages[0].data.text(), "blob");
});

test("JSON is parsed without the header", async (t) => {
  const server = new SessionServer(openBrowser(t));
  const client = await server.connect();
  const values = [];
  client.onJson((value) => values.push(value));
  server.socket.deliver('d1\n{"id":7}');
  assert.deepEqual(values, [{ id: 7 }]);
});

test("a message that was delivered is dropped when it comes again", async (t) => {
  const server = new SessionServer(openBrowser(t));
  const client = await server.connect();
  const messages = record(client, "message");
  server.socket.deliver("d1\nonce");
  server.socket.deliver("d1\nonce");
  assert.equal(messages.length, 1);
});

test("what was delivered is acknowledged after the delay that the server sets", async (t) => {
  const browser = openBrowser(t);
  const server = new SessionServer(browser);
  await server.connect();
  server.socket.deliver("d1\nhello");
  server.socket.deliver("d2\nhello");
  await browser.clock.pass(999);
  assert.deepEqual(await received(server.socket), []);
  await browser.clock.pass(1);
  assert.deepEqual(await received(server.socket), ["a2"]);
});

test("what was delivered is acknowledged after the bytes that the server sets", async (t) => {
  const server = new SessionServer(openBrowser(t));
  await server.connect();
  server.socket.deliver(`d1\n${"x".repeat(999)}`);
  assert.deepEqual(await received(server.socket), []);
  server.socket.deliver("d2\nx");
  assert.deepEqual(await received(server.socket), ["a2"]);
});

test("a ping is answered at once, with what was delivered", async (t) => {
  const server = new SessionServer(openBrowser(t));
  await server.connect();
  server.socket.deliver("d1\nhello");
  server.socket.deliver("p0");
  assert.deepEqual(await received(server.socket), ["o1"]);
});

test("messages wait for credit", async (t) => {
  const server = new SessionServer(openBrowser(t));
  server.limits = { credit: 32 };
  const client = await server.connect();
  for (const text of ["1", "2", "3"]) client.send(text);
  assert.deepEqual(await received(server.socket), ["d1\n1", "d2\n2"]);
  assert.equal(client.bufferedAmount, 1);
  server.socket.deliver("c48");
  assert.deepEqual(await received(server.socket), ["d3\n3"]);
  assert.equal(client.bufferedAmount, 0);
});

test("a request that the server makes is refused: nobody handles requests", async (t) => {
  const server = new SessionServer(openBrowser(t));
  const client = await server.connect();
  const messages = record(client, "message");
  server.socket.deliver("r1\nwhat time is it?");
  assert.deepEqual(await received(server.socket), ["e1 1 2\nnobody handles requests here"]);
  assert.equal(messages.length, 0);
});
