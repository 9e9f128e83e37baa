// close(): the event comes later, once, and nothing after it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { openBrowser, record, recordTypes } from "./fakes/browser.js";
import { replace } from "./fakes/replace.js";

const facts = ({ code, reason, wasClean }) => ({ code, reason, wasClean });
const UNCLEAN = { code: 1006, reason: "", wasClean: false };

test("close while open begins the closing handshake, and its end is the close event", async (t) => {
  const browser = openBrowser(t);
  const client = await browser.connect();
  const types = recordTypes(client);
  const closes = record(client, "close");
  client.close(4001, "done");
  assert.deepEqual(browser.socket.closedWith, [4001, "done"]);
  assert.deepEqual(types, [], "asynchronously");
  browser.socket.finish();
  assert.deepEqual(types, ["close"]);
  assert.ok(closes[0] instanceof CloseEvent);
  assert.deepEqual(facts(closes[0]), { code: 4001, reason: "done", wasClean: true });
});

test("where there is no CloseEvent, as in Node 22, the close event says the same", async (t) => {
  const browser = openBrowser(t);
  replace(t, globalThis, "CloseEvent", undefined);
  const client = await browser.connect();
  const closes = record(client, "close");
  client.close(4001, "done");
  browser.socket.finish();
  assert.deepEqual(facts(closes[0]), { code: 4001, reason: "done", wasClean: true });
});

test("close without arguments sends neither code nor reason", async (t) => {
  const browser = openBrowser(t);
  const client = await browser.connect();
  client.close();
  assert.deepEqual(browser.socket.closedWith, [undefined, undefined]);
});

test("close with a reason and no code closes with 1000, though Chromium refuses that", async (t) => {
  const browser = openBrowser(t);
  const client = await browser.connect();
  client.close(undefined, "done");
  assert.deepEqual(browser.socket.closedWith, [1000, "done"]);
});

test("close while open sends first what was sent before", async (t) => {
  const browser = openBrowser(t);
  const client = await browser.dial();
  client.send("queued");
  client.onopen = () => {
    client.send("from open");
    client.close();
  };
  browser.socket.accept();
  assert.deepEqual(browser.socket.sent, ["from open", "queued"]);
  assert.equal(browser.socket.readyState, 2);
});

test("a server that does not answer the closing handshake is left after closeTimeout", async (t) => {
  const browser = openBrowser(t);
  const client = await browser.connect();
  const closes = record(client, "close");
  client.close();
  await browser.clock.pass(4_999);
  assert.equal(closes.length, 0);
  await browser.clock.pass(1);
  assert.deepEqual(facts(closes[0]), UNCLEAN);
  assert.equal(browser.socket.onclose, null);
});

test("close while connecting abandons the attempt, and is no error", async (t) => {
  const browser = openBrowser(t);
  const client = await browser.dial();
  const types = recordTypes(client);
  const closes = record(client, "close");
  client.close();
  assert.equal(client.readyState, 2);
  assert.deepEqual(types, []);
  assert.equal(browser.socket.readyState, 2);
  await browser.clock.pass(0);
  assert.deepEqual(types, ["close"]);
  assert.deepEqual(facts(closes[0]), UNCLEAN);
});

test("close between two attempts ends it, and no attempt follows", async (t) => {
  const browser = openBrowser(t);
  const client = await browser.connect();
  const types = recordTypes(client);
  browser.socket.drop();
  client.close();
  assert.deepEqual(types, ["reconnecting"]);
  await browser.clock.pass(60_000);
  assert.deepEqual(types, ["reconnecting", "close"]);
  assert.equal(browser.sockets.length, 1);
});

test("close while a URL function still thinks makes no socket", async (t) => {
  const browser = openBrowser(t);
  let answer;
  const client = await browser.dial({}, () => new Promise((resolve) => (answer = resolve)));
  const types = recordTypes(client);
  client.close();
  answer("wss://late.example/");
  await browser.clock.pass(60_000);
  assert.deepEqual(types, ["close"]);
  assert.equal(browser.sockets.length, 0);
});

test("closing twice closes once, with the first code", async (t) => {
  const browser = openBrowser(t);
  const client = await browser.connect();
  const types = recordTypes(client);
  client.close(4001);
  client.close(4002);
  assert.deepEqual(browser.socket.closedWith, [4001, undefined]);
  browser.socket.finish();
  client.close();
  await browser.clock.pass(60_000);
  assert.deepEqual(types, ["close"]);
});

for (const type of ["open", "message", "reconnecting"]) {
  test(`a handler of ${type} can close`, async (t) => {
    const browser = openBrowser(t);
    const client = await browser.dial();
    const closes = record(client, "close");
    client.addEventListener(type, () => client.close());
    browser.socket.accept();
    browser.socket.deliver("x");
    if (browser.socket.readyState === 1) browser.socket.drop();
    await browser.clock.pass(60_000);
    assert.equal(closes.length, 1);
    assert.equal(client.status, "closed");
    assert.equal(browser.sockets.length, 1);
  });
}
