// `for await (const message of socket)`.

import assert from "node:assert/strict";
import { test } from "node:test";
import { openBrowser } from "./fakes/browser.js";
import { settle } from "./fakes/clock.js";

/** What a loop over `client` gets, as a list that grows, and the promise of its end. */
function reading(client, { limit = Infinity } = {}) {
  const messages = [];
  const end = (async () => {
    for await (const message of client) {
      messages.push(message);
      if (messages.length === limit) break;
    }
  })();
  end.catch(() => {});
  return { messages, end };
}

test("a loop gets each message in order, over any number of connections, and ends with the conversation", async (t) => {
  const browser = openBrowser(t);
  const client = await browser.connect();
  const { messages, end } = reading(client);
  for (const text of ["a", "b", ""]) browser.socket.deliver(text);
  await settle();
  assert.deepEqual(messages, ["a", "b", ""]);
  browser.socket.drop();
  await browser.clock.pass(2_500);
  browser.socket.accept();
  browser.socket.deliver("c");
  client.close();
  browser.socket.finish();
  await end;
  assert.deepEqual(messages, ["a", "b", "", "c"]);
});

test("binary messages are of the binaryType", async (t) => {
  const browser = openBrowser(t);
  const client = await browser.connect();
  client.binaryType = "arraybuffer";
  const { messages } = reading(client);
  browser.socket.deliver(new Uint8Array([1, 2]).buffer);
  await settle();
  assert.deepEqual([...new Uint8Array(messages[0])], [1, 2]);
});

test("who leaves the loop leaves the socket open, and its listeners off", async (t) => {
  const browser = openBrowser(t);
  const client = await browser.connect();
  const { messages, end } = reading(client, { limit: 1 });
  browser.socket.deliver("first");
  browser.socket.deliver("second");
  await end;
  assert.deepEqual([messages, client.status], [["first"], "open"]);
  const again = reading(client);
  browser.socket.deliver("third");
  await settle();
  assert.deepEqual(again.messages, ["third"]);
});

test("two loops get each message both", async (t) => {
  const browser = openBrowser(t);
  const client = await browser.connect();
  const [one, other] = [reading(client), reading(client)];
  browser.socket.deliver("x");
  await settle();
  assert.deepEqual([one.messages, other.messages], [["x"], ["x"]]);
});

test("a reader that is too slow gets what was kept, and then an error that counts the rest", async (t) => {
  const browser = openBrowser(t);
  const client = await browser.connect({ maxUnreadBytes: 10 });
  const { messages, end } = reading(client);
  // All in one turn, in which the loop does not run.
  for (const text of ["12345", "67890", "too much", "1"]) browser.socket.deliver(text);
  await assert.rejects(end, { name: "QuotaExceededError", message: /^staywire: 2 messages .* 10 bytes/ });
  assert.deepEqual(messages, ["12345", "67890"]);
  assert.equal(client.status, "open");
});

test("what was read makes room", async (t) => {
  const browser = openBrowser(t);
  const client = await browser.connect({ maxUnreadBytes: 10 });
  const { messages } = reading(client);
  for (let turns = 0; turns < 5; turns++) {
    browser.socket.deliver("1234567890");
    await settle();
  }
  assert.equal(messages.length, 5);
});

test("a conversation that fails for good ends the loop with an error, after what came before", async (t) => {
  const browser = openBrowser(t);
  const client = await browser.connect({ maxAttempts: 0 });
  const { messages, end } = reading(client);
  browser.socket.deliver("last");
  browser.socket.drop();
  await assert.rejects(end, { name: "NetworkError" });
  assert.deepEqual(messages, ["last"]);
});

test("a conversation that an error handler begins again goes on in the loop", async (t) => {
  const browser = openBrowser(t);
  const client = await browser.connect({ maxAttempts: 0 });
  client.onerror = () => client.reconnect();
  const { messages, end } = reading(client);
  browser.socket.drop();
  await settle();
  browser.socket.accept();
  browser.socket.deliver("again");
  client.close();
  browser.socket.finish();
  await end;
  assert.deepEqual(messages, ["again"]);
});

test("a loop over what is over ends at once", async (t) => {
  const browser = openBrowser(t);
  const client = await browser.connect();
  browser.socket.finish(1000);
  await reading(client).end;
});
