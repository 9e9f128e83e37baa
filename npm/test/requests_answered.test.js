// Requests of the server: the page's handler answers them, or says why not.

import assert from "node:assert/strict";
import { test } from "node:test";
import { RequestError } from "../dist/index.js";
import { openBrowser } from "./fakes/browser.js";
import { received, SessionServer } from "./fakes/session_server.js";
import { uncaught } from "./fakes/uncaught.js";

async function connect(t, options) {
  const server = new SessionServer(openBrowser(t));
  return { server, client: await server.connect(options) };
}

test("the handler's result is the reply, text or binary as that is", async (t) => {
  const { server, client } = await connect(t);
  client.onRequest(async (question) => (question === "binary?" ? new TextEncoder().encode("yes") : `no, ${question}`));
  server.socket.deliver("r1\nbinary?");
  server.socket.deliver("r2\ntext");
  assert.deepEqual(await received(server.socket), ["binary y1 1\nyes", "y2 2\nno, text"]);
});

test("a handler may answer at once, or with nothing", async (t) => {
  const { server, client } = await connect(t);
  client.onRequest((question) => (question === "?" ? "!" : undefined));
  server.socket.deliver("r1\n?");
  server.socket.deliver("r2\n.");
  assert.deepEqual(await received(server.socket), ["y1 1\n!", "y2 2\n"]);
});

test("a binary request comes as `binaryType` says", async (t) => {
  const { server, client } = await connect(t);
  client.onRequest((blob) => blob);
  server.socket.deliver(new TextEncoder().encode("r1\nblob").buffer);
  assert.deepEqual(await received(server.socket), ["binary y1 1\nblob"]);
});

test("what a handler throws on purpose is told as it is", async (t) => {
  const { server, client } = await connect(t);
  client.onRequest(() => {
    throw new RequestError(4711, "out of dumplings");
  });
  server.socket.deliver("r1\n");
  assert.deepEqual(await received(server.socket), ["e1 1 4711\nout of dumplings"]);
});

test("what a handler throws by mistake is not told, but reported", async (t) => {
  const { server, client } = await connect(t);
  client.onRequest(async () => {
    throw new TypeError("the page's secret");
  });
  const errors = await uncaught(() => server.socket.deliver("r1\n"));
  assert.deepEqual(errors.map(({ message }) => message), ["the page's secret"]);
  assert.deepEqual(await received(server.socket), ["e1 1 8\nthe handler failed"]);
});

test("a reply that the server does not take is told as a failure, and reported", async (t) => {
  const { server, client } = await connect(t);
  client.onRequest(() => "x".repeat(1_001));
  const errors = await uncaught(() => server.socket.deliver("r1\n"));
  assert.deepEqual(errors.map(({ name }) => name), ["RangeError"]);
  assert.deepEqual(await received(server.socket), ["e1 1 8\nthe handler failed"]);
});

test("without a handler the server is told that nobody is there, as after its undo", async (t) => {
  const { server, client } = await connect(t);
  const stop = client.onRequest(() => "");
  client.onRequest(() => "the newer one");
  stop();
  server.socket.deliver("r1\n");
  client.onRequest(() => "")();
  server.socket.deliver("r2\n");
  assert.deepEqual(await received(server.socket), ["e1 2 2\nnobody handles requests here", "y2 1\nthe newer one"]);
});

test("a handler that the server gave up is told, and its reply goes nowhere", async (t) => {
  const { server, client } = await connect(t);
  let aborted;
  let reply;
  client.onRequest((_, { signal }) => {
    aborted = signal;
    return new Promise((resolve) => (reply = resolve));
  });
  server.socket.deliver("r1\n");
  assert.equal(aborted.aborted, false);
  server.socket.deliver("x2 1");
  assert.equal(aborted.aborted, true);
  reply("too late");
  assert.deepEqual(await received(server.socket), []);
});

for (const [what, lose] of Object.entries({
  "the session is lost": async (server) => {
    await server.cut();
    server.fresh("expired");
  },
  "the conversation is over": async (server, client) => {
    client.close();
    server.socket.finish();
  },
})) {
  test(`a handler is told where ${what}`, async (t) => {
    const { server, client } = await connect(t);
    let aborted;
    client.onRequest((_, { signal }) => {
      aborted ??= signal;
      return new Promise((resolve) => signal.addEventListener("abort", () => resolve("too late")));
    });
    server.socket.deliver("r1\n");
    await lose(server, client);
    assert.equal(aborted.aborted, true);
    if (client.status === "open") {
      server.socket.deliver("r1\nof another session");
      assert.deepEqual(await received(server.socket), []);
    }
  });
}

test("a request is handled once, however often it comes, and answered again where the answer was lost", async (t) => {
  const { server, client } = await connect(t);
  let handled = 0;
  client.onRequest(() => `${++handled}`);
  server.socket.deliver("r1\n");
  server.socket.deliver("r1\n");
  assert.deepEqual(await received(server.socket), ["y1 1\n1"]);
  await server.cut();
  server.resumed({ accepted: 0 });
  server.socket.deliver("r1\n");
  assert.deepEqual([await received(server.socket), handled], [["y1 1\n1"], 1]);
});
