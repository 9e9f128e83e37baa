// What the page tells, the client uses: sleep, waking up, a network that comes and goes.

import assert from "node:assert/strict";
import { test } from "node:test";
import { settle } from "./fakes/clock.js";
import { openBrowser, record, recordTypes } from "./fakes/browser.js";
import { replace } from "./fakes/replace.js";

/** The default heartbeat, of a peer that is known to answer. */
const HEARTBEAT = { heartbeat: { expectReply: true } };

/** A client between two attempts, of which the next is far away. */
async function waiting(browser) {
  const client = await browser.connect({ minReconnectDelay: 1_000_000, maxReconnectDelay: 1_000_000 });
  await browser.clock.pass(10_000);
  browser.socket.drop();
  assert.ok(browser.clock.untilNext > 10_000);
  return client;
}

for (const [hint, details] of [["online"], ["resume"], ["visibilitychange"], ["pageshow", { persisted: true }]]) {
  test(`${hint} between two attempts makes the next one at once`, async (t) => {
    const browser = openBrowser(t);
    await waiting(browser);
    browser.page.tell(hint, details);
    await settle();
    assert.equal(browser.sockets.length, 2);
  });
}

for (const [hint, details] of [["freeze"], ["pagehide", { persisted: false }], ["pageshow", { persisted: false }]]) {
  test(`${hint} between two attempts changes nothing`, async (t) => {
    const browser = openBrowser(t);
    await waiting(browser);
    const before = browser.clock.untilNext;
    browser.page.tell(hint, details);
    await settle();
    assert.equal(browser.sockets.length, 1);
    assert.equal(browser.clock.untilNext, before);
  });
}

test("a page that goes out of sight keeps its connection and its pace", async (t) => {
  const browser = openBrowser(t);
  await waiting(browser);
  browser.page.document.hidden = true;
  browser.page.tell("visibilitychange");
  await settle();
  assert.equal(browser.sockets.length, 1);
});

test("however often a page is shown, it dials once a second at most", async (t) => {
  const browser = openBrowser(t);
  await waiting(browser);
  for (let tenths = 0; tenths < 29; tenths++) {
    browser.page.tell("visibilitychange");
    await settle();
    if (browser.socket.readyState === 0) browser.socket.drop();
    await browser.clock.pass(100);
  }
  assert.equal(browser.sockets.length, 1 + 3);
});

for (const hint of ["online", "offline", "resume", "visibilitychange"]) {
  test(`${hint} while open asks the peer at once, and replaces it unless it answers in 2 s`, async (t) => {
    const browser = openBrowser(t);
    const client = await browser.connect(HEARTBEAT);
    const types = recordTypes(client);
    await browser.clock.pass(7_000);
    browser.page.tell(hint);
    assert.deepEqual(browser.socket.sent, ["PING"]);
    await browser.clock.pass(1_999);
    assert.deepEqual(types, []);
    await browser.clock.pass(1);
    assert.deepEqual(types, ["stale", "reconnecting"]);
  });
}

test("a peer that answers the question stays", async (t) => {
  const browser = openBrowser(t);
  const client = await browser.connect(HEARTBEAT);
  browser.page.tell("online");
  browser.socket.deliver("PONG");
  await browser.clock.pass(2_000);
  assert.equal(client.status, "open");
  assert.equal(browser.sockets.length, 1);
});

test("without a network, attempts go on slowly and are not counted", async (t) => {
  const browser = openBrowser(t);
  const client = await browser.connect({ maxAttempts: 1 });
  const events = record(client, "reconnecting");
  browser.page.tell("offline");
  for (let drops = 0; drops < 5; drops++) {
    browser.socket.drop();
    await browser.clock.pass(20_000);
  }
  assert.deepEqual(events.map(({ delay }) => delay), [20_000, 20_000, 20_000, 20_000, 20_000]);
  assert.equal(client.status, "reconnecting");
});

test("in the back-forward cache there is no connection, and one at once after it", async (t) => {
  const browser = openBrowser(t);
  const client = await browser.connect();
  const types = recordTypes(client);
  const events = record(client, "reconnecting");
  browser.page.tell("pagehide", { persisted: true });
  assert.equal(browser.socket.readyState, 2);
  assert.equal(browser.clock.timers, 0);
  await browser.clock.pass(3_600_000);
  assert.equal(browser.sockets.length, 1);
  assert.equal(client.status, "reconnecting");

  browser.page.tell("pageshow", { persisted: true });
  await settle();
  browser.socket.accept();
  assert.deepEqual(types, ["reconnecting", "open"]);
  assert.deepEqual([events[0].cause, events[0].delay], ["suspended", 0]);
});

test("a machine that slept asks the peer before it judges it", async (t) => {
  const browser = openBrowser(t);
  const client = await browser.connect(HEARTBEAT);
  await browser.clock.pass(30_000);
  browser.socket.sent.length = 0;
  browser.clock.skip(3_600_000);
  await browser.clock.pass(0);
  assert.deepEqual(browser.socket.sent, ["PING"]);
  browser.socket.deliver("PONG");
  await browser.clock.pass(2_000);
  assert.equal(client.status, "open");
});

test("after the end, no hint opens a connection", async (t) => {
  const browser = openBrowser(t);
  const client = await browser.connect();
  client.close();
  browser.socket.finish();
  for (const hint of ["online", "resume", "visibilitychange"]) browser.page.tell(hint);
  browser.page.tell("pageshow", { persisted: true });
  await browser.clock.pass(60_000);
  assert.equal(browser.sockets.length, 1);
});

test("a conversation that began again hears hints again", async (t) => {
  const browser = openBrowser(t);
  const client = await browser.connect(HEARTBEAT);
  browser.socket.finish(1000);
  client.reconnect();
  await settle();
  browser.socket.accept();
  browser.page.tell("online");
  assert.deepEqual(browser.socket.sent, ["PING"]);
});

test("where there is no page, a client works without hints", async (t) => {
  const browser = openBrowser(t);
  replace(t, globalThis, "addEventListener", undefined);
  const client = await browser.connect();
  assert.equal(client.status, "open");
  assert.equal(browser.page.listeners, 0);
});

test("an element's event of a hint's name is none", async (t) => {
  const element = { ownerDocument: {} };
  const browser = openBrowser(t);
  await waiting(browser);
  for (const hint of ["online", "resume", "visibilitychange"]) browser.page.tell(hint, {}, element);
  await settle();
  assert.equal(browser.sockets.length, 1);
});
