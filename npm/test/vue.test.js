// `useStayWire`: what its refs say, and when it connects.

import assert from "node:assert/strict";
import { test } from "node:test";
import { computed, nextTick, ref, shallowRef, watch } from "vue";
import { useStayWire } from "../dist/vue.js";
import { FIRST_RETRY, openBrowser, URL_OF_SERVER } from "./fakes/browser.js";
import { settle } from "./fakes/clock.js";
import { uncaught } from "./fakes/uncaught.js";
import { compose } from "./fakes/vue.js";

/** A WebSocket's `readyState`. */
const CLOSING = 2;

/** A conversation that has dialled. */
async function dial(t, url = URL_OF_SERVER, options) {
  const browser = openBrowser(t);
  const conversation = compose(t, () => useStayWire(url, options));
  await settle();
  return { browser, ...conversation };
}

test("status, error and attempt follow the connection", async (t) => {
  const { browser, status, error, attempt } = await dial(t, URL_OF_SERVER, { minReconnectDelay: 100 });
  assert.equal(status.value, "connecting");
  browser.socket.accept();
  assert.equal(status.value, "open");
  browser.socket.drop();
  assert.equal(status.value, "reconnecting");
  assert.deepEqual([error.value.type, error.value.cause, attempt.value], ["reconnecting", "closed", 0]);
  await browser.clock.pass(FIRST_RETRY);
  browser.socket.drop();
  assert.equal(attempt.value, 1);
  await browser.clock.pass(FIRST_RETRY);
  browser.socket.accept();
  assert.deepEqual([status.value, error.value, attempt.value], ["open", undefined, 0]);
  browser.socket.finish(1008, "no");
  assert.deepEqual([status.value, error.value.type, error.value.reason], ["closed", "close", "no"]);
});

test("latency is that of the last answer to a ping", async (t) => {
  const { browser, latency } = await dial(t, URL_OF_SERVER, { heartbeat: { interval: 1_000, reply: "PONG" } });
  browser.socket.accept();
  await browser.clock.pass(1_000);
  assert.equal(latency.value, undefined);
  await browser.clock.pass(20);
  browser.socket.deliver("PONG");
  assert.equal(latency.value, 20);
});

test("ten thousand messages in one tick are one change, which has all of them", async (t) => {
  const { browser, messages, onMessage } = await dial(t);
  browser.socket.accept();
  const [seen, called] = [[], []];
  watch(messages, (list) => seen.push(list));
  onMessage((message) => called.push(message));
  const sent = Array.from({ length: 10_000 }, (_, number) => `${number}`);
  for (const message of sent) browser.socket.deliver(message);
  await nextTick();
  await settle();
  assert.equal(seen.length, 1);
  assert.deepEqual(seen[0], sent);
  assert.deepEqual(called, sent);
});

test("once Vue has seen them, only as many are kept as were asked for", async (t) => {
  const { browser, messages } = await dial(t, URL_OF_SERVER, { keepMessages: 2 });
  browser.socket.accept();
  for (const message of ["a", "b", "c"]) browser.socket.deliver(message);
  await settle();
  assert.deepEqual(messages.value, ["a", "b", "c"]);
  browser.socket.deliver("d");
  await settle();
  assert.deepEqual(messages.value, ["c", "d"]);
});

test("data changes also for a message that equals the one before", async (t) => {
  const { browser, data } = await dial(t);
  browser.socket.accept();
  let runs = 0;
  watch(data, () => runs++);
  for (let count = 0; count < 3; count++) {
    browser.socket.deliver("tick");
    await settle();
  }
  assert.equal(runs, 3);
});

test("a handler that throws harms neither the next one nor the list", async (t) => {
  const reported = t.mock.fn();
  globalThis.reportError = reported;
  t.after(() => delete globalThis.reportError);
  const { browser, messages, onMessage } = await dial(t);
  browser.socket.accept();
  const called = [];
  onMessage(() => {
    throw new Error("mine");
  });
  const stop = onMessage((message) => called.push(message));
  browser.socket.deliver("a");
  stop();
  browser.socket.deliver("b");
  await settle();
  assert.deepEqual(called, ["a"]);
  assert.deepEqual(messages.value, ["a", "b"]);
  assert.equal(reported.mock.callCount(), 2);
});

test("with `json` messages are parsed, and otherwise they are as they came", async (t) => {
  const { browser, data } = await dial(t, URL_OF_SERVER, { json: true });
  browser.socket.accept().deliver('{"id":7}');
  assert.deepEqual(data.value, { id: 7 });
  const raw = compose(t, () => useStayWire(URL_OF_SERVER, { binaryType: "arraybuffer" }));
  await settle();
  browser.socket.accept().deliver(new Uint8Array([1, 2]).buffer);
  assert.deepEqual([...new Uint8Array(raw.data.value)], [1, 2]);
});

test("another URL is another conversation, and the one before is heard no more", async (t) => {
  const url = ref(URL_OF_SERVER);
  const { browser, status, messages } = await dial(t, url);
  const [before] = browser.sockets;
  before.accept().deliver("a");
  await settle();
  url.value = "wss://other.example/";
  url.value = "wss://server.example/other";
  await settle();
  assert.deepEqual(browser.sockets.map(({ url }) => url), [URL_OF_SERVER, "wss://server.example/other"]);
  assert.equal(before.readyState, CLOSING);
  before.deliver("late");
  assert.equal(status.value, "connecting");
  browser.socket.accept().deliver("b");
  await settle();
  assert.deepEqual(messages.value, ["a", "b"]);
});

test("another conversation begins without the error, the attempts and the latency of the one before", async (t) => {
  const url = ref(URL_OF_SERVER);
  const { browser, error, attempt, latency } = await dial(t, url, { heartbeat: { interval: 1_000, reply: "PONG" } });
  browser.socket.accept();
  await browser.clock.pass(1_000);
  browser.socket.deliver("PONG");
  browser.socket.drop();
  await browser.clock.pass(FIRST_RETRY);
  browser.socket.drop();
  assert.deepEqual([error.value.type, attempt.value, latency.value], ["reconnecting", 1, 0]);
  url.value = "wss://server.example/other";
  await settle();
  assert.deepEqual([error.value, attempt.value, latency.value], [undefined, 0, undefined]);
});

test("a ref whose URL is none ends the conversation, and one whose URL is one begins another", async (t) => {
  t.mock.method(console, "warn", () => {});
  const url = ref(URL_OF_SERVER);
  const { browser, status } = await dial(t, url);
  browser.socket.accept();
  const errors = await uncaught(() => (url.value = "ftp://server.example/"));
  assert.deepEqual([status.value, errors.map(({ name }) => name)], ["closed", ["SyntaxError"]]);
  url.value = URL_OF_SERVER;
  await settle();
  assert.deepEqual([status.value, browser.sockets.length], ["connecting", 2]);
});

test("what was closed and is reconnected follows its URL again", async (t) => {
  const url = ref(URL_OF_SERVER);
  const { browser, close, reconnect } = await dial(t, url);
  browser.socket.accept();
  close();
  browser.socket.finish(1000);
  reconnect();
  await settle();
  url.value = "wss://server.example/other";
  await settle();
  assert.equal(browser.socket.url, url.value);
});

test("without a value there is no conversation until there is one", async (t) => {
  const url = ref();
  const { browser, status, socket } = await dial(t, computed(() => url.value));
  assert.deepEqual([status.value, browser.sockets.length], ["closed", 0]);
  url.value = URL_OF_SERVER;
  await settle();
  browser.socket.accept();
  assert.equal(status.value, "open");
  url.value = null;
  await settle();
  assert.deepEqual([status.value, socket.value.readyState], ["closed", 2]);
});

test("a function is called for each attempt, and a change of what it read is another conversation", async (t) => {
  const token = shallowRef("one");
  const find = t.mock.fn(async () => `/ws?token=${token.value}`);
  const { browser, socket } = await dial(t, find);
  const [before] = browser.sockets;
  browser.socket.accept().drop();
  await browser.clock.pass(FIRST_RETRY);
  assert.equal(find.mock.callCount(), 2, "once for each attempt");
  browser.socket.accept();
  const client = socket.value;
  token.value = "two";
  await settle();
  assert.notEqual(socket.value, client);
  assert.equal(browser.socket.url, "wss://shop.example/ws?token=two");
  assert.equal(browser.sockets.length, 3);
  assert.match(before.url, /token=one/);
});

test("with `immediate: false` only `open` connects, and not a change of the URL", async (t) => {
  const url = ref(URL_OF_SERVER);
  const { browser, status, open, close, send } = await dial(t, url, { immediate: false });
  assert.throws(() => send("early"), { name: "InvalidStateError", message: /call open\(\)/ });
  url.value = "wss://server.example/other";
  await settle();
  assert.deepEqual([status.value, browser.sockets.length], ["closed", 0]);
  open();
  open();
  await settle();
  assert.equal(browser.sockets.length, 1);
  send("hello");
  browser.socket.accept();
  assert.deepEqual(browser.socket.sent, ["hello"]);
  close(4000, "done");
  assert.equal(status.value, "closing");
  browser.socket.finish(4000);
  assert.equal(status.value, "closed");
  url.value = URL_OF_SERVER;
  await settle();
  assert.equal(browser.sockets.length, 1, "a conversation that was closed stays closed");
});

test("the end of the scope closes, and nothing is left that changes a ref or dials", async (t) => {
  const url = ref(URL_OF_SERVER);
  const { browser, messages, status, stop } = await dial(t, url);
  const socket = browser.socket.accept();
  stop();
  assert.deepEqual([socket.readyState, status.value], [CLOSING, "closed"]);
  socket.deliver("late");
  url.value = "wss://server.example/other";
  await browser.clock.pass(60_000);
  assert.deepEqual(messages.value, []);
  assert.equal(browser.sockets.length, 1);
  assert.equal(browser.page.listeners, 0);
});

test("a URL that is none throws where it was written", (t) => {
  openBrowser(t);
  assert.throws(() => compose(t, () => useStayWire("ftp://server.example/")), { name: "SyntaxError" });
});
