// Requests of the page: one reply, or one error.

import assert from "node:assert/strict";
import { test } from "node:test";
import { RequestError, StayWire } from "../dist/index.js";
import { settle } from "./fakes/clock.js";
import { openBrowser, URL_OF_SERVER } from "./fakes/browser.js";
import { received, SessionServer } from "./fakes/session_server.js";

async function connect(t, options) {
  const browser = openBrowser(t);
  const server = new SessionServer(browser);
  return { browser, server, client: await server.connect(options) };
}

test("a request has its reply, text or binary as that is", async (t) => {
  const { server, client } = await connect(t);
  client.binaryType = "arraybuffer";
  const [text, binary] = [client.request("what time is it?"), client.request(new TextEncoder().encode("binary"))];
  assert.deepEqual(await received(server.socket), ["r1\nwhat time is it?", "binary r2\nbinary"]);
  server.socket.deliver("a2");
  server.socket.deliver(new TextEncoder().encode("y1 2\n\x01\x02").buffer);
  server.socket.deliver("y2 1\nten\no'clock");
  assert.equal(await text, "ten\no'clock");
  assert.deepEqual([...new Uint8Array(await binary)], [1, 2]);
});

test("a binary reply is a blob unless asked otherwise", async (t) => {
  const { server, client } = await connect(t);
  const reply = client.request("");
  server.socket.deliver(new TextEncoder().encode("y1 1\nblob").buffer);
  assert.equal(await (await reply).text(), "blob");
});

test("a request and its reply may be JSON", async (t) => {
  const { server, client } = await connect(t);
  const reply = client.requestJson({ id: 888 });
  assert.deepEqual(await received(server.socket), ['r1\n{"id":888}']);
  server.socket.deliver('y1 1\n{"dish":"dumplings"}');
  assert.deepEqual(await reply, { dish: "dumplings" });
  await assert.rejects(client.requestJson(undefined), TypeError);
});

const KINDS = { 1: "interrupted", 2: "unhandled", 3: "panicked", 4: "tooMany", 5: "notAllowed", 6: "unknownName", 7: "unavailable", 8: "failed", 9: "tooLarge", 1000: "failed" };

test("a failure is told with its code, its kind and its reason", async (t) => {
  const { server, client } = await connect(t);
  let number = 0;
  for (const [code, kind] of Object.entries(KINDS)) {
    const reply = client.request("");
    server.socket.deliver(`e${++number} ${number} ${code}\nwhy`);
    const error = await reply.catch((error) => error);
    assert.ok(error instanceof RequestError);
    assert.deepEqual([error.name, error.code, error.kind, error.reason], ["RequestError", +code, kind, "why"]);
  }
});

test("a request that takes too long fails, and its handler is told", async (t) => {
  const { browser, server, client } = await connect(t);
  const reply = client.request("slow", { timeout: 2_000 });
  reply.catch(() => {});
  await received(server.socket);
  await browser.clock.pass(1_999);
  assert.deepEqual(await received(server.socket), []);
  await browser.clock.pass(1);
  assert.deepEqual(await received(server.socket), ["x2 1"]);
  await assert.rejects(reply, { name: "RequestError", kind: "timeout", code: undefined });
  server.socket.deliver("y1 1\ntoo late");
  client.send("goes on");
  assert.deepEqual(await received(server.socket), ["d3\ngoes on"]);
});

test("an aborted request fails with the signal's reason, and its handler is told", async (t) => {
  const { server, client } = await connect(t);
  const controller = new AbortController();
  const reply = client.request("slow", controller);
  server.socket.deliver("a1");
  controller.abort();
  await assert.rejects(reply, { name: "AbortError" });
  assert.deepEqual(await received(server.socket), ["r1\nslow", "x2 1"]);
});

test("a request whose signal is aborted already is never sent", async (t) => {
  const { server, client } = await connect(t);
  await assert.rejects(client.request("never", { signal: AbortSignal.abort("left the page") }), (reason) => reason === "left the page");
  assert.deepEqual(await received(server.socket), []);
});

test("a signal keeps nothing of a request that has its reply", async (t) => {
  const { browser, server, client } = await connect(t);
  const controller = new AbortController();
  const reply = client.request("fast", { signal: controller.signal, timeout: 1_000 });
  server.socket.deliver("y1 1\ndone");
  await reply;
  await received(server.socket);
  controller.abort();
  await browser.clock.pass(999);
  assert.deepEqual(await received(server.socket), []);
});

test("a request goes on over cuts, and is answered once", async (t) => {
  const { server, client } = await connect(t);
  const reply = client.request("once");
  await server.cut();
  server.resumed({ accepted: 0 });
  assert.deepEqual(await received(server.socket), ["r1\nonce"]);
  await server.cut();
  server.resumed({ accepted: 1, done: 1 });
  assert.deepEqual(await received(server.socket), []);
  server.socket.deliver("y1 1\ndone");
  server.socket.deliver("y1 1\ndone");
  assert.equal(await reply, "done");
});

test("the outcome of a request is unknown where its session is lost, and that of one that never left is not", async (t) => {
  const { server, client } = await connect(t);
  const lost = client.request("lost");
  lost.catch(() => {});
  await server.cut();
  const waits = client.request("waits");
  server.fresh("restarted");
  await assert.rejects(lost, { name: "RequestError", kind: "outcomeUnknown" });
  assert.deepEqual(await received(server.socket), ["r1\nwaits"]);
  server.socket.deliver("y1 1\ndone");
  assert.equal(await waits, "done");
});

test("a request that has moved to another session is given up there", async (t) => {
  const { server, client } = await connect(t);
  client.send("one");
  client.send("two");
  await server.cut();
  const controller = new AbortController();
  const reply = client.request("waits", controller);
  server.fresh("expired");
  controller.abort();
  await assert.rejects(reply, { name: "AbortError" });
  assert.deepEqual(await received(server.socket), ["r1\nwaits", "x2 1"]);
});

test("a request ends with the conversation, and none is made after it", async (t) => {
  const { server, client } = await connect(t);
  const lost = client.request("lost");
  lost.catch(() => {});
  client.close();
  await assert.rejects(lost, { kind: "outcomeUnknown" });
  server.socket.finish();
  await assert.rejects(client.request("too late"), { name: "RequestError", kind: "closed" });
});

test("requests wait for a session, and one can be given up before", async (t) => {
  const server = new SessionServer(openBrowser(t));
  const client = new StayWire(URL_OF_SERVER, { session: true });
  const controller = new AbortController();
  const [first, second] = [client.request("first", controller), client.request("second")];
  controller.abort();
  await assert.rejects(first, { name: "AbortError" });
  await server.dialled();
  server.welcome();
  assert.deepEqual(await received(server.socket), ["r1\nfirst", "r2\nsecond", "x3 1"]);
  server.socket.deliver("y1 2\ndone");
  assert.equal(await second, "done");
});

test("a request fails with a conversation that never begins", async (t) => {
  openBrowser(t);
  const client = new StayWire(URL_OF_SERVER, { session: true });
  const reply = client.request("never");
  client.close();
  await assert.rejects(reply, { kind: "outcomeUnknown" });
});

test("as many requests as may be are under way, and no more", async (t) => {
  const { server, client } = await connect(t);
  const replies = Array.from({ length: 128 }, () => client.request(""));
  await assert.rejects(client.request("one more"), { name: "RequestError", kind: "tooMany", code: undefined });
  server.socket.deliver("y1 1\ndone");
  assert.equal(await replies[0], "done");
  const next = client.request("again");
  server.socket.deliver("y2 130\ndone");
  server.socket.deliver("y3 129\ndone");
  assert.equal(await next, "done");
});

test("a request that is too large, or that there is no room for, fails alone", async (t) => {
  const { client } = await connect(t, { maxQueueBytes: 2_000 });
  await assert.rejects(client.request("x".repeat(1_001)), RangeError);
  client.send("x".repeat(1_000));
  client.send("x".repeat(1_000));
  await assert.rejects(client.request(""), { name: "QuotaExceededError" });
});

test("a request that turned out to be too large fails alone", async (t) => {
  const server = new SessionServer(openBrowser(t));
  const client = await server.dial();
  const reply = client.request("x".repeat(1_001));
  reply.catch(() => {});
  server.welcome();
  await assert.rejects(reply, { name: "RangeError", message: /at most 1000 bytes, not 1001/ });
});

test("a timeout is checked, and without a session there are no requests", async (t) => {
  const { server, client } = await connect(t);
  for (const timeout of [-1, NaN, "1", 2 ** 31]) await assert.rejects(client.request("", { timeout }), RangeError);
  assert.deepEqual(await received(server.socket), []);
  const plain = new StayWire(URL_OF_SERVER);
  await assert.rejects(plain.request(""), { name: "InvalidStateError", message: /session: true/ });
  plain.close();
  await settle();
});
