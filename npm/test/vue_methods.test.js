// The seven methods, mixed into what a component is to them: an object that has its data and its methods.

import assert from "node:assert/strict";
import { test } from "node:test";
import { reactive } from "vue";
import * as methods from "../dist/vue_methods.js";
import { openBrowser } from "./fakes/browser.js";
import { settle } from "./fakes/clock.js";

/** As Vue calls them: on the component that they are mixed into. */
function component(data = {}) {
  const errors = [];
  return { webSocket: null, webSockets: [], list: [], errors, $message: { error: (text) => errors.push(text) }, ...methods, ...data };
}

/** Calls `initWebSocket` and lets the server accept. */
async function open(browser, page, ...args) {
  page.initWebSocket(...args);
  await settle();
  return browser.socket.accept();
}

test("there are seven, by the names of the documents", () => {
  const names = "initWebSocket socketClose webSocketOnClose webSocketOnError webSocketOnMessage webSocketOnOpen websocketsend";
  assert.equal(Object.keys(methods).sort().join(" "), names);
});

test("without an id, messages are parsed and appended", async (t) => {
  const browser = openBrowser(t);
  const page = component();
  const socket = await open(browser, page);
  assert.equal(socket.url, "wss://shop.example/websocket/1");
  socket.deliver('{"createTime":1}');
  socket.deliver('{"createTime":3}');
  socket.deliver('{"createTime":2}');
  assert.deepEqual(page.list.map(({ createTime }) => createTime), [1, 3, 2]);
  assert.deepEqual(page.redata, { createTime: 2 });
});

test("with ids, messages are sorted, the newest first, across the sockets and whatever form their time has", async (t) => {
  const browser = openBrowser(t);
  const page = component();
  const sockets = [await open(browser, page, 7), await open(browser, page, "a/b")];
  assert.deepEqual(sockets.map(({ url }) => url), ["wss://shop.example/websocket/7", "wss://shop.example/websocket/a%2Fb"]);
  const noon = Date.parse("2026-03-01 12:00:00");
  const told = [
    { id: "noon", createTime: "2026-03-01 12:00:00" },
    { id: "none" },
    { id: "second later", createTime: noon + 1_000 },
    { id: "no date", createTime: "yesterday" },
    { id: "year before", createTime: "2025-03-01 12:00:00" },
    // The seed's comparison takes milliseconds of one and seconds of the other, and leaves this one last.
    { id: "minute later", createTime: "2026-03-01 12:01:00" },
    { id: "noon again", createTime: noon },
  ];
  told.forEach((message, index) => sockets[index % 2].deliver(JSON.stringify(message)));
  assert.deepEqual(
    page.list.map(({ id }) => id),
    ["minute later", "second later", "noon again", "noon", "year before", "no date", "none"],
  );
});

test("each socket sends PING every 30 s by itself, and its timer ends with it", async (t) => {
  const browser = openBrowser(t);
  const page = component();
  for (const id of [1, 2, 3]) await open(browser, page, id);
  await browser.clock.pass(60_000);
  assert.deepEqual(browser.sockets.map(({ sent }) => sent), Array(3).fill(["PING", "PING"]));
  page.socketClose();
  for (const socket of browser.sockets) socket.finish();
  assert.deepEqual(page.webSockets, []);
  assert.equal(browser.clock.timers, 0);
});

test("what is sent goes to all sockets, the one without an id among them", async (t) => {
  const browser = openBrowser(t);
  const page = component();
  await open(browser, page);
  await open(browser, page, 1);
  const closed = await open(browser, page, 2);
  closed.finish(1000);
  page.websocketsend("hello");
  assert.deepEqual(browser.sockets.map(({ sent }) => sent), [["hello"], ["hello"], []]);
  page.socketClose();
  assert.deepEqual(browser.sockets.map(({ readyState }) => readyState), [2, 2, 3]);
});

test("a broken wire is dialled anew by one socket, and no handler of an error or an end is called", async (t) => {
  const browser = openBrowser(t);
  const calls = [];
  const page = component({
    webSocketOnOpen: () => calls.push("open"),
    webSocketOnError: () => calls.push("error"),
    webSocketOnClose: () => calls.push("close"),
  });
  const socket = await open(browser, page, 1);
  socket.drop();
  await browser.clock.pass(2_500);
  browser.socket.accept();
  assert.deepEqual([browser.sockets.length, page.webSockets.length, calls], [2, 1, ["open", "open"]]);
});

test("initWebSocket() once more leaves one socket", async (t) => {
  const browser = openBrowser(t);
  const page = component();
  const first = await open(browser, page);
  await open(browser, page);
  assert.equal(first.readyState, 2);
  page.websocketsend("hello");
  assert.deepEqual(browser.sockets.map(({ sent }) => sent), [[], ["hello"]]);
});

test("socketUrl says where to connect, as a value or as a method that gets the id", async (t) => {
  const browser = openBrowser(t);
  await open(browser, component({ socketUrl: "/alarms" }), 5);
  const socketUrl = function (id) {
    return `/alarms/${this.area}/${id}`;
  };
  await open(browser, component({ area: "north", socketUrl }), 5);
  await open(browser, component({ area: "north", socketUrl }));
  const urls = ["wss://shop.example/alarms", "wss://shop.example/alarms/north/5", "wss://shop.example/alarms/north/1"];
  assert.deepEqual(browser.sockets.map(({ url }) => url), urls);
});

test("in the reactive data of Vue 3 sockets stay what they are, and are known by their messages and their end", async (t) => {
  const browser = openBrowser(t);
  const page = reactive(component());
  const one = await open(browser, page);
  const other = await open(browser, page, 1);
  one.deliver('{"createTime":1}');
  one.deliver('{"createTime":2}');
  other.deliver('{"createTime":3}');
  assert.deepEqual(page.list.map(({ createTime }) => createTime), [3, 1, 2]);
  page.socketClose();
  other.finish(1000);
  assert.deepEqual(page.webSockets, []);
});

test("where there is no WebSocket, the user is told and nothing is thrown", (t) => {
  openBrowser(t);
  delete globalThis.WebSocket;
  const page = component();
  page.initWebSocket();
  page.initWebSocket(1);
  assert.deepEqual(page.errors, Array(2).fill("当前浏览器不支持 websocket"));
  assert.deepEqual([page.webSocket, page.webSockets], [null, []]);
});
