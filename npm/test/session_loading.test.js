// The session's file and its core come asynchronously; until then the client takes what it is given.

import assert from "node:assert/strict";
import { test } from "node:test";
import { StayWire } from "../dist/index.js";
import { openBrowser, recordTypes, until, URL_OF_SERVER } from "./fakes/browser.js";
import { received, SessionServer, SUB_PROTOCOL } from "./fakes/session_server.js";

const SESSION = { session: true };

test("what is sent at once is numbered in its order, and what follows after it", async (t) => {
  const browser = openBrowser(t);
  const server = new SessionServer(browser);
  const client = new StayWire(URL_OF_SERVER, SESSION);
  const first = client.send("first");
  client.send(new TextEncoder().encode("second"));
  client.sendJson(3);
  assert.deepEqual([client.readyState, client.bufferedAmount], [0, 12]);
  await server.dialled();
  client.send("fourth");
  server.welcome();
  assert.deepEqual(await received(server.socket), ["d1\nfirst", "binary d2\nsecond", "d3\n3", "d4\nfourth"]);
  assert.equal(client.bufferedAmount, 0);
  server.socket.deliver("a1");
  await first.acknowledged;
});

test("maxQueueBytes holds from the beginning", async (t) => {
  const browser = openBrowser(t);
  const client = new StayWire(URL_OF_SERVER, { ...SESSION, maxQueueBytes: 20 });
  client.send("x".repeat(20));
  assert.throws(() => client.send(""), { name: "QuotaExceededError" });
  await new SessionServer(browser).dialled();
  assert.throws(() => client.send(""), { name: "QuotaExceededError" });
});

test("close at once ends in a close event and no socket, and what was sent has an unknown outcome", async (t) => {
  const browser = openBrowser(t);
  const client = new StayWire(URL_OF_SERVER, SESSION);
  const types = recordTypes(client);
  const sent = client.send("never left");
  client.close();
  const after = client.send("after");
  for (const { acknowledged } of [sent, after]) await assert.rejects(acknowledged, { name: "OutcomeUnknownError" });
  await until(() => types.length);
  assert.deepEqual(types, ["close"]);
  assert.equal(browser.sockets.length, 0);
});

test("two copies of the package on one page have their sessions side by side", async (t) => {
  const browser = openBrowser(t);
  const server = new SessionServer(browser);
  const first = await server.connect();
  const { StayWire: Copy } = await import("../dist/index.js?copy");
  assert.notEqual(Copy, StayWire);
  new Copy(URL_OF_SERVER, SESSION);
  await server.dialled(1);
  server.socket.accept({ protocol: SUB_PROTOCOL });
  await until(() => server.socket.sent.length);
  assert.match(server.socket.sent[0], /^hello /);
  assert.equal(first.status, "open");
});

test("plain and session clients live side by side", async (t) => {
  const browser = openBrowser(t);
  const server = new SessionServer(browser);
  const session = await server.connect();
  const plain = await browser.connect();
  session.send("kept");
  assert.equal(plain.send("gone"), undefined);
  const [first, second] = browser.sockets;
  assert.deepEqual([await received(first), await received(second)], [["d1\nkept"], ["gone"]]);
});
