// What is over leaves no timer and no listener behind, and is collected.

import assert from "node:assert/strict";
import { test } from "node:test";
import { StayWire } from "../dist/index.js";
import { FIRST_RETRY, openBrowser, URL_OF_SERVER } from "./fakes/browser.js";
import { settle } from "./fakes/clock.js";
import { assertCollected, COUNT } from "./fakes/garbage.js";

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
    await browser.clock.pass(FIRST_RETRY);
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
  const browser = openBrowser(t);
  const clients = [];
  for (let i = 0; i < COUNT; i++) {
    const client = await browser.connect({ heartbeat: true });
    clients.push(new WeakRef(client));
    // The handler holds its client.
    client.onmessage = () => client.send("reply");
    browser.socket.deliver("request");
    client.close();
    browser.socket.finish();
  }
  browser.sockets.length = 0;
  await assertCollected(clients);
});
