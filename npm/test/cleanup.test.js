// What is over leaves nothing behind.

import assert from "node:assert/strict";
import { test } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { StayWire } from "../dist/index.js";
import { openBrowser, URL_OF_SERVER } from "./fakes/browser.js";
import { settle } from "./fakes/clock.js";

const HEARTBEAT = { heartbeat: { expectReply: true } };

/** The ways to the end, each from an open connection. */
const ENDS = {
  "close()": (client, browser) => {
    client.close();
    browser.socket.finish();
  },
  "a closing handshake that nobody answers": async (client, browser) => {
    client.close();
    await browser.clock.pass(5_000);
  },
  "close() between two attempts": async (client, browser) => {
    browser.socket.drop();
    client.close();
    await browser.clock.pass(0);
  },
  "close() while connecting": async (client, browser) => {
    browser.socket.drop();
    await browser.clock.pass(2_000);
    client.close();
    await browser.clock.pass(0);
  },
  "a close code that says to stop": (client, browser) => browser.socket.finish(1008),
};

for (const [way, end] of Object.entries(ENDS)) {
  test(`after the end by ${way} no timer and no listener is left`, async (t) => {
    const browser = openBrowser(t);
    const client = await browser.connect(HEARTBEAT);
    assert.ok(browser.clock.timers > 0 && browser.page.listeners > 0, "there is something to leave");
    await end(client, browser);
    assert.equal(client.status, "closed");
    assert.equal(browser.clock.timers, 0);
    assert.equal(browser.page.listeners, 0);
  });
}

test("after the end by close() before the core is there, nothing is left", async (t) => {
  const browser = openBrowser(t);
  const client = new StayWire(URL_OF_SERVER);
  client.close();
  await settle();
  assert.equal(client.status, "closed");
  assert.equal(browser.clock.timers, 0);
  assert.equal(browser.page.listeners, 0);
});

test("each reconnect replaces timers and listeners instead of adding to them", async (t) => {
  const browser = openBrowser(t);
  const client = await browser.connect(HEARTBEAT);
  const { timers } = browser.clock;
  const { listeners } = browser.page;
  for (let times = 0; times < 10; times++) {
    client.reconnect();
    await settle();
    browser.socket.accept();
  }
  assert.equal(browser.clock.timers, timers);
  assert.equal(browser.page.listeners, listeners);
});

test("a client that is over is collected", async (t) => {
  setFlagsFromString("--expose-gc");
  const collectGarbage = runInNewContext("gc");
  const browser = openBrowser(t);
  let collected = 0;
  const registry = new FinalizationRegistry(() => collected++);
  const CLIENTS = 20;
  for (let i = 0; i < CLIENTS; i++) {
    const client = await browser.connect(HEARTBEAT);
    registry.register(client);
    client.onmessage = () => client.send("a handler that holds its client");
    browser.socket.deliver("x");
    client.close();
    browser.socket.finish();
  }
  browser.sockets.length = 0;
  // Collectors promise nothing, so the last one may linger on the stack; a leak would keep them all.
  for (let turns = 0; collected < CLIENTS - 1 && turns < 100; turns++) {
    collectGarbage();
    await settle();
  }
  assert.ok(collected >= CLIENTS - 1, `${collected} of ${CLIENTS}`);
});
