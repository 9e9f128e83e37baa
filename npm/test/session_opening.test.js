// How a client asks for its session, and what it tells of the answer.

import assert from "node:assert/strict";
import { test } from "node:test";
import { StayWire } from "../dist/index.js";
import { settle } from "./fakes/clock.js";
import { FIRST_RETRY, openBrowser, record, recordTypes, until, URL_OF_SERVER } from "./fakes/browser.js";
import { SESSION, SessionServer, SUB_PROTOCOL } from "./fakes/session_server.js";

const TOKEN = /^[\w-]{43}$/;

test("it asks for the sub-protocol of sessions, and says hello with a token of its own", async (t) => {
  const server = new SessionServer(openBrowser(t));
  await server.dial();
  assert.equal(server.socket.protocols, SUB_PROTOCOL);
  const { type, fields, lines } = server.accept();
  assert.deepEqual([type, fields[1], lines], ["hello", "1", []]);
  assert.match(fields[0], TOKEN);
});

test("it is open once it was answered, and says so once", async (t) => {
  const server = new SessionServer(openBrowser(t));
  const client = await server.dial();
  const types = recordTypes(client);
  assert.equal(client.status, "connecting");
  server.accept();
  assert.deepEqual([client.status, types], ["connecting", []]);
  server.socket.drop();
  await settle();
  assert.deepEqual(types, ["reconnecting"]);
});

test("after a hello whose answer was lost, the same token comes again with a higher attempt", async (t) => {
  const server = new SessionServer(openBrowser(t));
  const client = await server.dial();
  const types = recordTypes(client);
  const first = server.accept();
  await server.cut();
  const second = server.welcome();
  assert.equal(second.fields[0], first.fields[0]);
  assert.equal(second.fields[1], "2");
  assert.deepEqual(types, ["reconnecting", "open"]);
});

test("a resume names the session, proves it by the token, and brings the next one", async (t) => {
  const server = new SessionServer(openBrowser(t));
  const client = await server.connect();
  const types = recordTypes(client);
  const outcomes = record(client, "session");
  await server.cut();
  const { fields } = server.resumed();
  const [session, current, next, attempt, inbox, sent] = fields;
  assert.deepEqual([session, attempt, inbox, sent], [SESSION, "2", "0", "0"]);
  assert.match(current, TOKEN);
  assert.match(next, TOKEN);
  assert.notEqual(current, next);
  assert.deepEqual(types, ["reconnecting", "session"]);
  assert.equal(outcomes[0].outcome, "resumed");
  assert.equal(client.status, "open");

  await server.cut();
  const [, then] = server.resumed().fields;
  assert.equal(then, next);
});

test("while a resume is not answered, both tokens come again", async (t) => {
  const server = new SessionServer(openBrowser(t));
  await server.connect();
  await server.cut();
  const [, ...first] = server.accept().fields;
  await server.cut();
  const [, ...second] = server.resumed().fields;
  assert.deepEqual(second.slice(0, 2), first.slice(0, 2));
  assert.deepEqual([first[2], second[2]], ["2", "3"]);
});

test("the application's sub-protocols travel in the opening, and `protocol` shows the one that was chosen", async (t) => {
  const server = new SessionServer(openBrowser(t));
  const client = await server.dial({ protocols: ["orders.v2", "orders.v1"] });
  const { lines } = server.welcome({ lines: ["protocol orders.v1"] });
  assert.deepEqual(lines, ["protocol orders.v2", "protocol orders.v1"]);
  assert.equal(client.protocol, "orders.v1");
});

test("a server that chooses none leaves `protocol` empty", async (t) => {
  const server = new SessionServer(openBrowser(t));
  const client = await server.connect();
  assert.equal(client.protocol, "");
});

test("the credential goes into the opening, and a function is asked for each attempt", async (t) => {
  const server = new SessionServer(openBrowser(t));
  let asked = 0;
  await server.dial({ credential: async () => `ticket-${++asked}` });
  assert.deepEqual(server.welcome().lines, ["credential ticket-1"]);
  await server.cut();
  assert.deepEqual(server.resumed().lines, ["credential ticket-2"]);
});

test("a credential that cannot be found out is tried again, as a URL is", async (t) => {
  const browser = openBrowser(t);
  let asked = 0;
  const credential = () => (asked++ ? "ticket" : Promise.reject(new Error("not signed in yet")));
  const retries = record(new StayWire(URL_OF_SERVER, { session: true, credential }), "reconnecting");
  await until(() => retries.length);
  assert.deepEqual([retries[0].cause, retries[0].reason], ["url", "Error: not signed in yet"]);
  await browser.clock.pass(FIRST_RETRY);
  assert.equal(browser.sockets.length, 1);
});

for (const credential of ["two words", "pass wörd", "x".repeat(4_097)]) {
  test(`a credential that no opening can carry ends it: ${credential.slice(0, 12)}`, async (t) => {
    const browser = openBrowser(t);
    const closes = record(new StayWire(URL_OF_SERVER, { session: true, credential }), "close");
    await until(() => closes.length);
    assert.match(closes[0].reason, /a credential is a text of 1 to 4096 graphic ASCII characters/);
    // It was dialled meanwhile, which needs no credential.
    assert.deepEqual(browser.sockets.map(({ readyState, sent }) => [readyState, sent]), [[2, []]]);
  });
}

test("no token is in what is dialled", async (t) => {
  const server = new SessionServer(openBrowser(t));
  await server.connect();
  await server.cut();
  assert.equal(server.socket.url, URL_OF_SERVER);
});
