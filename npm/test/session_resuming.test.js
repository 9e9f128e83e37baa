// What becomes of messages when a connection is cut and the session goes on.

import assert from "node:assert/strict";
import { test } from "node:test";
import { openBrowser, record, recordTypes } from "./fakes/browser.js";
import { received, SessionServer } from "./fakes/session_server.js";

test("what the server has not taken in is sent again, what it has is not", async (t) => {
  const server = new SessionServer(openBrowser(t));
  const client = await server.connect();
  const sent = ["1", "2", "3"].map((text) => client.send(text));
  await server.cut();
  client.send("4");
  const { fields } = server.resumed({ accepted: 2, done: 1 });
  assert.equal(fields.at(-1), "3");
  assert.deepEqual(await received(server.socket), ["d3\n3", "d4\n4"]);
  await sent[0].acknowledged;
  server.socket.deliver("a4");
  await Promise.all(sent.map(({ acknowledged }) => acknowledged));
});

test("binary messages come again as they were, too", async (t) => {
  const server = new SessionServer(openBrowser(t));
  const client = await server.connect();
  client.send(new TextEncoder().encode("bytes"));
  client.send(new Blob(["blob"]));
  await server.cut();
  server.resumed();
  assert.deepEqual(await received(server.socket), ["binary d1\nbytes", "binary d2\nblob"]);
});

test("the resume says what was delivered, and what comes again is not delivered again", async (t) => {
  const server = new SessionServer(openBrowser(t));
  const client = await server.connect();
  const messages = record(client, "message");
  server.socket.deliver("d1\none");
  server.socket.deliver("d2\ntwo");
  await server.cut();
  const { fields } = server.resumed({ oldest: 3 });
  assert.equal(fields[4], "2");
  server.socket.deliver("d2\ntwo");
  server.socket.deliver("d3\nthree");
  assert.deepEqual(messages.map(({ data }) => data), ["one", "two", "three"]);
});

test("the resume names each stream with its position in the epoch that the server told", async (t) => {
  const server = new SessionServer(openBrowser(t));
  const client = await server.dial();
  const messages = record(client, "message");
  server.welcome({ lines: ["recovered 4 b abc 7", "recovered 5 u def 0"] });
  server.socket.deliver("s4 8\nto all");
  await server.cut();
  const { lines } = server.resumed({ lines: ["recovered 9 b abc 8", "recovered 8 u def 0"] });
  assert.deepEqual(lines, ["stream b abc 8", "stream u def 0"]);
  server.socket.deliver("s9 9\nunder another alias");
  assert.deepEqual(messages.map(({ data }) => data), ["to all", "under another alias"]);
});

test("gaps are told with their exact numbers, after the session and before what follows", async (t) => {
  const server = new SessionServer(openBrowser(t));
  const client = await server.dial();
  server.welcome({ lines: ["recovered 4 b abc 7", "recovered 5 u def 0"] });
  server.socket.deliver("d1\none");
  const types = recordTypes(client);
  const gaps = record(client, "gap");
  await server.cut();
  server.resumed({ oldest: 5, lines: ["gap 4 b abc 8 19", "reset 5 u def 0 ghi 3"] });
  server.socket.deliver("s4 20\nto all");
  assert.deepEqual(
    gaps.map(({ stream, from, to }) => [stream, from, to]),
    [
      ["inbox", 2, 4],
      ["broadcast", 8, 19],
      ["user", undefined, undefined],
    ],
  );
  assert.deepEqual(types, ["reconnecting", "session", "gap", "gap", "gap", "message"]);
});

test("a stream that the server tells of later is read, and named in the next resume", async (t) => {
  const server = new SessionServer(openBrowser(t));
  const client = await server.connect();
  const messages = record(client, "message");
  server.socket.deliver("recovered 3 u abc 0");
  server.socket.deliver("s3 1\nto the user");
  assert.equal(messages.length, 1);
  await server.cut();
  assert.deepEqual(server.accept().lines, ["stream u abc 1"]);
});

test("what a lost connection still says is not heard", async (t) => {
  const browser = openBrowser(t);
  const server = new SessionServer(browser);
  const client = await server.connect();
  const [first] = browser.sockets;
  const messages = record(client, "message");
  client.reconnect();
  await browser.clock.pass(0);
  server.resumed();
  first.deliver("d1\nlate");
  assert.equal(messages.length, 0);
  assert.equal(first.readyState, 2);
});

test("after 50 cuts each message has arrived once and in order", async (t) => {
  const server = new SessionServer(openBrowser(t));
  const client = await server.connect();
  const got = [];
  for (let number = 1; number <= 50; number++) {
    client.send(String(number));
    // Every other message is lost on its way.
    const accepted = number % 2 ? number : number - 1;
    const arrived = (await received(server.socket)).map((text) => text.split("\n")[1]);
    got.push(...(number % 2 ? arrived : []));
    await server.cut();
    server.resumed({ accepted });
  }
  got.push(...(await received(server.socket)).map((text) => text.split("\n")[1]));
  assert.deepEqual(got, Array.from({ length: 50 }, (_, index) => String(index + 1)));
});
