// initWebSocket: one call with all handlers.

import assert from "node:assert/strict";
import { test } from "node:test";
import { initWebSocket, StayWire } from "../dist/index.js";
import { FIRST_RETRY, openBrowser, until, URL_OF_SERVER } from "./fakes/browser.js";
import { settle } from "./fakes/clock.js";
import { SessionServer } from "./fakes/session_server.js";

test("it returns a StayWire at once", (t) => {
  openBrowser(t);
  const socket = initWebSocket(URL_OF_SERVER);
  assert.ok(socket instanceof StayWire);
  assert.equal(socket.readyState, StayWire.CONNECTING);
});

test("each handler is called with its event, onJson with the value", async (t) => {
  const browser = openBrowser(t);
  const calls = [];
  const note = (event) => calls.push(event.type);
  initWebSocket(URL_OF_SERVER, {
    heartbeat: { expectReply: true },
    maxAttempts: 1,
    onOpen: note,
    onMessage: note,
    onJson: (value) => calls.push(value),
    onError: note,
    onClose: note,
    onReconnecting: note,
    onStale: note,
  });
  await settle();
  browser.socket.accept().deliver('{"id":1}');
  await browser.clock.pass(35_000 + 500);
  browser.socket.drop();
  assert.deepEqual(calls, ["open", "message", { id: 1 }, "stale", "reconnecting", "error", "close"]);
});

test("onSession and onGap are called with their events", async (t) => {
  const browser = openBrowser(t);
  const server = new SessionServer(browser);
  const told = [];
  initWebSocket(URL_OF_SERVER, {
    session: true,
    onSession: ({ outcome }) => told.push(outcome),
    onGap: ({ from, to }) => told.push([from, to]),
  });
  await until(() => browser.socket);
  server.welcome();
  await server.cut();
  server.resumed({ oldest: 3 });
  assert.deepEqual(told, ["resumed", [1, 2]]);
});

test("options reach the client", async (t) => {
  const browser = openBrowser(t);
  initWebSocket(URL_OF_SERVER, { protocols: ["chat"], connectTimeout: 1_000 });
  await settle();
  assert.deepEqual(browser.socket.protocols, ["chat"]);
  assert.equal(browser.clock.untilNext, 1_000);
});

test("an error handler that calls initWebSocket again, as hand-made pages do, multiplies no sockets", async (t) => {
  const browser = openBrowser(t);
  const init = () => initWebSocket(URL_OF_SERVER, { onError: init, onClose: init });
  init();
  await settle();
  for (let drops = 0; drops < 10; drops++) {
    browser.socket.accept();
    await browser.clock.pass(5_000);
    browser.socket.drop();
    await browser.clock.pass(FIRST_RETRY);
  }
  assert.equal(browser.sockets.length, 11);
  assert.equal(browser.sockets.filter(({ readyState }) => readyState < 2).length, 1);
});

test("bad arguments throw at the call", (t) => {
  openBrowser(t);
  assert.throws(() => initWebSocket("ftp://a.example/"), { name: "SyntaxError" });
  assert.throws(() => initWebSocket(URL_OF_SERVER, { maxAttempts: -1 }), RangeError);
});
