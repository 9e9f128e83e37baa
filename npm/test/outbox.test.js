// `staywire/outbox`: what waits before it is sent, and what is dropped of it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Outbox } from "../dist/outbox.js";
import { openBrowser } from "./fakes/browser.js";
import { received, SessionServer } from "./fakes/session_server.js";
import { uncaught } from "./fakes/uncaught.js";

/** An outbox whose socket has dialled, and what it drops. */
async function waiting(browser, options) {
  const client = await browser.dial();
  const drops = [];
  const outbox = new Outbox(client, { ...options, onDrop: (message, cause) => drops.push([message, cause]) });
  return { client, outbox, drops };
}

test("what is sent goes out at once while the socket is open and takes it", async (t) => {
  const browser = openBrowser(t);
  const outbox = new Outbox(await browser.connect());
  assert.equal(outbox.send("now"), true);
  assert.deepEqual(browser.socket.sent, ["now"]);
  assert.equal(outbox.bytes, 0);
});

test("what waits goes out in order, after what the open handlers send", async (t) => {
  const browser = openBrowser(t);
  const { client, outbox } = await waiting(browser);
  for (const message of ["a", "b", new Uint8Array([1])]) outbox.send(message);
  assert.deepEqual([outbox.bytes, client.bufferedAmount], [48, 0]);
  client.onopen = () => client.send("who I am");
  browser.socket.accept();
  const sent = await received(browser.socket);
  assert.deepEqual(sent.slice(0, 3), ["who I am", "a", "b"]);
  assert.equal(outbox.bytes, 0);
});

test("a message takes the place of the one with its key that still waits", async (t) => {
  const browser = openBrowser(t);
  const { outbox, drops } = await waiting(browser);
  outbox.send("x=1", "cursor");
  outbox.send("typed");
  outbox.send("x=2", "cursor");
  outbox.send("x=3", "cursor");
  browser.socket.accept();
  assert.deepEqual(await received(browser.socket), ["x=3", "typed"]);
  assert.deepEqual(drops, [["x=1", "replaced"], ["x=2", "replaced"]]);
});

test("a full outbox refuses, and what waits stays", async (t) => {
  const browser = openBrowser(t);
  const { outbox, drops } = await waiting(browser, { maxBytes: 32 });
  outbox.send("a");
  outbox.send("b");
  assert.throws(() => outbox.send("c"), { name: "QuotaExceededError" });
  browser.socket.accept();
  assert.deepEqual([await received(browser.socket), drops], [["a", "b"], []]);
});

test("drop-oldest gives up as many of the oldest as it takes, and says which", async (t) => {
  const browser = openBrowser(t);
  const { outbox, drops } = await waiting(browser, { maxBytes: 48, whenFull: "drop-oldest" });
  for (const message of ["a", "b", "c", "x".repeat(32)]) outbox.send(message);
  assert.deepEqual(drops, [["a", "full"], ["b", "full"]]);
  browser.socket.accept();
  assert.deepEqual(await received(browser.socket), ["c", "x".repeat(32)]);
});

test("drop-newest gives up the message itself, and says so twice", async (t) => {
  const browser = openBrowser(t);
  const { outbox, drops } = await waiting(browser, { maxBytes: 32, whenFull: "drop-newest" });
  assert.deepEqual(["a", "b", "c"].map((message) => outbox.send(message)), [true, true, false]);
  assert.deepEqual(drops, [["c", "full"]]);
});

test("replacing a message needs room only for what is more", async (t) => {
  const browser = openBrowser(t);
  const { outbox, drops } = await waiting(browser, { maxBytes: 40, whenFull: "drop-oldest" });
  outbox.send("x".repeat(20), "k");
  outbox.send("b");
  outbox.send("y".repeat(24), "k");
  assert.deepEqual(drops, [["x".repeat(20), "replaced"]]);
  assert.equal(outbox.bytes, 40);
});

test("what no outbox has room for is refused by each policy", async (t) => {
  const browser = openBrowser(t);
  for (const whenFull of ["refuse", "drop-oldest", "drop-newest"]) {
    const { outbox } = await waiting(browser, { maxBytes: 20, whenFull });
    assert.throws(() => outbox.send("x".repeat(21)), { name: "QuotaExceededError" });
  }
});

test("past the mark messages wait until the socket has sent what it has", async (t) => {
  const browser = openBrowser(t);
  const outbox = new Outbox(await browser.connect(), { highWaterMark: 100 });
  browser.socket.bufferedAmount = 101;
  outbox.send("1", "k");
  outbox.send("2", "k");
  await browser.clock.pass(5_000);
  assert.deepEqual(browser.socket.sent, []);
  browser.socket.bufferedAmount = 0;
  await browser.clock.pass(1_000);
  assert.deepEqual(browser.socket.sent, ["2"]);
});

test("in a session what waited goes out after it was resumed", async (t) => {
  const server = new SessionServer(openBrowser(t));
  const outbox = new Outbox(await server.connect());
  await server.cut();
  outbox.send("meanwhile");
  assert.equal(outbox.bytes, 16);
  server.resumed();
  assert.ok((await received(server.socket)).includes("d1\nmeanwhile"));
});

test("in a session, what there is no room for waits until what went before is acknowledged", async (t) => {
  const server = new SessionServer(openBrowser(t));
  const client = await server.connect({ maxQueueBytes: 32 });
  const drops = [];
  const outbox = new Outbox(client, { onDrop: (message, cause) => drops.push([message, cause]) });
  for (const message of ["a", "b", "c", "d", "x".repeat(33), "e"]) outbox.send(message);
  assert.deepEqual(await received(server.socket), ["d1\na", "d2\nb"]);
  server.socket.deliver("a2");
  assert.deepEqual(await received(server.socket), ["d3\nc", "d4\nd"]);
  assert.deepEqual(drops, []);
  server.socket.deliver("a4");
  assert.deepEqual(await received(server.socket), ["d5\ne"]);
  assert.deepEqual([drops, outbox.bytes], [[["x".repeat(33), "refused"]], 0]);
});

test("an onDrop that throws is reported, and holds up nothing", async (t) => {
  const server = new SessionServer(openBrowser(t));
  const client = await server.connect({ maxQueueBytes: 32 });
  const onDrop = () => {
    throw new Error("of the handler");
  };
  const outbox = new Outbox(client, { onDrop });
  const errors = await uncaught(() => outbox.send("x".repeat(33)));
  outbox.send("after it");
  assert.deepEqual(await received(server.socket), ["d1\nafter it"]);
  assert.deepEqual(errors.map(({ message }) => message), ["of the handler"]);
});

test("with the end everything that waits is dropped, and what comes later, too", async (t) => {
  const browser = openBrowser(t);
  const { client, outbox, drops } = await waiting(browser);
  outbox.send("a");
  client.close();
  await browser.clock.pass(0);
  assert.equal(outbox.send("b"), false);
  assert.deepEqual(drops, [["a", "closed"], ["b", "closed"]]);
  assert.equal(outbox.bytes, 0);
});

test("a policy that is none throws TypeError that names them", async (t) => {
  const browser = openBrowser(t);
  const client = await browser.dial();
  assert.throws(() => new Outbox(client, { whenFull: "drop" }), { name: "TypeError", message: /refuse, drop-oldest, drop-newest, not drop/ });
});

test("a bound that is no number of bytes throws RangeError that names it", async (t) => {
  const client = await openBrowser(t).dial();
  for (const name of ["maxBytes", "highWaterMark"]) {
    for (const value of [NaN, -1, "5"]) {
      assert.throws(() => new Outbox(client, { [name]: value }), { name: "RangeError", message: new RegExp(name) });
    }
  }
});
