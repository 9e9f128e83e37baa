// The `on…` attributes (HTML §8.1.8.1).

import assert from "node:assert/strict";
import { test } from "node:test";
import { StayWire } from "../dist/index.js";
import { openBrowser } from "./fakes/browser.js";
import { uncaught } from "./fakes/uncaught.js";

const ATTRIBUTES = ["onopen", "onmessage", "onerror", "onclose", "onreconnecting", "onstale"];

for (const attribute of ATTRIBUTES) {
  test(`${attribute} is null until it is set to a function, and calls it`, async (t) => {
    const browser = openBrowser(t);
    const client = await browser.dial();
    assert.equal(client[attribute], null);
    const calls = [];
    const handler = function (event) {
      calls.push([this, event.type]);
    };
    client[attribute] = handler;
    assert.equal(client[attribute], handler);
    const type = attribute.slice(2);
    client.dispatchEvent(new Event(type));
    assert.deepEqual(calls, [[client, type]]);
  });
}

test("what is no function takes the handler off", async (t) => {
  const browser = openBrowser(t);
  const client = await browser.dial();
  for (const nothing of [null, undefined, 5, "open"]) {
    client.onopen = () => assert.fail("it was taken off");
    client.onopen = nothing;
    assert.equal(client.onopen, null);
    client.dispatchEvent(new Event("open"));
  }
});

test("an object that cannot be called is kept, and not called", async (t) => {
  const browser = openBrowser(t);
  const client = await browser.dial();
  const handler = { handleEvent: () => assert.fail("that is for listeners") };
  client.onopen = handler;
  assert.equal(client.onopen, handler);
  browser.socket.accept();
});

test("the attributes of the prototype throw TypeError, as WebIDL's do", async (t) => {
  openBrowser(t);
  assert.throws(() => StayWire.prototype.onopen, TypeError);
});

test("handlers and listeners are called in the order in which they were added", async (t) => {
  const browser = openBrowser(t);
  const client = await browser.dial();
  const order = [];
  client.addEventListener("open", () => order.push(1));
  client.onopen = () => order.push(2);
  client.addEventListener("open", () => order.push(3));
  browser.socket.accept();
  assert.deepEqual(order, [1, 2, 3]);
});

test("a handler that is exchanged keeps its place", async (t) => {
  const browser = openBrowser(t);
  const client = await browser.dial();
  const order = [];
  client.onopen = () => order.push("old");
  client.addEventListener("open", () => order.push("listener"));
  client.onopen = () => order.push("new");
  browser.socket.accept();
  assert.deepEqual(order, ["new", "listener"]);
});

test("a handler that was taken off loses its place", async (t) => {
  const browser = openBrowser(t);
  const client = await browser.dial();
  const order = [];
  client.onopen = () => order.push("old");
  client.addEventListener("open", () => order.push("listener"));
  client.onopen = null;
  client.onopen = () => order.push("new");
  browser.socket.accept();
  assert.deepEqual(order, ["listener", "new"]);
});

test("the handlers of two clients have nothing to do with each other", async (t) => {
  const browser = openBrowser(t);
  const [one, other] = [await browser.dial(), await browser.dial()];
  const called = [];
  one.onopen = () => called.push("one");
  other.onopen = () => called.push("other");
  browser.sockets[0].accept();
  assert.deepEqual(called, ["one"]);
});

test("a handler that throws is an uncaught error, and everything goes on", async (t) => {
  const browser = openBrowser(t);
  const client = await browser.dial();
  client.send("queued");
  client.onopen = () => {
    throw new Error("in onopen");
  };
  const messages = [];
  client.onmessage = ({ data }) => {
    messages.push(data);
    throw new Error("in onmessage");
  };
  const errors = await uncaught(() => {
    browser.socket.accept();
    browser.socket.deliver("a");
    browser.socket.deliver("b");
  });
  assert.deepEqual(errors.map(({ message }) => message), ["in onopen", "in onmessage", "in onmessage"]);
  assert.deepEqual(browser.socket.sent, ["queued"]);
  assert.deepEqual(messages, ["a", "b"]);
});
