// The entry without its core: where it gets one from, and what it says without.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { openBrowser, record, until, URL_OF_SERVER } from "./fakes/browser.js";
import { replace } from "./fakes/replace.js";
import { PACKAGE } from "./fakes/tarball.js";

const bytes = readFileSync(join(PACKAGE, "dist/staywire.wasm"));
const wasm = () => new Response(bytes, { headers: { "content-type": "application/octet-stream" } });

let copies = 0;

/** The entry as it is before anybody has called `init`. */
const load = () => import(`../dist/slim.js?copy=${++copies}`);

test("until `init` was called, a client ends in `error` and `close`, which say so", async (t) => {
  openBrowser(t);
  const { StayWire } = await load();
  const client = new StayWire(URL_OF_SERVER);
  const [errors, closes] = [record(client, "error"), record(client, "close")];
  await until(() => closes.length);
  assert.equal(errors.length, 1);
  assert.match(closes[0].reason, /call init\(\) with the core's URL first/);
});

for (const [what, source] of [
  ["a URL", () => new URL("https://cdn.example/staywire.wasm")],
  ["a response, whatever type it has", wasm],
  ["a promise of a response", () => Promise.resolve(wasm())],
  ["a promise of a compiled module", () => WebAssembly.compile(bytes)],
]) {
  test(`it connects with the core from ${what}`, async (t) => {
    const browser = openBrowser(t);
    const fetched = [];
    replace(t, globalThis, "fetch", async (url) => (fetched.push(String(url)), wasm()));
    const { init, StayWire } = await load();
    init(source());
    assert.deepEqual(fetched, [], "nothing is fetched before it is needed");
    const client = new StayWire(URL_OF_SERVER);
    await until(() => browser.socket);
    browser.socket.accept();
    assert.equal(client.readyState, StayWire.OPEN);
    client.send("hello");
    assert.deepEqual(browser.socket.sent, ["hello"]);
    assert.deepEqual(fetched, what === "a URL" ? ["https://cdn.example/staywire.wasm"] : []);
  });
}

test("what answers with an error page is named, and is asked again for the next client", async (t) => {
  const browser = openBrowser(t);
  let answers = 0;
  replace(t, globalThis, "fetch", async () => (answers++ ? wasm() : new Response("", { status: 404 })));
  const { init, StayWire } = await load();
  init("https://cdn.example/staywire.wasm");
  const closes = record(new StayWire(URL_OF_SERVER), "close");
  await until(() => closes.length);
  assert.match(closes[0].reason, /answered 404/);
  new StayWire(URL_OF_SERVER);
  await until(() => browser.socket);
});
