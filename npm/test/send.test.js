// send(): what goes out, in which form and order.

import assert from "node:assert/strict";
import { test } from "node:test";
import { runInNewContext } from "node:vm";
import { FIRST_RETRY, openBrowser } from "./fakes/browser.js";

const bytes = (...values) => Uint8Array.from(values);

test("an open connection is handed each message as it is", async (t) => {
  const browser = openBrowser(t);
  const client = await browser.connect();
  const messages = ["text", "", bytes(1, 2).buffer, bytes(3), new DataView(bytes(4, 5).buffer, 1), new Blob(["blob"])];
  for (const message of messages) client.send(message);
  assert.equal(browser.socket.sent.length, messages.length);
  browser.socket.sent.forEach((sent, index) => assert.equal(sent, messages[index]));
});

test("what is neither text nor binary is sent as text", async (t) => {
  const browser = openBrowser(t);
  const client = await browser.connect();
  for (const value of [undefined, null, 5, { toString: () => "object" }, [1, 2]]) client.send(value);
  assert.deepEqual(browser.socket.sent, ["undefined", "null", "5", "object", "1,2"]);
});

test("a symbol throws TypeError", async (t) => {
  const browser = openBrowser(t);
  const client = await browser.connect();
  assert.throws(() => client.send(Symbol("x")), TypeError);
  assert.deepEqual(browser.socket.sent, []);
});

test("queued messages keep their order and their kind", async (t) => {
  const browser = openBrowser(t);
  const client = await browser.dial();
  const blob = new Blob(["blob"]);
  client.send("a");
  client.send(bytes(1, 2, 3).buffer);
  client.send(blob);
  client.send("b");
  browser.socket.accept();
  client.send("c");
  assert.deepEqual(browser.socket.sent, ["a", bytes(1, 2, 3).buffer, blob, "b", "c"]);
});

test("of a view, its own part is queued", async (t) => {
  const browser = openBrowser(t);
  const client = await browser.dial();
  const buffer = bytes(0, 1, 2, 3, 4, 5, 6, 7).buffer;
  client.send(new Uint8Array(buffer, 2, 3));
  client.send(new Uint16Array(buffer, 4, 1));
  client.send(new DataView(buffer, 7));
  assert.equal(client.bufferedAmount, 6);
  browser.socket.accept();
  assert.deepEqual(browser.socket.sent.map((sent) => [...new Uint8Array(sent)]), [[2, 3, 4], [4, 5], [7]]);
});

test("a buffer that is written to after send is queued as it was", async (t) => {
  const browser = openBrowser(t);
  const client = await browser.dial();
  const buffer = bytes(1, 2).buffer;
  const view = bytes(3, 4);
  client.send(buffer);
  client.send(view);
  new Uint8Array(buffer).fill(9);
  view.fill(9);
  browser.socket.accept();
  assert.deepEqual(browser.socket.sent.map((sent) => [...new Uint8Array(sent)]), [[1, 2], [3, 4]]);
});

test("what open handlers send goes before what was queued, on each connection", async (t) => {
  const browser = openBrowser(t);
  const client = await browser.dial();
  client.onopen = () => client.send("token");
  client.send("queued");
  browser.socket.accept();
  assert.deepEqual(browser.socket.sent, ["token", "queued"]);

  browser.socket.drop();
  client.send("meanwhile");
  await browser.clock.pass(FIRST_RETRY);
  browser.socket.accept();
  assert.deepEqual(browser.socket.sent, ["token", "meanwhile"]);
});

test("what is sent while the queue leaves goes after it", async (t) => {
  const browser = openBrowser(t);
  const client = await browser.dial();
  client.send("a");
  client.send("b");
  browser.socket.accept();
  client.send("c");
  assert.deepEqual(browser.socket.sent, ["a", "b", "c"]);
});

test("a queue survives attempts that fail, and is sent once", async (t) => {
  const browser = openBrowser(t);
  const client = await browser.dial();
  client.send("once");
  browser.socket.drop();
  await browser.clock.pass(500);
  browser.socket.accept();
  browser.socket.drop();
  await browser.clock.pass(FIRST_RETRY);
  browser.socket.accept();
  assert.deepEqual(browser.sockets.map(({ sent }) => sent), [[], ["once"], []]);
});

test("buffers and blobs of another realm are binary, too", async (t) => {
  const browser = openBrowser(t);
  const foreign = runInNewContext("Uint8Array.of(1, 2, 3).buffer");
  assert.ok(!(foreign instanceof ArrayBuffer));
  const blob = Object.setPrototypeOf(new Blob(["blob"]), { size: 4, [Symbol.toStringTag]: "Blob" });
  const client = await browser.dial();
  client.send(foreign);
  client.send(blob);
  assert.equal(client.bufferedAmount, 3 + 4);
  browser.socket.accept();
  client.send(foreign);
  const [queued, ...others] = browser.socket.sent;
  assert.deepEqual([...new Uint8Array(queued)], [1, 2, 3]);
  assert.ok(others[0] === blob && others[1] === foreign);
});
