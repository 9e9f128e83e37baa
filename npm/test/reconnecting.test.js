// What a lost connection looks like, and when there is another one.

import assert from "node:assert/strict";
import { test } from "node:test";
import { FIRST_RETRY, openBrowser, record, recordTypes } from "./fakes/browser.js";

/** What a `reconnecting` event says. */
const facts = ({ attempt, cause, code, reason }) => ({ attempt, cause, code, reason });

test("a drop fires reconnecting, then open; never error or close", async (t) => {
  const browser = openBrowser(t);
  const client = await browser.dial();
  const types = recordTypes(client);
  for (let drops = 0; drops < 3; drops++) {
    browser.socket.accept();
    browser.socket.drop();
    await browser.clock.pass(10_000);
  }
  browser.socket.accept();
  assert.deepEqual(types, ["open", "reconnecting", "open", "reconnecting", "open", "reconnecting", "open"]);
  assert.equal(browser.sockets.length, 4);
});

test("reconnecting tells attempt, delay, cause, code and reason", async (t) => {
  const browser = openBrowser(t);
  const client = await browser.connect();
  const events = record(client, "reconnecting");
  browser.socket.finish(1012, "restart");
  assert.deepEqual(facts(events[0]), { attempt: 0, cause: "closed", code: 1012, reason: "restart" });
  assert.equal(events[0].delay, browser.clock.untilNext);
  await browser.clock.pass(events[0].delay);
  browser.socket.drop();
  assert.deepEqual(facts(events[1]), { attempt: 1, cause: "closed", code: 1006, reason: "" });
});

test("the next attempt is made when its delay is over, and not before", async (t) => {
  const browser = openBrowser(t);
  const client = await browser.connect();
  const events = record(client, "reconnecting");
  browser.socket.drop();
  await browser.clock.pass(events[0].delay - 1);
  assert.equal(browser.sockets.length, 1);
  await browser.clock.pass(1);
  assert.equal(browser.sockets.length, 2);
});

test("delays stay within windows that double from minReconnectDelay to maxReconnectDelay", async (t) => {
  const browser = openBrowser(t);
  const client = await browser.dial({ minReconnectDelay: 100, maxReconnectDelay: 1_000 });
  const events = record(client, "reconnecting");
  for (const window of [100, 200, 400, 800, 1_000, 1_000, 1_000]) {
    browser.socket.drop();
    const { delay } = events.at(-1);
    assert.ok(delay >= 0 && delay <= window, `${delay} of ${window} ms`);
    await browser.clock.pass(delay);
  }
  assert.deepEqual(events.map(({ attempt }) => attempt), [0, 1, 2, 3, 4, 5, 6]);
});

test("attempts count on over connections that do not last 5 s, and from 0 after one that does", async (t) => {
  const browser = openBrowser(t);
  const client = await browser.dial();
  const events = record(client, "reconnecting");
  for (const uptime of [4_999, 4_999, 5_000]) {
    browser.socket.accept();
    await browser.clock.pass(uptime);
    browser.socket.drop();
    await browser.clock.pass(events.at(-1).delay);
  }
  assert.deepEqual(events.map(({ attempt }) => attempt), [0, 1, 0]);
});

test("an attempt that nobody answers is given up after connectTimeout", async (t) => {
  const browser = openBrowser(t);
  const client = await browser.dial();
  const events = record(client, "reconnecting");
  const [hanging] = browser.sockets;
  await browser.clock.pass(9_999);
  assert.equal(events.length, 0);
  await browser.clock.pass(1);
  assert.deepEqual(facts(events[0]), { attempt: 0, cause: "timeout", code: 1006, reason: "" });
  assert.deepEqual(hanging.closedWith, [undefined, undefined]);
  assert.equal(hanging.onopen, null);
});

test("after maxAttempts retries a client ends, with error and close once", async (t) => {
  const browser = openBrowser(t);
  const client = await browser.dial({ maxAttempts: 2 });
  const types = recordTypes(client);
  const closes = record(client, "close");
  for (let attempt = 0; attempt < 3; attempt++) {
    browser.socket.drop();
    await browser.clock.pass(20_000);
  }
  assert.deepEqual(types, ["reconnecting", "reconnecting", "error", "close"]);
  assert.deepEqual([closes[0].code, closes[0].wasClean], [1006, false]);
  assert.equal(browser.sockets.length, 3);
});

test("with maxAttempts 0 there is one attempt", async (t) => {
  const browser = openBrowser(t);
  const client = await browser.dial({ maxAttempts: 0 });
  const types = recordTypes(client);
  browser.socket.drop();
  await browser.clock.pass(60_000);
  assert.deepEqual(types, ["error", "close"]);
  assert.equal(browser.sockets.length, 1);
});

for (const code of [1000, 1002, 1003, 1007, 1008, 1009, 1010, 3500, 3999, 4500, 4999]) {
  test(`a server that closes with ${code} is not dialled again`, async (t) => {
    const browser = openBrowser(t);
    const client = await browser.connect();
    const types = recordTypes(client);
    const closes = record(client, "close");
    browser.socket.finish(code, "no");
    await browser.clock.pass(60_000);
    assert.deepEqual(types, ["close"]);
    assert.deepEqual([closes[0].code, closes[0].reason, closes[0].wasClean], [code, "no", true]);
    assert.equal(browser.sockets.length, 1);
  });
}

for (const code of [1001, 1005, 1011, 1012, 1013, 3000, 3499, 4000, 4499]) {
  test(`a server that closes with ${code} is dialled again`, async (t) => {
    const browser = openBrowser(t);
    const client = await browser.connect();
    const types = recordTypes(client);
    browser.socket.finish(code);
    await browser.clock.pass(FIRST_RETRY);
    assert.deepEqual(types, ["reconnecting"]);
    assert.equal(browser.sockets.length, 2);
  });
}

for (const [minUptime, attempt] of [[5_000, 0], [60_000, 1]]) {
  test(`after a connection of 10 s the next attempt is number ${attempt} where minUptime is ${minUptime}`, async (t) => {
    const browser = openBrowser(t);
    const client = await browser.connect({ minUptime });
    const events = record(client, "reconnecting");
    await browser.clock.pass(minUptime);
    browser.socket.drop();
    await browser.clock.pass(FIRST_RETRY);
    browser.socket.accept();
    await browser.clock.pass(10_000);
    browser.socket.drop();
    assert.deepEqual(events.map((event) => event.attempt), [0, attempt]);
  });
}
