// What scripts find on the class and its objects, as on the browser's WebSocket.

import assert from "node:assert/strict";
import { test } from "node:test";
import { StayWire } from "../dist/index.js";
import { openBrowser } from "./fakes/browser.js";

test("the constants are on the class and on its objects, and cannot be changed", async (t) => {
  const browser = openBrowser(t);
  const client = await browser.dial();
  ["CONNECTING", "OPEN", "CLOSING", "CLOSED"].forEach((name, value) => {
    assert.equal(client[name], value);
    for (const holder of [StayWire, StayWire.prototype]) {
      const expected = { value, writable: false, enumerable: true, configurable: false };
      assert.deepEqual(Object.getOwnPropertyDescriptor(holder, name), expected);
    }
  });
});

test("a client is an EventTarget, and the target of its events", async (t) => {
  const browser = openBrowser(t);
  const client = await browser.dial();
  assert.ok(client instanceof StayWire);
  assert.ok(client instanceof EventTarget);
  let target;
  client.onopen = (event) => (target = event.target);
  browser.socket.accept();
  assert.equal(target, client);
});

test("the class can be extended", async (t) => {
  const browser = openBrowser(t);
  class Shop extends StayWire {
    order(item) {
      this.sendJson({ item });
    }
  }
  const shop = new Shop("/ws");
  shop.order("tea");
  await browser.clock.pass(0);
  browser.socket.accept();
  assert.deepEqual(browser.socket.sent, ['{"item":"tea"}']);
});

test("binaryType takes what it knows and ignores the rest", async (t) => {
  const browser = openBrowser(t);
  const client = await browser.dial();
  client.binaryType = "arraybuffer";
  client.binaryType = "text";
  assert.equal(client.binaryType, "arraybuffer");
  client.binaryType = "blob";
  assert.equal(client.binaryType, "blob");
  client.binaryType = { toString: () => "arraybuffer" };
  assert.equal(client.binaryType, "arraybuffer");
  assert.throws(() => (client.binaryType = Symbol("blob")), TypeError);
});

test("what can only be read stays as it is", async (t) => {
  const browser = openBrowser(t);
  const client = await browser.dial();
  for (const name of ["readyState", "status", "url", "protocol", "extensions", "bufferedAmount"]) {
    assert.throws(() => (client[name] = 1), TypeError, name);
  }
});

test("members are enumerable, as WebIDL's are, and an object has none of its own", async (t) => {
  const browser = openBrowser(t);
  const client = await browser.dial();
  const names = [];
  for (const name in client) names.push(name);
  for (const name of ["send", "close", "readyState", "bufferedAmount", "onopen", "onclose", "OPEN"]) assert.ok(names.includes(name), name);
  assert.ok(!names.includes("constructor"));
  assert.deepEqual(Object.keys(client), []);
  assert.equal(String(client), "[object WebSocket]");
  assert.deepEqual([StayWire.length, client.send.length, client.close.length], [1, 1, 0]);
});
