// reconnect(): another connection now, from each state.

import assert from "node:assert/strict";
import { test } from "node:test";
import { settle } from "./fakes/clock.js";
import { openBrowser, record, recordTypes } from "./fakes/browser.js";

test("while open it replaces the connection", async (t) => {
  const browser = openBrowser(t);
  const client = await browser.connect();
  const types = recordTypes(client);
  const events = record(client, "reconnecting");
  client.reconnect();
  assert.equal(client.status, "reconnecting");
  assert.equal(browser.sockets[0].readyState, 2);
  assert.deepEqual([events[0].cause, events[0].delay, events[0].attempt], ["requested", 0, 0]);
  await settle();
  assert.equal(browser.sockets.length, 2);
  browser.socket.accept();
  assert.deepEqual(types, ["reconnecting", "open"]);
});

test("while connecting it begins again", async (t) => {
  const browser = openBrowser(t);
  const client = await browser.dial();
  client.reconnect();
  await settle();
  const [first, second] = browser.sockets;
  assert.equal(first.readyState, 2);
  second.accept();
  assert.equal(client.status, "open");
});

test("between two attempts it does not wait any longer", async (t) => {
  const browser = openBrowser(t);
  const client = await browser.connect();
  browser.socket.drop();
  client.reconnect();
  await settle();
  assert.equal(browser.sockets.length, 2);
  browser.socket.accept();
  await browser.clock.pass(60_000);
  assert.equal(browser.sockets.length, 2);
});

test("while closing it goes on instead, and there is no close event", async (t) => {
  const browser = openBrowser(t);
  const client = await browser.connect();
  const types = recordTypes(client);
  client.close();
  client.reconnect();
  await settle();
  browser.socket.accept();
  await browser.clock.pass(60_000);
  assert.deepEqual(types, ["reconnecting", "open"]);
});

test("after the end it begins a new conversation", async (t) => {
  const browser = openBrowser(t);
  const client = await browser.connect();
  const types = recordTypes(client);
  client.close();
  client.send("too late");
  browser.socket.finish();
  client.reconnect();
  assert.equal(client.readyState, 0);
  client.send("in time");
  await settle();
  browser.socket.accept();
  assert.deepEqual(types, ["close", "open"]);
  assert.deepEqual(browser.socket.sent, ["in time"]);
  assert.equal(client.bufferedAmount, 0);
});

test("in a close handler it begins a new conversation", async (t) => {
  const browser = openBrowser(t);
  const client = await browser.connect();
  client.addEventListener("close", () => client.reconnect(), { once: true });
  browser.socket.finish(1000);
  await settle();
  browser.socket.accept();
  assert.equal(client.status, "open");
});

test("it counts attempts from 0 again", async (t) => {
  const browser = openBrowser(t);
  const client = await browser.dial();
  const events = record(client, "reconnecting");
  for (let drops = 0; drops < 3; drops++) {
    browser.socket.drop();
    await browser.clock.pass(events.at(-1).delay);
  }
  client.reconnect();
  await settle();
  browser.socket.drop();
  assert.equal(events.at(-1).attempt, 0);
});

test("what waited for a connection goes to the new one", async (t) => {
  const browser = openBrowser(t);
  const client = await browser.dial();
  client.send("kept");
  client.reconnect();
  await settle();
  browser.socket.accept();
  assert.deepEqual(browser.socket.sent, ["kept"]);
});

test("twice in a row it makes one socket", async (t) => {
  const browser = openBrowser(t);
  const client = await browser.connect();
  client.reconnect();
  client.reconnect();
  await settle();
  assert.equal(browser.sockets.length, 2);
});

test("an error handler that reconnects sees no close", async (t) => {
  const browser = openBrowser(t);
  const client = await browser.connect({ maxAttempts: 0 });
  const types = recordTypes(client);
  client.onerror = () => client.reconnect();
  browser.socket.drop();
  await settle();
  browser.socket.accept();
  assert.deepEqual(types, ["error", "open"]);
  assert.equal(client.status, "open");
});

test("an error handler that reconnects and closes sees one close", async (t) => {
  const browser = openBrowser(t);
  const client = await browser.connect({ maxAttempts: 0 });
  const types = recordTypes(client);
  client.onerror = () => {
    client.reconnect();
    client.close();
  };
  browser.socket.drop();
  await browser.clock.pass(60_000);
  assert.deepEqual(types, ["error", "close"]);
});
