// A session's first connection is dialled while the session's file and its core are loading.

import assert from "node:assert/strict";
import { test } from "node:test";
import { FIRST_RETRY, openBrowser, record, recordTypes, until, URL_OF_SERVER } from "./fakes/browser.js";
import { settle } from "./fakes/clock.js";
import { freshPackage, holdCompilation } from "./fakes/fresh_package.js";
import { SessionServer, SUB_PROTOCOL } from "./fakes/session_server.js";
import { fakeWebSocket } from "./fakes/web_socket.js";

/** A client whose core is there once `load` is called; all that needs no core has happened. */
async function loading(t, options, url = URL_OF_SERVER) {
  const browser = openBrowser(t);
  const { StayWire } = await freshPackage(t);
  const load = holdCompilation(t);
  const client = new StayWire(url, { session: true, ...options });
  await settle();
  return { browser, server: new SessionServer(browser), client, load, types: recordTypes(client) };
}

test("it is dialled without the core, and nobody is told of it before", async (t) => {
  const { browser, server, client, load, types } = await loading(t, {}, () => URL_OF_SERVER);
  assert.deepEqual([browser.socket.url, browser.socket.protocols], [URL_OF_SERVER, SUB_PROTOCOL]);
  browser.socket.accept();
  assert.deepEqual([client.readyState, client.status, client.url, types], [0, "connecting", "", []]);
  load();
  await until(() => browser.socket.sent.length);
  assert.equal(client.url, URL_OF_SERVER);
  server.welcome();
  assert.deepEqual([types, client.status, browser.sockets.length], [["open"], "open", 1]);
});

test("one that is still connecting when the core is there goes on", async (t) => {
  const { browser, server, client, load, types } = await loading(t);
  load();
  await until(() => browser.socket.binaryType === "arraybuffer");
  assert.equal(client.status, "connecting");
  server.welcome();
  assert.deepEqual([types, browser.sockets.length], [["open"], 1]);
});

test("one that could not be opened meanwhile is tried again", async (t) => {
  const { browser, server, client, load, types } = await loading(t);
  const retries = record(client, "reconnecting");
  browser.socket.drop();
  load();
  await until(() => types.length);
  assert.deepEqual([retries[0].attempt, retries[0].cause, retries[0].code], [0, "closed", 1006]);
  await browser.clock.pass(FIRST_RETRY);
  assert.equal(browser.sockets.length, 2);
  server.welcome();
  assert.equal(client.status, "open");
});

test("one that was open and closed meanwhile says why, and nothing is sent on it", async (t) => {
  const { browser, client, load, types } = await loading(t);
  const closes = record(client, "close");
  browser.socket.accept().finish(3502, "not here");
  load();
  await until(() => types.length);
  assert.deepEqual([types, closes[0].code, closes[0].reason], [["close"], 3502, "not here"]);
  assert.deepEqual([browser.socket.sent, browser.socket.bufferedAmount], [[], 0]);
});

test("a close that advises when to come back is followed", async (t) => {
  const { browser, client, load, types } = await loading(t);
  const retries = record(client, "reconnecting");
  browser.socket.accept().finish(1013, "retry=60000");
  load();
  await until(() => types.length);
  assert.ok(retries[0].delay > 20_000, `${retries[0].delay} ms`);
});

test("a server that speaks before the opening is as much against the protocol as afterwards", async (t) => {
  const { browser, client, load } = await loading(t);
  const closes = record(client, "close");
  browser.socket.accept().deliver("d1\nhello");
  load();
  await until(() => closes.length);
  assert.equal(closes[0].code, 3510);
  assert.equal(browser.socket.closedWith[0], 3510);
});

test("close before the core is there closes the socket at once, and close is told as ever", async (t) => {
  const { browser, client, load, types } = await loading(t);
  browser.socket.accept();
  client.close();
  assert.deepEqual([browser.socket.readyState, client.status, types], [2, "closing", []]);
  load();
  await until(() => types.length);
  await browser.clock.pass(60_000);
  assert.deepEqual([types, browser.sockets.length], [["close"], 1]);
});

test("close while it is found out where to dial dials nothing", async (t) => {
  let answer;
  const { browser, client, load, types } = await loading(t, {}, () => new Promise((resolve) => (answer = resolve)));
  client.close();
  answer(URL_OF_SERVER);
  load();
  await until(() => types.length);
  assert.deepEqual([types, browser.sockets.length], [["close"], 0]);
});

test("close at once asks nobody where to dial, and no function is called by the constructor", async (t) => {
  openBrowser(t);
  const { StayWire } = await freshPackage(t);
  let asked = 0;
  const client = new StayWire(() => asked++, { session: true });
  assert.equal(asked, 0);
  client.close();
  await until(() => client.status === "closed");
  assert.equal(asked, 0);
});

test("reconnect after such a close dials again", async (t) => {
  const { browser, server, client, load, types } = await loading(t);
  client.close();
  client.reconnect();
  client.reconnect();
  await settle();
  assert.deepEqual(browser.sockets.map(({ readyState }) => readyState), [2, 0]);
  load();
  await until(() => browser.socket.binaryType === "arraybuffer");
  server.welcome();
  assert.deepEqual([types, browser.sockets.length], [["open"], 2]);
});

test("reconnect replaces one that has failed before the core is there, and what comes of that is told to nobody", async (t) => {
  const { browser, server, client, load, types } = await loading(t);
  browser.socket.drop();
  client.reconnect();
  await settle();
  assert.equal(browser.sockets.length, 2);
  load();
  await until(() => browser.socket.binaryType === "arraybuffer");
  server.welcome();
  assert.deepEqual([types, browser.sockets.length], [["open"], 2]);
});

test("a page that goes into the back-forward cache lets it go, and the core dials when the page is back", async (t) => {
  const { browser, server, client, load, types } = await loading(t);
  browser.socket.accept();
  browser.page.tell("pagehide", { persisted: true });
  assert.equal(browser.socket.readyState, 2);
  browser.page.tell("pageshow", { persisted: true });
  load();
  await until(() => browser.sockets.length === 2);
  server.welcome();
  assert.deepEqual([types, client.status], [["open"], "open"]);
});

test("a core that does not load closes the socket", async (t) => {
  const browser = openBrowser(t);
  const { StayWire } = await freshPackage(t);
  t.mock.method(WebAssembly, "instantiate", () => Promise.reject(new WebAssembly.CompileError("blocked by CSP")));
  const client = new StayWire(URL_OF_SERVER, { session: true });
  const types = recordTypes(client);
  await until(() => types.length);
  assert.deepEqual([types, browser.sockets.map(({ readyState }) => readyState)], [["error", "close"], [2]]);
});

test("URL, sub-protocols and credential are asked for once for each attempt", async (t) => {
  const asked = { url: 0, protocols: 0, credential: 0 };
  const counting = (name, value) => async () => `${value}${++asked[name]}`;
  const options = { protocols: counting("protocols", "chat"), credential: counting("credential", "ticket-") };
  const { browser, server, load } = await loading(t, options, counting("url", URL_OF_SERVER));
  load();
  await until(() => browser.socket.binaryType === "arraybuffer");
  assert.deepEqual(server.welcome().lines, ["credential ticket-1", "protocol chat1"]);
  assert.deepEqual(asked, { url: 1, protocols: 1, credential: 1 });
  await server.cut();
  assert.equal(browser.socket.url, `${URL_OF_SERVER}2`);
  assert.deepEqual(asked, { url: 2, protocols: 2, credential: 2 });
});

test("what a URL function throws meanwhile is told once the core is there, and it is asked again", async (t) => {
  let asked = 0;
  const { browser, client, load, types } = await loading(t, {}, () => (++asked > 1 ? URL_OF_SERVER : Promise.reject(new Error("no token"))));
  const retries = record(client, "reconnecting");
  assert.deepEqual([asked, browser.sockets.length, types], [1, 0, []]);
  load();
  await until(() => types.length);
  assert.deepEqual([asked, retries[0].cause, retries[0].reason], [1, "url", "Error: no token"]);
  await browser.clock.pass(FIRST_RETRY);
  assert.deepEqual([asked, browser.sockets.length], [2, 1]);
});

test("a URL function that does not answer is waited for from when the core is there; a late answer is ignored", async (t) => {
  const answers = [];
  const { browser, client, load } = await loading(t, {}, () => new Promise((resolve) => answers.push(resolve)));
  const retries = record(client, "reconnecting");
  browser.clock.skip(60_000);
  load();
  await until(() => browser.clock.timers);
  await browser.clock.pass(9_999);
  assert.equal(retries.length, 0);
  await browser.clock.pass(501);
  assert.deepEqual([retries[0].cause, answers.length], ["timeout", 2]);
  answers[0]("wss://late.example/");
  await settle();
  assert.equal(browser.sockets.length, 0);
});

test("an answer that comes after the core dials then", async (t) => {
  let answer;
  const { browser, server, client, load } = await loading(t, {}, () => new Promise((resolve) => (answer = resolve)));
  load();
  await until(() => browser.clock.timers);
  answer(URL_OF_SERVER);
  await settle();
  server.welcome();
  assert.deepEqual([client.status, browser.sockets.length], ["open", 1]);
});

test("a socket that does not open is given up connectTimeout after the core is there", async (t) => {
  const { browser, client, load } = await loading(t);
  const retries = record(client, "reconnecting");
  const first = browser.socket;
  load();
  await until(() => browser.clock.timers);
  await browser.clock.pass(10_500);
  assert.deepEqual([retries[0].cause, first.readyState, browser.sockets.length], ["timeout", 2, 2]);
});

test("it is of the class that was asked for", async (t) => {
  const Other = fakeWebSocket();
  const { browser } = await loading(t, { WebSocket: Other });
  assert.deepEqual([browser.sockets.length, Other.sockets.length], [0, 1]);
});

test("what the browser refuses ends it", async (t) => {
  class Refusing {
    constructor() {
      throw new DOMException("mixed content", "SecurityError");
    }
  }
  const { client, load, types } = await loading(t, { WebSocket: Refusing });
  const closes = record(client, "close");
  load();
  await until(() => types.length);
  assert.deepEqual(types, ["error", "close"]);
  assert.match(closes[0].reason, /mixed content/);
});

test("with maxAttempts 0 one that could not be opened meanwhile is the end", async (t) => {
  const { browser, load, types } = await loading(t, { maxAttempts: 0 });
  browser.socket.drop();
  load();
  await until(() => types.length);
  assert.deepEqual([types, browser.sockets.length], [["error", "close"], 1]);
});

test("with startClosed it is dialled by reconnect", async (t) => {
  const { browser, client } = await loading(t, { startClosed: true });
  assert.equal(browser.sockets.length, 0);
  client.reconnect();
  await settle();
  assert.equal(browser.sockets.length, 1);
});

test("in plain mode the core dials", async (t) => {
  const { browser, load } = await loading(t, { session: false });
  assert.equal(browser.sockets.length, 0);
  load();
  await until(() => browser.socket);
});
