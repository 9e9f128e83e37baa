// What a component says in a session: messages, requests, topics.

import assert from "node:assert/strict";
import { test } from "node:test";
import { effectScope } from "vue";
import { useStayWire } from "../dist/vue.js";
import { openBrowser, until, URL_OF_SERVER } from "./fakes/browser.js";
import { received, SessionServer } from "./fakes/session_server.js";
import { compose } from "./fakes/vue.js";

/** A conversation whose session is open. */
async function connect(t) {
  const browser = openBrowser(t);
  const server = new SessionServer(browser);
  const conversation = compose(t, () => useStayWire(URL_OF_SERVER, { session: true }));
  await until(() => browser.socket);
  server.welcome();
  assert.equal(conversation.status.value, "open");
  return { server, ...conversation };
}

test("requests have their replies, also in JSON", async (t) => {
  const { server, request, requestJson } = await connect(t);
  const [text, json] = [request("time?", { timeout: 1_000 }), requestJson({ id: 888 })];
  assert.deepEqual(await received(server.socket), ["r1\ntime?", 'r2\n{"id":888}']);
  server.socket.deliver("y1 1\nten");
  server.socket.deliver('y2 2\n{"dish":"dumplings"}');
  assert.deepEqual([await text, await json], ["ten", { dish: "dumplings" }]);
});

test("what is sent can be awaited, and what is published, too", async (t) => {
  const { server, send, publish } = await connect(t);
  const both = [send("hello"), publish("orders", "news")].map(({ acknowledged }) => acknowledged);
  server.socket.deliver("a2");
  await Promise.all(both);
});

test("a topic is read until the scope ends in which it was subscribed to", async (t) => {
  const { server, subscribe } = await connect(t);
  const scope = effectScope();
  const topic = scope.run(() => subscribe("orders"));
  server.socket.deliver("recovered 7 t abc 3 orders");
  assert.equal(topic.status, "subscribed");
  scope.stop();
  assert.equal(topic.status, "unsubscribed");
});

test("before there is a conversation, a request is rejected and a subscription throws", async (t) => {
  openBrowser(t);
  const { request, requestJson, subscribe } = compose(t, () => useStayWire(URL_OF_SERVER, { immediate: false }));
  const expected = { name: "InvalidStateError", message: /call open\(\)/ };
  await assert.rejects(request("time?"), expected);
  await assert.rejects(requestJson(1), expected);
  assert.throws(() => subscribe("orders"), expected);
});
