// Importing is safe anywhere, also on a server that renders pages.

import assert from "node:assert/strict";
import { test } from "node:test";
import { openBrowser, URL_OF_SERVER } from "./fakes/browser.js";
import { define, replace } from "./fakes/replace.js";

/** Globals that an import could act on. */
const WATCHED = ["WebSocket", "WebAssembly", "document", "location", "addEventListener", "setTimeout", "setInterval", "fetch"];

test("importing reads no global of the page and starts nothing", async (t) => {
  const touched = [];
  for (const name of WATCHED) define(t, globalThis, name, { get: () => void touched.push(name) });
  await import("../dist/index.js?untouched");
  assert.deepEqual(touched, []);
});

test("a client where there is no WebSocket throws NotSupportedError that says so", async (t) => {
  openBrowser(t);
  replace(t, globalThis, "WebSocket", undefined);
  const { initWebSocket, StayWire } = await import("../dist/index.js");
  const expected = { name: "NotSupportedError", message: /there is no WebSocket here; Node has one from version 22/ };
  assert.throws(() => new StayWire(URL_OF_SERVER), expected);
  assert.throws(() => initWebSocket(URL_OF_SERVER), expected);
});
