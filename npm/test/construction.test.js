// What `new StayWire(…)` does before it returns, and where it dials.

import assert from "node:assert/strict";
import { test } from "node:test";
import { StayWire } from "../dist/index.js";
import { settle } from "./fakes/clock.js";
import { openBrowser, until, URL_OF_SERVER } from "./fakes/browser.js";
import { replace } from "./fakes/replace.js";

test("construction is synchronous: the object is CONNECTING and no socket exists yet", (t) => {
  const browser = openBrowser(t);
  const client = new StayWire(URL_OF_SERVER);
  assert.equal(client.readyState, StayWire.CONNECTING);
  assert.equal(client.status, "connecting");
  assert.equal(client.url, URL_OF_SERVER);
  assert.equal(client.protocol, "");
  assert.equal(client.extensions, "");
  assert.equal(client.bufferedAmount, 0);
  assert.equal(client.binaryType, "blob");
  assert.equal(browser.sockets.length, 0);
});

test("one socket is made, with the URL and no sub-protocol", async (t) => {
  const browser = openBrowser(t);
  await browser.dial();
  assert.equal(browser.sockets.length, 1);
  assert.equal(browser.socket.url, URL_OF_SERVER);
  assert.deepEqual(browser.socket.protocols, []);
});

test("sub-protocols are given as WebSocket takes them, or among the options", async (t) => {
  const browser = openBrowser(t);
  for (const options of ["chat", ["chat"], new Set(["chat"]), { protocols: "chat" }, { protocols: ["chat"] }]) {
    await browser.dial(options);
    assert.deepEqual(browser.socket.protocols, ["chat"]);
  }
});

test("sub-protocols that differ in case are different, as in browsers", async (t) => {
  const browser = openBrowser(t);
  await browser.dial(["chat", "Chat"]);
  assert.deepEqual(browser.socket.protocols, ["chat", "Chat"]);
});

test("the server's choice of sub-protocol and extensions can be read, also after the end", async (t) => {
  const browser = openBrowser(t);
  const client = await browser.dial(["a", "b"]);
  browser.socket.accept({ protocol: "b", extensions: "permessage-deflate" });
  const choice = () => [client.protocol, client.extensions];
  assert.deepEqual(choice(), ["b", "permessage-deflate"]);
  browser.socket.finish(1000);
  assert.deepEqual(choice(), ["b", "permessage-deflate"]);
});

const ADDRESSES = [
  ["http://a.example/ws", "ws://a.example/ws"],
  ["https://a.example/ws?x=1", "wss://a.example/ws?x=1"],
  ["WSS://A.example", "wss://a.example/"],
  [new URL("ws://a.example:8080/"), "ws://a.example:8080/"],
  ["/ws", "wss://shop.example/ws"],
  ["ws", "wss://shop.example/orders/ws"],
  ["?page=3", "wss://shop.example/orders/list?page=3"],
  ["//b.example/ws", "wss://b.example/ws"],
];

for (const [given, dialled] of ADDRESSES) {
  test(`'${given}' on https://shop.example/orders/list dials ${dialled}`, async (t) => {
    const browser = openBrowser(t);
    const client = await browser.dial({}, given);
    assert.equal(browser.socket.url, dialled);
    assert.equal(client.url, dialled);
  });
}

test("in a worker, which has no document, a relative URL is relative to its location", async (t) => {
  const browser = openBrowser(t);
  replace(t, globalThis, "document", undefined);
  replace(t, globalThis, "location", { href: "http://worker.example/js/worker.js" });
  await browser.dial({}, "../ws");
  assert.equal(browser.socket.url, "ws://worker.example/ws");
});

test("a URL object that is changed after construction changes nothing", async (t) => {
  const browser = openBrowser(t);
  const url = new URL("wss://a.example/ws");
  new StayWire(url);
  url.pathname = "/other";
  await settle();
  assert.equal(browser.socket.url, "wss://a.example/ws");
});

test("in the place of the global WebSocket it still dials by what was there before", async (t) => {
  const browser = openBrowser(t);
  const Native = WebSocket;
  const { StayWire: Replacing } = await import("../dist/index.js?replacing");
  for (const Replacement of [Replacing, class extends Replacing {}]) {
    replace(t, globalThis, "WebSocket", Replacement);
    const client = new WebSocket(URL_OF_SERVER);
    await until(() => browser.socket);
    assert.ok(client instanceof Replacing && browser.socket instanceof Native);
    browser.sockets.length = 0;
  }
});

test("startClosed opens nothing and loads nothing until reconnect", async (t) => {
  const browser = openBrowser(t);
  const instantiate = t.mock.method(WebAssembly, "instantiate");
  const client = await browser.dial({ startClosed: true });
  assert.deepEqual([client.readyState, client.status, browser.sockets.length], [3, "closed", 0]);
  assert.equal(instantiate.mock.callCount(), 0);
  client.close();
  client.reconnect();
  assert.equal(client.status, "connecting");
  await until(() => browser.socket);
  browser.socket.accept();
  assert.equal(client.status, "open");
});

test("startClosed checks its options at once", (t) => {
  openBrowser(t);
  assert.throws(() => new StayWire(URL_OF_SERVER, { startClosed: true, maxAttempts: -1 }), RangeError);
});

test("the option WebSocket is the class of the connections, also where there is no global one", async (t) => {
  const browser = openBrowser(t);
  const { WebSocket: Given } = globalThis;
  replace(t, globalThis, "WebSocket", undefined);
  const client = await browser.dial({ WebSocket: Given });
  browser.socket.accept();
  assert.ok(browser.socket instanceof Given);
  assert.equal(client.status, "open");
});
