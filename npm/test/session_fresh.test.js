// What becomes of messages when the session is lost and another one takes its place.

import assert from "node:assert/strict";
import { test } from "node:test";
import { OutcomeUnknownError } from "../dist/index.js";
import { assertCollected, COUNT } from "./fakes/garbage.js";
import { openBrowser, record, recordTypes } from "./fakes/browser.js";
import { NEXT_SESSION, received, SessionServer } from "./fakes/session_server.js";

for (const reason of ["expired", "unknown", "identity", "restarted"]) {
  test(`${reason} is the outcome, and a new session opens`, async (t) => {
    const server = new SessionServer(openBrowser(t));
    const client = await server.connect();
    const types = recordTypes(client);
    const outcomes = record(client, "session");
    await server.cut();
    server.fresh(reason);
    assert.deepEqual(types, ["reconnecting", "session", "open"]);
    assert.equal(outcomes[0].outcome, reason);
  });
}

test("what was sent and not acknowledged is told to be unknown, and never sent again", async (t) => {
  const server = new SessionServer(openBrowser(t));
  const client = await server.connect();
  const done = client.send("done");
  const unknown = client.send("unknown");
  server.socket.deliver("a1");
  await server.cut();
  server.fresh("expired");
  await done.acknowledged;
  await assert.rejects(unknown.acknowledged, OutcomeUnknownError);
  assert.deepEqual(await received(server.socket), []);
});

test("what was never sent moves to the new session in its order, and is acknowledged there", async (t) => {
  const server = new SessionServer(openBrowser(t));
  const client = await server.connect();
  const lost = client.send("lost");
  await server.cut();
  const [first, second] = ["first", "second"].map((text) => client.send(text));
  assert.equal(client.bufferedAmount, 11);
  client.onopen = () => client.send("third");
  server.fresh("restarted");
  assert.deepEqual(await received(server.socket), ["d1\nfirst", "d2\nsecond", "d3\nthird"]);
  assert.equal(client.bufferedAmount, 0);
  await assert.rejects(lost.acknowledged, { name: "OutcomeUnknownError" });
  server.socket.deliver("a1");
  await first.acknowledged;
  server.socket.deliver("a2");
  await second.acknowledged;
});

test("the next resume is for the new session, whose inbox begins anew", async (t) => {
  const server = new SessionServer(openBrowser(t));
  const client = await server.connect();
  const messages = record(client, "message");
  server.socket.deliver("d1\none");
  await server.cut();
  const { fields: asked } = server.fresh("expired");
  server.socket.deliver("d1\nanother one");
  assert.deepEqual(messages.map(({ data }) => data), ["one", "another one"]);
  await server.cut();
  const { fields } = server.resumed({ oldest: 2 });
  assert.deepEqual([fields[0], fields[1], fields[3], fields[4]], [NEXT_SESSION, asked[2], "3", "1"]);
});

test("messages whose outcome is unknown are collected", async (t) => {
  const server = new SessionServer(openBrowser(t));
  const client = await server.connect();
  const blobs = Array.from({ length: COUNT }, () => {
    const blob = new Blob(["0123456789abcdef"]);
    client.send(blob);
    return new WeakRef(blob);
  });
  server.socket.sent.length = 0;
  await server.cut();
  server.fresh("expired");
  await assertCollected(blobs);
});

test("messages that were acknowledged are collected", async (t) => {
  const server = new SessionServer(openBrowser(t));
  const client = await server.connect();
  const blobs = Array.from({ length: COUNT }, () => {
    const blob = new Blob(["0123456789abcdef"]);
    client.send(blob);
    return new WeakRef(blob);
  });
  server.socket.sent.length = 0;
  server.socket.deliver(`a${COUNT}`);
  await assertCollected(blobs);
});
