// Pings: when they are sent, and what silence means.

import assert from "node:assert/strict";
import { test } from "node:test";
import { initWebSocket } from "../dist/index.js";
import { FIRST_RETRY, openBrowser, record, recordTypes, URL_OF_SERVER } from "./fakes/browser.js";
import { settle } from "./fakes/clock.js";

const MINUTE = 60_000;
const texts = (messages) => messages.map(({ data }) => data);

test("initWebSocket sends PING every 30 s", async (t) => {
  const browser = openBrowser(t);
  initWebSocket(URL_OF_SERVER);
  await settle();
  browser.socket.accept();
  await browser.clock.pass(29_999);
  assert.deepEqual(browser.socket.sent, []);
  await browser.clock.pass(1);
  assert.deepEqual(browser.socket.sent, ["PING"]);
  await browser.clock.pass(MINUTE);
  assert.deepEqual(browser.socket.sent, ["PING", "PING", "PING"]);
});

test("initWebSocket sends none where heartbeat is false, and by default where it is undefined", async (t) => {
  const browser = openBrowser(t);
  for (const heartbeat of [false, undefined]) {
    initWebSocket(URL_OF_SERVER, { heartbeat });
    await settle();
    browser.socket.accept();
  }
  await browser.clock.pass(MINUTE);
  assert.deepEqual(browser.sockets.map(({ sent }) => sent.length), [0, 2]);
});

test("the class sends none unless it is told to", async (t) => {
  const browser = openBrowser(t);
  await browser.connect();
  await browser.clock.pass(10 * MINUTE);
  assert.deepEqual(browser.socket.sent, []);
  assert.equal(browser.clock.timers, 0);

  await browser.connect({ heartbeat: true });
  await browser.clock.pass(MINUTE);
  assert.deepEqual(browser.socket.sent, ["PING", "PING"]);
});

test("text and interval are as configured", async (t) => {
  const browser = openBrowser(t);
  await browser.connect({ heartbeat: { message: "hb", interval: 10_000 } });
  await browser.clock.pass(30_000);
  assert.deepEqual(browser.socket.sent, ["hb", "hb", "hb"]);
});

test("a peer that never answered is left alone, however silent", async (t) => {
  const browser = openBrowser(t);
  const client = await browser.connect({ heartbeat: true });
  await browser.clock.pass(60 * MINUTE);
  assert.equal(client.status, "open");
  assert.equal(browser.sockets.length, 1);
});

test("messages of a peer that never answered a ping are no promise to answer", async (t) => {
  const browser = openBrowser(t);
  const client = await browser.connect({ heartbeat: true });
  browser.socket.deliver("welcome");
  await browser.clock.pass(10 * MINUTE);
  assert.equal(client.status, "open");
});

test("an expected answer that does not come fires stale, then reconnecting, and replaces the peer", async (t) => {
  const browser = openBrowser(t);
  const client = await browser.connect({ heartbeat: { expectReply: true } });
  const types = recordTypes(client);
  const events = record(client, "reconnecting");
  await browser.clock.pass(34_999);
  assert.deepEqual(types, []);
  await browser.clock.pass(1);
  assert.deepEqual(types, ["stale", "reconnecting"]);
  assert.deepEqual([events[0].cause, events[0].code], ["silence", 1006]);
  assert.equal(browser.sockets[0].onclose, null, "a dead peer's close is not waited for");
  await browser.clock.pass(500);
  browser.socket.accept();
  assert.equal(client.status, "open");
});

for (const [answer, heartbeat] of [
  ["PONG", true],
  ["PING", true],
  ["alive", { reply: "alive" }],
]) {
  test(`a peer that answered '${answer}' once is replaced when it falls silent`, async (t) => {
    const browser = openBrowser(t);
    const client = await browser.connect({ heartbeat });
    await browser.clock.pass(30_000);
    browser.socket.deliver(answer);
    await browser.clock.pass(34_999);
    assert.equal(client.status, "open");
    await browser.clock.pass(1);
    assert.equal(client.status, "reconnecting");
  });
}

test("any message counts as life", async (t) => {
  const browser = openBrowser(t);
  const client = await browser.connect({ heartbeat: { expectReply: true } });
  for (let minutes = 0; minutes < 10; minutes++) {
    await browser.clock.pass(31_000);
    browser.socket.deliver("news");
    await browser.clock.pass(29_000);
    browser.socket.deliver(new ArrayBuffer(1));
  }
  assert.equal(client.status, "open");
  assert.equal(browser.sockets.length, 1);
});

test("a configured answer is taken out of the messages, and of json", async (t) => {
  const browser = openBrowser(t);
  const client = await browser.connect({ heartbeat: { reply: "alive" } });
  const messages = record(client, "message");
  const jsons = record(client, "json");
  for (const text of ["alive", "alive!", "PONG", "PING"]) browser.socket.deliver(text);
  assert.deepEqual(texts(messages), ["alive!", "PONG", "PING"]);
  assert.equal(jsons.length, 3);
});

test("an answer that is not configured is a message", async (t) => {
  const browser = openBrowser(t);
  const client = await browser.connect({ heartbeat: true });
  const messages = record(client, "message");
  for (const text of ["PONG", "PING"]) browser.socket.deliver(text);
  assert.deepEqual(texts(messages), ["PONG", "PING"]);
});

test("each connection has a heartbeat of its own, and none outlives it", async (t) => {
  const browser = openBrowser(t);
  const client = await browser.connect({ heartbeat: true });
  await browser.clock.pass(20_000);
  browser.socket.drop();
  await browser.clock.pass(FIRST_RETRY);
  browser.socket.accept();
  const opened = browser.clock.now;
  await browser.clock.pass(30_000 - FIRST_RETRY);
  assert.deepEqual(browser.sockets.map(({ sent }) => sent), [[], []]);
  await browser.clock.pass(opened + 30_000 - browser.clock.now);
  assert.deepEqual(browser.sockets.map(({ sent }) => sent), [[], ["PING"]]);
  client.close();
  browser.socket.finish();
  assert.equal(browser.clock.timers, 0);
});

test("a timer that fires late proves nothing: the peer is asked again", async (t) => {
  const browser = openBrowser(t);
  const client = await browser.connect({ heartbeat: { expectReply: true } });
  await browser.clock.pass(30_000);
  // A background tab's timers are throttled to one a minute.
  browser.clock.skip(MINUTE);
  await browser.clock.pass(0);
  assert.equal(client.status, "open");
  assert.deepEqual(browser.socket.sent, ["PING", "PING"]);
  await browser.clock.pass(2_000);
  assert.equal(client.status, "reconnecting");
});
