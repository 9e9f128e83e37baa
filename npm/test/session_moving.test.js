// Make before break: a second connection takes over while the first still delivers.

import assert from "node:assert/strict";
import { test } from "node:test";
import { FIRST_RETRY, openBrowser, record, recordTypes } from "./fakes/browser.js";
import { received, SessionServer } from "./fakes/session_server.js";

/** A client that was asked to move and has dialled a second time: first and second socket. */
async function moving(t) {
  const browser = openBrowser(t);
  const server = new SessionServer(browser);
  const client = await server.connect();
  const told = { types: recordTypes(client), messages: record(client, "message"), outcomes: record(client, "session") };
  server.socket.deliver("move 1000");
  await browser.clock.pass(1_000);
  assert.equal(browser.sockets.length, 2);
  return { browser, server, client, sockets: browser.sockets, ...told };
}

test("on move it comes back within the window, and the first goes on until the second is answered", async (t) => {
  const { server, client, sockets, types, messages, outcomes } = await moving(t);
  const [first, second] = sockets;
  first.deliver("d1\non the first");
  const { fields } = server.accept(second);
  assert.equal(fields[4], "1");
  first.deliver("d2\nstill on the first");
  assert.equal(client.status, "open");
  server.resume({ oldest: 2 });
  second.deliver("d2\nstill on the first");
  second.deliver("d3\non the second");
  assert.deepEqual(messages.map(({ data }) => data), ["on the first", "still on the first", "on the second"]);
  assert.deepEqual(outcomes.map(({ outcome }) => outcome), ["resumed"]);
  assert.ok(!types.includes("reconnecting"), types);
  assert.equal(first.readyState, 2);
  assert.equal(client.status, "open");
});

test("from the resume until the answer nothing is sent on the first, and nothing is lost", async (t) => {
  const { server, client, sockets } = await moving(t);
  const [first, second] = sockets;
  client.send("1");
  assert.deepEqual(await received(first), ["d1\n1"]);
  server.accept(second);
  client.send("2");
  assert.deepEqual(await received(first), []);
  server.resume({ accepted: 1 });
  assert.deepEqual(await received(second), ["d2\n2"]);
});

test("the first being taken over, 3502, ends nothing", async (t) => {
  const { server, client, sockets, types } = await moving(t);
  const [first, second] = sockets;
  server.accept(second);
  first.finish(3502);
  assert.equal(client.status, "reconnecting");
  server.resume();
  assert.equal(client.status, "open");
  assert.ok(!types.includes("close"), types);
});

test("a second connection that fails leaves the first in charge, and another is tried", async (t) => {
  const { browser, client, sockets, types } = await moving(t);
  sockets[1].drop();
  client.send("1");
  assert.deepEqual(await received(sockets[0]), ["d1\n1"]);
  assert.deepEqual(types, []);
  await browser.clock.pass(FIRST_RETRY);
  assert.equal(sockets.length, 3);
});

test("a change of network moves the session", async (t) => {
  const browser = openBrowser(t);
  const server = new SessionServer(browser);
  const client = await server.connect();
  const types = recordTypes(client);
  await browser.clock.pass(5_000);
  client.reconnect();
  await browser.clock.pass(0);
  server.resumed();
  assert.deepEqual(types, ["session"]);
});
