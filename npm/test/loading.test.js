// The core is compiled asynchronously; until then its stand-in takes the calls.

import assert from "node:assert/strict";
import { test } from "node:test";
import { openBrowser, record, recordTypes, until, URL_OF_SERVER } from "./fakes/browser.js";
import { holdCompilation } from "./fakes/fresh_package.js";
import { replace } from "./fakes/replace.js";

/** A module of its own for each test: what was compiled before is unknown to it. */
let copies = 0;
const freshModule = () => import(`../dist/index.js?copy=${++copies}`);

test("what is sent while the core is compiled waits, and leaves in order once connected", async (t) => {
  const browser = openBrowser(t);
  const { StayWire } = await freshModule();
  const compile = holdCompilation(t);
  const client = new StayWire(URL_OF_SERVER);
  client.send("né");
  client.send(new Uint8Array([1, 2, 3]));
  assert.equal(client.bufferedAmount, 6);
  assert.equal(client.readyState, StayWire.CONNECTING);

  compile();
  await until(() => browser.socket);
  assert.equal(client.bufferedAmount, 6);
  browser.socket.accept();
  assert.deepEqual(browser.socket.sent, ["né", new Uint8Array([1, 2, 3]).buffer]);
  assert.equal(client.bufferedAmount, 0);
});

test("maxQueueBytes holds while the core is compiled", async (t) => {
  openBrowser(t);
  const { StayWire } = await freshModule();
  holdCompilation(t);
  const client = new StayWire(URL_OF_SERVER, { maxQueueBytes: 40 });
  client.send("x".repeat(24));
  client.send("");
  assert.throws(() => client.send(""), { name: "QuotaExceededError" });
  assert.equal(client.bufferedAmount, 24);
});

test("close while the core is compiled ends in a close event and no socket", async (t) => {
  const browser = openBrowser(t);
  const { StayWire } = await freshModule();
  const compile = holdCompilation(t);
  const client = new StayWire(URL_OF_SERVER);
  const types = recordTypes(client);
  const closes = record(client, "close");
  client.close();
  assert.equal(client.readyState, StayWire.CLOSING);
  assert.equal(client.status, "closing");
  assert.deepEqual(types, []);

  compile();
  await until(() => types.length > 0);
  assert.deepEqual(types, ["close"]);
  assert.equal(client.readyState, StayWire.CLOSED);
  assert.deepEqual([closes[0].code, closes[0].reason, closes[0].wasClean], [1006, "", false]);
  await browser.clock.pass(60_000);
  assert.equal(browser.sockets.length, 0);
  assert.deepEqual(types, ["close"]);
});

test("what is sent after a close while the core is compiled counts as buffered, and goes nowhere", async (t) => {
  const browser = openBrowser(t);
  const { StayWire } = await freshModule();
  const compile = holdCompilation(t);
  const client = new StayWire(URL_OF_SERVER, { maxQueueBytes: 16 });
  client.send("before");
  client.close();
  client.send("after");
  client.send("after, and past maxQueueBytes");
  assert.equal(client.bufferedAmount, 6 + 5 + 29);
  client.reconnect();
  compile();
  await until(() => browser.socket);
  browser.socket.accept();
  assert.deepEqual(browser.socket.sent, ["before"]);
  assert.equal(client.bufferedAmount, 0);
});

test("reconnect after a close while the core is compiled connects, once, and fires no close", async (t) => {
  const browser = openBrowser(t);
  const { StayWire } = await freshModule();
  const compile = holdCompilation(t);
  const client = new StayWire(URL_OF_SERVER);
  const types = recordTypes(client);
  client.close();
  client.reconnect();
  assert.equal(client.readyState, StayWire.CONNECTING);

  compile();
  await until(() => browser.socket);
  browser.socket.accept();
  await browser.clock.pass(60_000);
  assert.equal(browser.sockets.length, 1);
  assert.deepEqual(types, ["open"]);
});

test("reconnect while the core is compiled changes nothing", async (t) => {
  const browser = openBrowser(t);
  const { StayWire } = await freshModule();
  const compile = holdCompilation(t);
  const client = new StayWire(URL_OF_SERVER);
  client.send("kept");
  client.reconnect();
  compile();
  await until(() => browser.socket);
  browser.socket.accept();
  assert.deepEqual(browser.socket.sent, ["kept"]);
});

test("many clients compile the core once", async (t) => {
  const browser = openBrowser(t);
  const { StayWire } = await freshModule();
  const instantiate = t.mock.method(WebAssembly, "instantiate");
  for (let i = 0; i < 5; i++) new StayWire(URL_OF_SERVER);
  await until(() => browser.sockets.length === 5);
  assert.equal(instantiate.mock.callCount(), 1);
});

test("a core that cannot be compiled ends in error and close, whose reason says so", async (t) => {
  const browser = openBrowser(t);
  const { StayWire } = await freshModule();
  const refusal = new WebAssembly.CompileError("blocked by CSP: 'wasm-unsafe-eval'");
  t.mock.method(WebAssembly, "instantiate", () => Promise.reject(refusal));
  const client = new StayWire(URL_OF_SERVER);
  const types = recordTypes(client);
  const closes = record(client, "close");
  await until(() => types.length > 0);
  assert.deepEqual(types, ["error", "close"]);
  assert.match(closes[0].reason, /the WebAssembly core did not load: .*wasm-unsafe-eval/);
  client.close();
  assert.equal(client.status, "closed");
});

test("where there is no WebAssembly, a client ends in error and close", async (t) => {
  const browser = openBrowser(t);
  const { StayWire } = await freshModule();
  replace(t, globalThis, "WebAssembly", undefined);
  const client = new StayWire(URL_OF_SERVER);
  const types = recordTypes(client);
  await until(() => types.length > 0);
  assert.deepEqual(types, ["error", "close"]);
});

test("reconnect compiles again after a failure to", async (t) => {
  const browser = openBrowser(t);
  const { StayWire } = await freshModule();
  const instantiate = t.mock.method(WebAssembly, "instantiate", () => Promise.reject(new Error("out of memory")));
  const client = new StayWire(URL_OF_SERVER);
  await until(() => client.status === "closed");
  instantiate.mock.restore();
  client.reconnect();
  await until(() => browser.socket);
  browser.socket.accept();
  assert.equal(client.status, "open");
});
