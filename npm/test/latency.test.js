// How long an answer takes.

import assert from "node:assert/strict";
import { test } from "node:test";
import { openBrowser, record } from "./fakes/browser.js";
import { SessionServer } from "./fakes/session_server.js";

const heartbeat = { interval: 10_000, reply: "PONG" };

test("the answer to a ping is what measures the latency", async (t) => {
  const browser = openBrowser(t);
  const client = await browser.connect({ heartbeat });
  const measured = record(client, "latency");
  assert.equal(client.latency, undefined);
  await browser.clock.pass(10_000);
  assert.deepEqual(browser.socket.sent, ["PING"]);
  await browser.clock.pass(70);
  browser.socket.deliver("a message");
  await browser.clock.pass(5);
  browser.socket.deliver("PONG");
  assert.equal(client.latency, 75);
  assert.equal(measured.length, 1);
});

test("an answer that nobody asked for measures nothing, also when the connection that was asked is another one", async (t) => {
  const browser = openBrowser(t);
  const client = await browser.connect({ heartbeat, minReconnectDelay: 0 });
  browser.socket.deliver("PONG");
  assert.equal(client.latency, undefined);
  await browser.clock.pass(10_000);
  browser.socket.drop();
  await browser.clock.pass(5_000);
  browser.socket.accept().deliver("PONG");
  assert.equal(client.latency, undefined);
});

test("in session mode the answer to the opening measures it", async (t) => {
  const server = new SessionServer(openBrowser(t));
  const client = await server.dial();
  const measured = record(client, "latency");
  assert.equal(client.latency, undefined);
  server.welcome();
  assert.equal(client.latency, 0);
  assert.equal(measured.length, 1);
});
