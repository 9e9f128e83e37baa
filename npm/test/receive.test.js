// Messages that arrive.

import assert from "node:assert/strict";
import { test } from "node:test";
import { settle } from "./fakes/clock.js";
import { openBrowser, record } from "./fakes/browser.js";

const BYTES = Uint8Array.from([1, 2, 3]).buffer;

test("a text message is a MessageEvent with the text and the server's origin", async (t) => {
  const browser = openBrowser(t);
  const client = await browser.connect();
  const messages = record(client, "message");
  browser.socket.deliver("héllo");
  assert.ok(messages[0] instanceof MessageEvent);
  assert.equal(messages[0].data, "héllo");
  assert.equal(messages[0].origin, "wss://server.example");
});

test("but for text and origin, it is like any MessageEvent", async (t) => {
  const browser = openBrowser(t);
  const client = await browser.connect();
  const messages = record(client, "message");
  browser.socket.deliver("hello");
  const other = new MessageEvent("message");
  const properties = ["type", "bubbles", "cancelable", "composed", "defaultPrevented", "lastEventId", "source", "ports"];
  for (const name of properties) assert.deepEqual(messages[0][name], other[name], name);
  assert.equal(messages[0].target, client);
});

test("a binary message is a Blob, also when text follows it", async (t) => {
  const browser = openBrowser(t);
  const client = await browser.connect();
  const messages = record(client, "message");
  browser.socket.deliver(BYTES);
  browser.socket.deliver("text");
  assert.ok(messages[0].data instanceof Blob);
  assert.deepEqual(await messages[0].data.arrayBuffer(), BYTES);
  assert.equal(messages[1].data, "text");
});

test("a binary message is an ArrayBuffer where binaryType says so", async (t) => {
  const browser = openBrowser(t);
  const client = await browser.connect();
  client.binaryType = "arraybuffer";
  const messages = record(client, "message");
  browser.socket.deliver(BYTES);
  assert.equal(messages[0].data, BYTES);
});

test("binaryType can change between two messages and outlives a reconnect", async (t) => {
  const browser = openBrowser(t);
  const client = await browser.connect();
  const messages = record(client, "message");
  browser.socket.deliver(BYTES);
  client.binaryType = "arraybuffer";
  client.reconnect();
  await settle();
  browser.socket.accept().deliver(BYTES);
  assert.deepEqual(messages.map(({ data }) => data.constructor), [Blob, ArrayBuffer]);
});

test("a replaced socket is not heard any more", async (t) => {
  const browser = openBrowser(t);
  const client = await browser.connect();
  const messages = record(client, "message");
  const [old] = browser.sockets;
  client.reconnect();
  await settle();
  assert.deepEqual([old.onopen, old.onmessage, old.onclose], [null, null, null]);
  browser.socket.accept().deliver("new");
  assert.deepEqual(messages.map(({ data }) => data), ["new"]);
});

test("events of a replaced socket that were under way already are dropped", async (t) => {
  const browser = openBrowser(t);
  const client = await browser.connect();
  const messages = record(client, "message");
  const { onopen, onmessage, onclose } = browser.socket;
  client.reconnect();
  await settle();
  browser.socket.accept();
  onmessage({ data: "late" });
  onopen({});
  onclose({ code: 1000, reason: "late", wasClean: true });
  assert.deepEqual(messages, []);
  assert.equal(client.status, "open");
});

test("without options, text that looks like a heartbeat is text", async (t) => {
  const browser = openBrowser(t);
  const client = await browser.connect();
  const messages = record(client, "message");
  for (const text of ["PING", "PONG"]) browser.socket.deliver(text);
  assert.deepEqual(messages.map(({ data }) => data), ["PING", "PONG"]);
});

test("10,000 messages arrive in order", async (t) => {
  const browser = openBrowser(t);
  const client = await browser.connect();
  let next = 0;
  client.onmessage = ({ data }) => assert.equal(data, String(next++));
  for (let i = 0; i < 10_000; i++) browser.socket.deliver(String(i));
  assert.equal(next, 10_000);
});
