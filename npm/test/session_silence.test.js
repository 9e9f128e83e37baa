// A server that falls silent is replaced; the page's hints make that quicker.

import assert from "node:assert/strict";
import { test } from "node:test";
import { openBrowser, recordTypes } from "./fakes/browser.js";
import { received, SessionServer } from "./fakes/session_server.js";

test("a server that is silent for interval and timeout is replaced", async (t) => {
  const browser = openBrowser(t);
  const server = new SessionServer(browser);
  const client = await server.connect();
  const types = recordTypes(client);
  await browser.clock.pass(19_999);
  assert.equal(client.status, "open");
  await browser.clock.pass(2_001);
  assert.equal(browser.sockets.length, 2);
  server.resumed();
  assert.ok(types.includes("stale"), types);
  assert.equal(types.at(-1), "session");
});

test("any message counts as life", async (t) => {
  const browser = openBrowser(t);
  const server = new SessionServer(browser);
  const client = await server.connect();
  for (let number = 1; number <= 15; number++) {
    await browser.clock.pass(4_000);
    server.socket.deliver(`d${number}\nhello`);
  }
  assert.equal(client.status, "open");
  assert.equal(browser.sockets.length, 1);
});

for (const hint of ["online", "visibilitychange", "resume"]) {
  test(`${hint} asks at once whether the server is there, and replaces it after 2 s`, async (t) => {
    const browser = openBrowser(t);
    const server = new SessionServer(browser);
    await server.connect();
    await browser.clock.pass(3_000);
    browser.page.tell(hint);
    assert.deepEqual(await received(server.socket), ["p0"]);
    await browser.clock.pass(2_500);
    assert.equal(browser.sockets.length, 2);
  });

  test(`${hint} replaces no server that answers`, async (t) => {
    const browser = openBrowser(t);
    const server = new SessionServer(browser);
    await server.connect();
    await browser.clock.pass(3_000);
    browser.page.tell(hint);
    server.socket.deliver("o0");
    await browser.clock.pass(10_000);
    assert.equal(browser.sockets.length, 1);
  });
}
