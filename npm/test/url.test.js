// URL and sub-protocols as functions, which are asked for each attempt.

import assert from "node:assert/strict";
import { test } from "node:test";
import { openBrowser, record, recordTypes } from "./fakes/browser.js";
import { settle } from "./fakes/clock.js";

test("a URL function is called for each attempt", async (t) => {
  const browser = openBrowser(t);
  let calls = 0;
  const client = await browser.dial({}, () => `/ws?token=${++calls}`);
  assert.equal(client.url, "wss://shop.example/ws?token=1");
  browser.socket.drop();
  await browser.clock.pass(500);
  assert.equal(client.url, "wss://shop.example/ws?token=2");
  assert.equal(browser.socket.url, client.url);
});

test("a URL function may be asynchronous and answer with a URL object", async (t) => {
  const browser = openBrowser(t);
  await browser.dial({}, async () => new URL("https://a.example/ws"));
  assert.equal(browser.socket.url, "wss://a.example/ws");
});

test("url is empty until a URL function has answered", async (t) => {
  const browser = openBrowser(t);
  let answer;
  const client = await browser.dial({}, () => new Promise((resolve) => (answer = resolve)));
  assert.equal(client.url, "");
  answer("wss://a.example/");
  await settle();
  assert.equal(client.url, "wss://a.example/");
});

test("a sub-protocol function is called for each attempt, and may be asynchronous", async (t) => {
  const browser = openBrowser(t);
  let calls = 0;
  const client = await browser.dial(async () => ["chat", `token.${++calls}`]);
  assert.deepEqual(browser.socket.protocols, ["chat", "token.1"]);
  client.reconnect();
  await settle();
  assert.deepEqual(browser.socket.protocols, ["chat", "token.2"]);
  await browser.dial({ protocols: () => "solo" });
  assert.deepEqual(browser.socket.protocols, ["solo"]);
});

for (const [how, fail] of [
  ["throws", () => { throw new Error("no token"); }],
  ["rejects", () => Promise.reject(new Error("no token"))],
  ["throws what JSON.parse throws", () => JSON.parse("no token")],
  ["rejects as fetch does", () => Promise.reject(new DOMException("no token", "NetworkError"))],
]) {
  test(`a URL function that ${how} is tried again, and reconnecting tells why`, async (t) => {
    const browser = openBrowser(t);
    let calls = 0;
    const client = await browser.dial({}, () => (++calls < 3 ? fail() : "/ws"));
    const types = recordTypes(client);
    const events = record(client, "reconnecting");
    await browser.clock.pass(5_000);
    browser.socket.accept();
    assert.equal(calls, 3);
    assert.equal(browser.sockets.length, 1);
    // The first failure came before anybody listened.
    assert.deepEqual(types, ["reconnecting", "open"]);
    assert.equal(events[0].cause, "url");
    assert.match(events[0].reason, /Error: .*no token/);
  });
}

test("a sub-protocol function that throws is tried again", async (t) => {
  const browser = openBrowser(t);
  let calls = 0;
  await browser.dial(() => {
    if (++calls === 1) throw new Error("not yet");
    return "chat";
  });
  assert.equal(browser.sockets.length, 0);
  await browser.clock.pass(500);
  assert.deepEqual(browser.socket.protocols, ["chat"]);
});

test("a URL function that does not answer is asked again after connectTimeout; a late answer is ignored", async (t) => {
  const browser = openBrowser(t);
  const answers = [];
  const client = await browser.dial({}, () => new Promise((resolve) => answers.push(resolve)));
  const events = record(client, "reconnecting");
  await browser.clock.pass(10_000 + 500);
  assert.equal(events[0].cause, "timeout");
  assert.equal(answers.length, 2);
  answers[1]("wss://in-time.example/");
  await settle();
  answers[0]("wss://late.example/");
  await settle();
  assert.deepEqual(browser.sockets.map(({ url }) => url), ["wss://in-time.example/"]);
  assert.equal(client.url, "wss://in-time.example/");
});

for (const [what, url, options] of [
  ["a URL that is none", () => "http://", {}],
  ["a scheme that is not for WebSockets", async () => "ftp://a.example/", {}],
  ["a sub-protocol that is no token", "/ws", () => ["a b"]],
]) {
  test(`a function that answers ${what} ends it with error and close`, async (t) => {
    const browser = openBrowser(t);
    let end;
    const ended = new Promise((resolve) => (end = resolve));
    const client = await browser.dial(options, async () => {
      await ended;
      return typeof url === "function" ? url() : url;
    });
    const types = recordTypes(client);
    const closes = record(client, "close");
    end();
    await browser.clock.pass(60_000);
    assert.deepEqual(types, ["error", "close"]);
    assert.match(closes[0].reason, /^SyntaxError: staywire: /);
    assert.deepEqual([closes[0].code, closes[0].wasClean], [1006, false]);
    assert.equal(browser.sockets.length, 0);
  });
}

for (const name of ["SyntaxError", "SecurityError"]) {
  test(`a ${name} of the browser's own constructor ends it with error and close`, async (t) => {
    const browser = openBrowser(t);
    t.mock.method(globalThis, "WebSocket", function () {
      throw new DOMException("mixed content", name);
    });
    const client = await browser.dial();
    assert.equal(client.status, "closed");
    await browser.clock.pass(60_000);
    assert.equal(browser.clock.timers, 0);
  });
}

test("a URL function that throws what has no text is tried again", async (t) => {
  const browser = openBrowser(t);
  let calls = 0;
  const url = () => {
    if (++calls < 3) throw Object.create(null);
    return "/ws";
  };
  const client = await browser.dial({}, url);
  const events = record(client, "reconnecting");
  await browser.clock.pass(5_000);
  assert.equal(browser.sockets.length, 1);
  assert.deepEqual([events[0].cause, events[0].reason], ["url", ""]);
});
