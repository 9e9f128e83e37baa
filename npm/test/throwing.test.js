// An exception harms who made it, and not the client.

import assert from "node:assert/strict";
import { test } from "node:test";
import { StayWire } from "../dist/index.js";
import { FIRST_RETRY, openBrowser, record, URL_OF_SERVER } from "./fakes/browser.js";
import { settle } from "./fakes/clock.js";
import { replace } from "./fakes/replace.js";
import { uncaught } from "./fakes/uncaught.js";

/** Whether `client` still does what it is told. */
async function assertAlive(browser, client) {
  client.send("alive");
  assert.equal(browser.socket.sent.at(-1), "alive");
  browser.socket.drop();
  assert.equal(client.status, "reconnecting");
  await browser.clock.pass(FIRST_RETRY);
  browser.socket.accept();
  assert.equal(client.status, "open");
}

test("a subclass that overrides dispatchEvent has no say in the client's events", async (t) => {
  const browser = openBrowser(t);
  class Deaf extends StayWire {
    dispatchEvent() {
      throw new Error("deaf");
    }
  }
  const client = new Deaf(URL_OF_SERVER);
  const opens = record(client, "open");
  await settle();
  browser.socket.accept();
  assert.equal(opens.length, 1);
  await assertAlive(browser, client);
});

test("what the page's own dispatchEvent throws is reported, and the client lives", async (t) => {
  const browser = openBrowser(t);
  const client = await browser.dial();
  const { dispatchEvent } = EventTarget.prototype;
  const error = new Error("patched");
  replace(t, EventTarget.prototype, "dispatchEvent", () => {
    throw error;
  });
  assert.deepEqual(await uncaught(() => browser.socket.accept()), [error]);
  replace(t, EventTarget.prototype, "dispatchEvent", dispatchEvent);
  await assertAlive(browser, client);
});

test("a queued message that the socket refuses is reported, and the rest is sent", async (t) => {
  const browser = openBrowser(t);
  const client = await browser.dial();
  client.send("refused");
  client.send("sent");
  const { socket } = browser;
  const error = new TypeError("not this one");
  socket.send = (data) => {
    if (data === "refused") throw error;
    socket.sent.push(data);
  };
  assert.deepEqual(await uncaught(() => socket.accept()), [error]);
  assert.deepEqual(socket.sent, ["sent"]);
  await assertAlive(browser, client);
});
