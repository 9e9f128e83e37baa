// Who the user is: told with each opening, renewed without an outage, and not tried again where it was refused.

import assert from "node:assert/strict";
import { test } from "node:test";
import { openBrowser, record, recordTypes } from "./fakes/browser.js";
import { received, SessionServer } from "./fakes/session_server.js";

/** A credential that is another one each time that it is asked for. */
function tickets() {
  let asked = 0;
  return { credential: async () => `ticket-${++asked}`, count: () => asked };
}

test("a refused credential ends it with 3500, once, and is not tried again", async (t) => {
  const browser = openBrowser(t);
  const server = new SessionServer(browser);
  const { credential, count } = tickets();
  const client = await server.dial({ credential });
  const types = recordTypes(client);
  const closes = record(client, "close");
  server.accept();
  server.socket.finish(3500, "expired");
  await browser.clock.pass(3_600_000);
  assert.deepEqual(types, ["close"]);
  assert.deepEqual([closes[0].code, closes[0].reason, client.status], [3500, "expired", "closed"]);
  assert.deepEqual([browser.sockets.length, count()], [1, 1]);
});

test("who has signed in again begins again, with another credential", async (t) => {
  const browser = openBrowser(t);
  const server = new SessionServer(browser);
  const client = await server.dial(tickets());
  server.accept();
  server.socket.finish(3500);
  client.reconnect();
  await browser.clock.pass(0);
  assert.deepEqual(server.welcome().lines, ["credential ticket-2"]);
  assert.equal(client.status, "open");
});

test("reconnect renews it while the connection before goes on, and nobody is told of a loss", async (t) => {
  const browser = openBrowser(t);
  const server = new SessionServer(browser);
  const client = await server.connect(tickets());
  const first = server.socket;
  const types = recordTypes(client);
  client.reconnect();
  await browser.clock.pass(0);
  assert.equal(client.status, "open");
  first.deliver("d1\nstill on the first");
  const { lines } = server.resumed();
  assert.deepEqual(lines.filter((line) => line.startsWith("credential")), ["credential ticket-2"]);
  assert.deepEqual(types, ["message", "session"]);
  client.send("on the second");
  assert.ok((await received(server.socket)).includes("d1\non the second"));
});

test("a credential that is refused while it is renewed ends it", async (t) => {
  const browser = openBrowser(t);
  const server = new SessionServer(browser);
  const client = await server.connect(tickets());
  const closes = record(client, "close");
  client.reconnect();
  await browser.clock.pass(0);
  server.accept();
  server.socket.finish(3500);
  await browser.clock.pass(60_000);
  assert.equal(closes[0].code, 3500);
  assert.equal(browser.sockets.length, 2);
});

const signedOut = () => {
  throw new DOMException("signed out", "SecurityError");
};

test("a credential function that throws SecurityError ends it, and its words are the reason", async (t) => {
  const browser = openBrowser(t);
  const server = new SessionServer(browser);
  let isSignedIn = true;
  const client = await server.connect({ credential: () => (isSignedIn ? "ticket" : signedOut()) });
  const closes = record(client, "close");
  isSignedIn = false;
  server.socket.drop();
  await browser.clock.pass(60_000);
  assert.match(closes[0].reason, /signed out/);
  assert.equal(browser.sockets.length, 1);
});

test("so does a URL function, in plain mode, too", async (t) => {
  const browser = openBrowser(t);
  const client = await browser.dial({}, signedOut);
  assert.deepEqual([client.status, browser.sockets.length], ["closed", 0]);
});
