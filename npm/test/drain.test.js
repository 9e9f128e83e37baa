// `highWaterMark`: who sends faster than the network is told to wait, and when to go on.

import assert from "node:assert/strict";
import { test } from "node:test";
import { openBrowser, record } from "./fakes/browser.js";
import { settle } from "./fakes/clock.js";
import { received, SessionServer } from "./fakes/session_server.js";

const MARK = { highWaterMark: 100 };

/** Whether `promise` is fulfilled by now. */
async function isFulfilled(promise) {
  let is = false;
  promise.then(() => (is = true));
  await settle();
  return is;
}

/** A client with more bytes in its socket than the mark, what it is waiting for, and its `drain` events. */
async function overTheMark(t) {
  const browser = openBrowser(t);
  const client = await browser.connect(MARK);
  const drains = record(client, "drain");
  browser.socket.bufferedAmount = 101;
  client.send("x");
  return { browser, drained: client.drained, drains };
}

test("drained waits while more is buffered than the mark, and drain is fired when it is not any more", async (t) => {
  const { browser, drained, drains } = await overTheMark(t);
  await browser.clock.pass(10_000);
  assert.deepEqual([await isFulfilled(drained), drains.length], [false, 0]);
  browser.socket.bufferedAmount = 100;
  await browser.clock.pass(1_000);
  assert.deepEqual([await isFulfilled(drained), drains.length], [true, 1]);
  assert.equal(browser.clock.timers, 0);
});

test("up to the mark nothing waits, and no timer runs", async (t) => {
  const browser = openBrowser(t);
  const client = await browser.connect(MARK);
  browser.socket.bufferedAmount = 100;
  client.send("x");
  assert.ok(await isFulfilled(client.drained));
  assert.equal(browser.clock.timers, 0);
});

test("what waits for a connection counts", async (t) => {
  const browser = openBrowser(t);
  const client = await browser.dial(MARK);
  client.send("x".repeat(101));
  const { drained } = client;
  assert.equal(await isFulfilled(drained), false);
  browser.socket.accept();
  await browser.clock.pass(1_000);
  assert.ok(await isFulfilled(drained));
});

test("without a mark, nothing is looked at", async (t) => {
  const browser = openBrowser(t);
  const client = await browser.connect();
  browser.socket.bufferedAmount = 1e9;
  client.send("x");
  assert.ok(await isFulfilled(client.drained));
  assert.equal(browser.clock.timers, 0);
});

test("the end lets go of who waits, and is no drain", async (t) => {
  const { browser, drained, drains } = await overTheMark(t);
  browser.socket.finish(1000);
  await browser.clock.pass(1_000);
  assert.deepEqual([await isFulfilled(drained), drains.length], [true, 0]);
});

test("what drains after the end is told to nobody", async (t) => {
  const { browser, drained, drains } = await overTheMark(t);
  browser.socket.bufferedAmount = 0;
  browser.socket.finish(1000);
  await browser.clock.pass(1_000);
  assert.deepEqual([await isFulfilled(drained), drains.length], [true, 0]);
});

test("a mark that is no number of bytes throws RangeError that names it", async (t) => {
  const browser = openBrowser(t);
  for (const highWaterMark of [-1, NaN, "5"]) {
    await assert.rejects(() => browser.dial({ highWaterMark }), { name: "RangeError", message: /^staywire: highWaterMark / });
  }
});

test("to await send is to be refused or accepted, in a session to be acknowledged", async (t) => {
  const browser = openBrowser(t);
  const plain = await browser.dial({ maxQueueBytes: 20 });
  await plain.send("accepted");
  await assert.rejects(async () => await plain.send("x".repeat(20)), { name: "QuotaExceededError" });

  const server = new SessionServer(browser);
  const client = await server.connect();
  const sent = (async () => await client.send("kept"))();
  assert.deepEqual(await received(server.socket), ["d1\nkept"]);
  assert.equal(await isFulfilled(sent), false);
  server.socket.deliver("a1");
  assert.ok(await isFulfilled(sent));
});
