// What ends a session, and what does not.

import assert from "node:assert/strict";
import { test } from "node:test";
import { FIRST_RETRY, openBrowser, record, recordTypes } from "./fakes/browser.js";
import { received, SessionServer } from "./fakes/session_server.js";

test("close says goodbye and closes, and what was not acknowledged is told to be unknown", async (t) => {
  const server = new SessionServer(openBrowser(t));
  const client = await server.connect();
  const types = recordTypes(client);
  const sent = client.send("1");
  client.close(4000, "seen enough");
  assert.equal(client.status, "closing");
  assert.deepEqual(await received(server.socket), ["d1\n1", "goodbye"]);
  assert.deepEqual(server.socket.closedWith, [4000, "seen enough"]);
  server.socket.finish();
  assert.deepEqual(types, ["close"]);
  await assert.rejects(sent.acknowledged, { name: "OutcomeUnknownError" });
});

test("what was sent before there was a connection is told to be unknown when the end comes first", async (t) => {
  const browser = openBrowser(t);
  const server = new SessionServer(browser);
  const client = await server.dial();
  const sent = client.send("never left");
  client.close();
  await browser.clock.pass(0);
  assert.equal(client.status, "closed");
  await assert.rejects(sent.acknowledged, { name: "OutcomeUnknownError" });
});

test("the server's goodbye ends it, cleanly", async (t) => {
  const browser = openBrowser(t);
  const server = new SessionServer(browser);
  const client = await server.connect();
  const types = recordTypes(client);
  const closes = record(client, "close");
  server.socket.deliver("goodbye");
  assert.deepEqual(types, ["close"]);
  assert.deepEqual([closes[0].code, closes[0].wasClean], [1000, true]);
  await browser.clock.pass(60_000);
  assert.equal(browser.sockets.length, 1);
});

for (const code of [1001, 1005, 1006, 1011, 1012, 1013, 3008, 3012, 4000]) {
  test(`${code} ends the connection and not the session`, async (t) => {
    const browser = openBrowser(t);
    const server = new SessionServer(browser);
    const client = await server.connect();
    server.socket.finish(code);
    await browser.clock.pass(FIRST_RETRY);
    assert.equal(server.accept().type, "resume");
    assert.equal(client.status, "reconnecting");
  });
}

for (const code of [1000, 1008, 3500, 3501, 3502, 3503, 4500]) {
  test(`${code} ends the session`, async (t) => {
    const browser = openBrowser(t);
    const server = new SessionServer(browser);
    const client = await server.connect();
    const closes = record(client, "close");
    server.socket.finish(code, "because");
    assert.deepEqual([closes.length, closes[0].code, closes[0].reason], [1, code, "because"]);
    await browser.clock.pass(60_000);
    assert.equal(browser.sockets.length, 1);
  });
}

for (const [what, message] of [
  ["is of no known form", "hello there"],
  ["only a client sends", "w1 topic\npayload"],
  ["is numbered beyond the next", "d2\nbeyond"],
  ["has an alias that nobody told", "s7 1\nwhose?"],
  ["acknowledges what was never sent", "a1"],
  ["is a second answer", `welcome ${"a".repeat(32)} ${"c".repeat(32)} 1\nlimits 1 1 1 1 1 1 1`],
]) {
  test(`a message that ${what} is a violation: 3510 and the end, once`, async (t) => {
    const browser = openBrowser(t);
    const server = new SessionServer(browser);
    const client = await server.connect();
    const types = recordTypes(client);
    const closes = record(client, "close");
    server.socket.deliver(message);
    server.socket.deliver(message);
    assert.deepEqual(types, ["error", "close"]);
    assert.equal(closes[0].code, 3510);
    assert.deepEqual(server.socket.closedWith, [3510, undefined]);
    await browser.clock.pass(60_000);
    assert.equal(browser.sockets.length, 1);
  });
}

for (const [what, answer] of [
  ["that is none", "d1\nhello"],
  ["that is binary", new ArrayBuffer(3)],
  ["with a sub-protocol that nobody offered", `welcome ${"a".repeat(32)} ${"c".repeat(32)} 1\nlimits 1 1 1 1 1 1 1\nprotocol other`],
  ["that resumes what was never begun", `resumed ${"c".repeat(32)} 0 0 1\nlimits 1 1 1 1 1 1 1`],
]) {
  test(`an answer ${what} is a violation`, async (t) => {
    const server = new SessionServer(openBrowser(t));
    const client = await server.dial({ protocols: "orders" });
    const closes = record(client, "close");
    server.accept();
    server.socket.deliver(answer);
    assert.equal(closes[0]?.code, 3510);
  });
}

test("a page that is left for good says goodbye", async (t) => {
  const browser = openBrowser(t);
  const server = new SessionServer(browser);
  await server.connect();
  browser.page.tell("pagehide", { persisted: false });
  assert.deepEqual(await received(server.socket), ["goodbye"]);
});

test("a page that goes into the cache suspends, and resumes when it is back", async (t) => {
  const browser = openBrowser(t);
  const server = new SessionServer(browser);
  const client = await server.connect();
  const types = recordTypes(client);
  browser.page.tell("pagehide", { persisted: true });
  assert.deepEqual(await received(server.socket), []);
  assert.equal(server.socket.readyState, 2);
  browser.page.tell("pageshow", { persisted: true });
  await browser.clock.pass(0);
  assert.equal(server.resumed().type, "resume");
  assert.deepEqual(types, ["reconnecting", "session"]);
  assert.equal(client.status, "open");
});

test("reconnect after the end begins another session, whose messages are counted from 1", async (t) => {
  const browser = openBrowser(t);
  const server = new SessionServer(browser);
  const client = await server.connect();
  client.send("1");
  client.send("2");
  server.socket.deliver("a2");
  server.socket.deliver("goodbye");
  client.send("after the end");
  client.reconnect();
  await browser.clock.pass(0);
  const sent = client.send("waits");
  server.welcome();
  assert.deepEqual(await received(server.socket), ["d1\nwaits"]);
  assert.equal(client.bufferedAmount, 0);
  server.socket.deliver("a1");
  await sent.acknowledged;
});
