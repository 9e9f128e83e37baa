// bufferedAmount counts what has not left the browser, and maxQueueBytes bounds it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { openBrowser } from "./fakes/browser.js";

test("it counts queued messages in UTF-8 bytes", async (t) => {
  const browser = openBrowser(t);
  const client = await browser.dial();
  const sizes = ["a", "é", "€", "😀", new Uint8Array(5), new ArrayBuffer(6), new Blob(["seven b"])].map((message) => {
    const before = client.bufferedAmount;
    client.send(message);
    return client.bufferedAmount - before;
  });
  assert.deepEqual(sizes, [1, 2, 3, 4, 5, 6, 7]);
});

test("it counts a text as the browser's encoder does, halves of characters included", async (t) => {
  const browser = openBrowser(t);
  const client = await browser.dial();
  const units = ["a", "\x7f", "\x80", "\u07ff", "\u0800", "\uffff", "\ud83d", "\ude00", "\udbff", "\udc00"];
  for (let number = 0; number < 2_000; number++) {
    const text = Array.from({ length: 5 }, (_, place) => units[Math.floor(number / units.length ** (place % 4) + place) % units.length]).join("");
    const before = client.bufferedAmount;
    client.send(text);
    assert.equal(client.bufferedAmount - before, new TextEncoder().encode(text).length, JSON.stringify(text));
  }
});

test("it counts what the open socket holds", async (t) => {
  const browser = openBrowser(t);
  const client = await browser.connect();
  browser.socket.bufferedAmount = 1_000;
  assert.equal(client.bufferedAmount, 1_000);
});

test("it is 0 when the queue has left", async (t) => {
  const browser = openBrowser(t);
  const client = await browser.dial();
  client.send("12345");
  browser.socket.accept();
  assert.equal(client.bufferedAmount, 0);
});

test("after close it grows with each send, which throws nothing and sends nothing", async (t) => {
  const browser = openBrowser(t);
  const client = await browser.connect();
  client.close();
  client.send("12345");
  assert.equal(client.bufferedAmount, 5);
  browser.socket.finish();
  client.send("67é");
  assert.equal(client.bufferedAmount, 9);
  assert.deepEqual(browser.socket.sent, []);
});

test("it does not fall back at the end: what was queued stays counted", async (t) => {
  const browser = openBrowser(t);
  const client = await browser.dial();
  client.send("12345");
  client.close();
  await browser.clock.pass(0);
  assert.equal(client.status, "closed");
  assert.equal(client.bufferedAmount, 5);
});

test("it does not fall back at the end: what the socket had not sent stays counted", async (t) => {
  const browser = openBrowser(t);
  const client = await browser.connect();
  browser.socket.bufferedAmount = 1_000;
  browser.socket.finish(1000);
  assert.equal(client.status, "closed");
  assert.equal(client.bufferedAmount, 1_000);
});

test("a message past maxQueueBytes throws QuotaExceededError, and nothing of it is queued", async (t) => {
  const browser = openBrowser(t);
  const client = await browser.dial({ maxQueueBytes: 50 });
  client.send("x".repeat(30));
  const send = () => client.send("y".repeat(21));
  assert.throws(send, (error) => error instanceof DOMException && error.name === "QuotaExceededError");
  assert.throws(send, /queue of 50 bytes/);
  assert.equal(client.bufferedAmount, 30);
  client.send("z".repeat(20));
  browser.socket.accept();
  assert.deepEqual(browser.socket.sent, ["x".repeat(30), "z".repeat(20)]);
});

test("maxQueueBytes is 1 MiB by default", async (t) => {
  const browser = openBrowser(t);
  const client = await browser.dial();
  client.send(new Uint8Array(1_048_576 - 16));
  client.send("x");
  assert.throws(() => client.send("x"), { name: "QuotaExceededError" });
});

test("messages below 16 bytes are held against maxQueueBytes as 16, and counted as they are", async (t) => {
  const browser = openBrowser(t);
  const client = await browser.dial({ maxQueueBytes: 32 });
  client.send("");
  client.send("x");
  assert.throws(() => client.send(""), { name: "QuotaExceededError" });
  assert.equal(client.bufferedAmount, 1);
});

test("maxQueueBytes does not bound what an open connection takes", async (t) => {
  const browser = openBrowser(t);
  const client = await browser.connect({ maxQueueBytes: 0 });
  client.send("x".repeat(100));
  assert.equal(browser.socket.sent.length, 1);
});

test("a queue that left makes room", async (t) => {
  const browser = openBrowser(t);
  const client = await browser.dial({ maxQueueBytes: 16 });
  client.send("a");
  browser.socket.accept();
  browser.socket.drop();
  client.send("b");
  assert.equal(client.bufferedAmount, 1);
});
