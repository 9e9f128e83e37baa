// The read-me's code does what the text around it says.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { FIRST_RETRY, openBrowser, until } from "./fakes/browser.js";
import { settle } from "./fakes/clock.js";
import { SessionServer } from "./fakes/session_server.js";
import { PACKAGE } from "./fakes/tarball.js";

const README = readFileSync(join(PACKAGE, "README.md"), "utf8");

/** As much of Vue as the read-me's component uses. */
const VUE = `data:text/javascript,
  export const ref = (value) => ({ value });
  export const onUnmounted = (callback) => (globalThis.unmount = callback);`;

/** Runs `code` as a module in which the packages' names mean what is given. */
function run(code, packages = {}) {
  const known = { staywire: new URL("../dist/index.js", import.meta.url).href, ...packages };
  const resolved = code.replace(/from "(\w+)"/g, (_, name) => `from ${JSON.stringify(known[name])}`);
  return import(`data:text/javascript,${encodeURIComponent(resolved)}`);
}

const block = (language) => new RegExp(`\`\`\`${language}\n(.*?)\`\`\``, "s").exec(README)[1];

test("the plain example logs what it says, and its first message waits for the connection", async (t) => {
  const browser = openBrowser(t);
  const lines = t.mock.method(console, "log", () => {}).mock;
  await run(block("js"));
  await settle();
  browser.socket.accept().deliver('{"id":7}');
  assert.deepEqual(browser.socket.sent, ['{"id":888,"dish":"dumplings"}']);
  browser.socket.drop();
  await browser.clock.pass(FIRST_RETRY);
  browser.socket.accept().finish(1000);
  const logged = lines.calls.map(({ arguments: [line] }) => line.replace(/in \d+ ms/, "in … ms"));
  assert.deepEqual(logged, ["open", "order 7", "lost (closed), next attempt in … ms", "open", "over: 1000"]);
});

test("the session example logs what becomes of its message, of the session and of what it missed", async (t) => {
  const browser = openBrowser(t);
  const server = new SessionServer(browser);
  const lines = t.mock.method(console, "log", () => {}).mock;
  await run(block("js session"));
  await until(() => browser.socket);
  server.welcome();
  server.socket.deliver("a1");
  await server.cut();
  server.resumed({ accepted: 1, oldest: 4 });
  const logged = lines.calls.map(({ arguments: [line] }) => line);
  assert.deepEqual(logged, ["the server is done with it", "resumed", "lost: inbox 1 to 3"]);
});

test("the Vue example collects orders, and closes when its component goes", async (t) => {
  const browser = openBrowser(t);
  const [, script] = /<script setup>(.*)<\/script>/s.exec(block("vue"));
  const { orders, status } = await run(`${script}\nexport { orders, status };`, { vue: VUE });
  assert.equal(status.value, "connecting");
  await settle();
  browser.socket.accept().deliver('{"id":7}');
  browser.socket.deliver('{"id":8}');
  assert.equal(status.value, "open");
  assert.deepEqual(orders.value, [{ id: 8 }, { id: 7 }]);
  browser.socket.drop();
  assert.equal(status.value, "reconnecting");
  globalThis.unmount();
  delete globalThis.unmount;
  await browser.clock.pass(60_000);
  assert.equal(browser.sockets.length, 1);
});

test("each event and each option is in the tables, with its default", () => {
  const sources = ["options.ts", "events.ts"].map((name) => readFileSync(join(PACKAGE, "src", name), "utf8"));
  const [options, events] = sources;
  for (const [, fallback, name] of options.matchAll(/@default (\S+) \*\/\n  (\w+)\?:/g)) {
    const row = README.split("\n").find((line) => line.includes(`${name}\` |`));
    assert.ok(row?.includes(fallback), `${name}, by default ${fallback}`);
  }
  const [, map] = /interface StayWireEventMap \{(.*?)\n\}/s.exec(events);
  for (const [, name] of map.matchAll(/^  (\w+):/gm)) assert.ok(README.includes(`| \`${name}\` |`), name);
});
