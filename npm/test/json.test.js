// sendJson, the `json` event and onJson.

import assert from "node:assert/strict";
import { test } from "node:test";
import { JsonEvent } from "../dist/index.js";
import { openBrowser, record, recordTypes } from "./fakes/browser.js";
import { uncaught } from "./fakes/uncaught.js";

const MALFORMED = '{"order":';

test("sendJson sends the value as JSON", async (t) => {
  const browser = openBrowser(t);
  const client = await browser.connect();
  for (const value of [{ a: [1, null] }, "text", 5, null, false]) client.sendJson(value);
  assert.deepEqual(browser.socket.sent, ['{"a":[1,null]}', '"text"', "5", "null", "false"]);
});

test("sendJson of what has no JSON form throws TypeError, and sends nothing", async (t) => {
  const browser = openBrowser(t);
  const client = await browser.connect();
  const cycle = {};
  cycle.self = cycle;
  for (const value of [undefined, () => {}, Symbol("x"), cycle, 5n]) {
    assert.throws(() => client.sendJson(value), TypeError);
  }
  assert.deepEqual(browser.socket.sent, []);
});

test("sendJson queues while there is no connection", async (t) => {
  const browser = openBrowser(t);
  const client = await browser.dial();
  client.sendJson({ a: 1 });
  browser.socket.accept();
  assert.deepEqual(browser.socket.sent, ['{"a":1}']);
});

test("onJson is given each text message, parsed, until it is taken off", async (t) => {
  const browser = openBrowser(t);
  const client = await browser.connect();
  const values = [];
  const stop = client.onJson((value) => values.push(value));
  browser.socket.deliver('{"order":1}');
  browser.socket.deliver("[2]");
  browser.socket.deliver(new ArrayBuffer(3));
  stop();
  browser.socket.deliver("3");
  assert.deepEqual(values, [{ order: 1 }, [2]]);
});

test("the json event follows the message event and is parsed once for all its listeners", async (t) => {
  const browser = openBrowser(t);
  const client = await browser.connect();
  const types = recordTypes(client);
  const parse = t.mock.method(JSON, "parse");
  const values = [];
  client.addEventListener("json", ({ data }) => values.push(data));
  client.addEventListener("json", (event) => {
    types.push(event.type);
    assert.ok(event instanceof JsonEvent);
    values.push(event.data, event.data);
  });
  browser.socket.deliver('{"order":1}');
  assert.deepEqual(types, ["message", "json"]);
  assert.equal(parse.mock.callCount(), 1);
  assert.ok(values.every((value) => value === values[0]));
});

test("`null` is parsed once, too", async (t) => {
  const browser = openBrowser(t);
  const client = await browser.connect();
  const parse = t.mock.method(JSON, "parse");
  client.addEventListener("json", (event) => assert.deepEqual([event.data, event.data], [null, null]));
  browser.socket.deliver("null");
  assert.equal(parse.mock.callCount(), 1);
});

test("nothing is parsed while nobody listens to json, or reads it", async (t) => {
  const browser = openBrowser(t);
  const client = await browser.connect();
  const parse = t.mock.method(JSON, "parse");
  const dispatched = t.mock.method(EventTarget.prototype, "dispatchEvent");
  browser.socket.deliver("1");
  assert.equal(dispatched.mock.callCount(), 1, "the message event alone");
  record(client, "json");
  browser.socket.deliver("2");
  assert.equal(parse.mock.callCount(), 0);
});

test("text that is not JSON harms nobody who did not ask for JSON", async (t) => {
  const browser = openBrowser(t);
  const client = await browser.connect();
  const messages = record(client, "message");
  const errors = await uncaught(() => browser.socket.deliver(MALFORMED));
  assert.deepEqual(errors, []);
  assert.equal(messages[0].data, MALFORMED);
});

test("text that is not JSON is an uncaught error of each JSON handler, and everything goes on", async (t) => {
  const browser = openBrowser(t);
  const client = await browser.connect();
  const messages = record(client, "message");
  const values = [];
  client.onJson((value) => values.push(value));
  client.onJson((value) => values.push(value));
  const errors = await uncaught(() => {
    browser.socket.deliver(MALFORMED);
    browser.socket.deliver("1");
  });
  assert.deepEqual(errors.map(({ name }) => name), ["SyntaxError", "SyntaxError"]);
  assert.deepEqual(values, [1, 1]);
  assert.equal(messages.length, 2);
  assert.equal(client.status, "open");
});
