// Positions in the streams that every session reads: stored by the page, and gone on from.

import assert from "node:assert/strict";
import { test } from "node:test";
import { StayWire } from "../dist/index.js";
import { openBrowser, record, URL_OF_SERVER } from "./fakes/browser.js";
import { SessionServer } from "./fakes/session_server.js";

test("the position follows what comes, and each message has its own", async (t) => {
  const server = new SessionServer(openBrowser(t));
  const client = await server.dial();
  const messages = record(client, "message");
  assert.deepEqual([client.position("broadcast"), client.position("user")], [undefined, undefined]);
  server.welcome({ lines: ["recovered 4 b abc 7", "recovered 5 u def 0"] });
  assert.deepEqual([client.position("broadcast"), client.position("user")], ["abc-7", "def-0"]);
  server.socket.deliver("s4 8\nto all");
  server.socket.deliver("s5 1\nto the user");
  server.socket.deliver("d1\nto this session");
  assert.deepEqual(messages.map(({ lastEventId }) => lastEventId), ["abc-8", "def-1", ""]);
  assert.deepEqual([client.position("broadcast"), client.position("user"), client.position("inbox")], ["abc-8", "def-1", undefined]);
});

test("a session goes on from stored positions", async (t) => {
  const server = new SessionServer(openBrowser(t));
  const since = { broadcast: "abc-7", user: "def-0" };
  const client = await server.dial({ since });
  assert.equal(client.position("broadcast"), "abc-7");
  const gaps = record(client, "gap");
  const { lines } = server.welcome({ lines: ["gap 4 b abc 8 9", "reset 5 u def 0 ghi 3"] });
  assert.deepEqual(lines, ["stream b abc 7", "stream u def 0"]);
  assert.deepEqual(gaps.map(({ stream, from, to }) => [stream, from, to]), [["broadcast", 8, 9], ["user", undefined, undefined]]);
  assert.deepEqual([client.position("broadcast"), client.position("user")], ["abc-9", "ghi-3"]);
});

test("a first visit has no positions", async (t) => {
  const server = new SessionServer(openBrowser(t));
  await server.dial({ since: { broadcast: null, user: undefined } });
  assert.deepEqual(server.welcome().lines, []);
});

test("a position that the server does not know for this user is forgotten", async (t) => {
  const server = new SessionServer(openBrowser(t));
  const client = await server.dial({ since: { user: "def-0" } });
  server.welcome();
  assert.equal(client.position("user"), undefined);
});

test("after the end, reconnect goes on where the session was", async (t) => {
  const server = new SessionServer(openBrowser(t));
  const client = await server.dial({ since: { broadcast: "abc-1" } });
  server.welcome({ lines: ["recovered 4 b abc 1"] });
  server.socket.deliver("s4 2\ntwo");
  client.close();
  server.socket.finish();
  const { socket } = server;
  client.reconnect();
  while (server.socket === socket) await null;
  assert.deepEqual(server.welcome({ lines: ["recovered 9 b abc 2"] }).lines, ["stream b abc 2"]);
});

test("while it moves to a second connection, a position never goes back", async (t) => {
  const server = new SessionServer(openBrowser(t));
  const client = await server.dial();
  server.welcome({ lines: ["recovered 4 b abc 7"] });
  const first = server.socket;
  const second = await server.move();
  server.accept(second);
  first.deliver("s4 8\neight");
  server.resume({ lines: ["recovered 9 b abc 7"] });
  assert.equal(client.position("broadcast"), "abc-8");
  second.deliver("s9 8\neight");
  assert.equal(client.position("broadcast"), "abc-8");
});

test("what is no position is refused at once", (t) => {
  openBrowser(t);
  for (const broadcast of ["", "abc", "abc-x", 7]) {
    assert.throws(() => new StayWire(URL_OF_SERVER, { session: true, since: { broadcast } }), { name: "SyntaxError" });
  }
});
