// The read-me's code does what the text around it says.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
// Before there is a page: loaded in one, Vue would take it for a real one.
import "vue";
import { FIRST_RETRY, openBrowser, until } from "./fakes/browser.js";
import { settle } from "./fakes/clock.js";
import { received, SessionServer } from "./fakes/session_server.js";
import { replace } from "./fakes/replace.js";
import { PACKAGE } from "./fakes/tarball.js";

const README = readFileSync(join(PACKAGE, "README.md"), "utf8");

const here = (path) => new URL(path, import.meta.url).href;

const PACKAGES = {
  staywire: here("../dist/index.js"),
  "staywire/vue": here("../dist/vue.js"),
  "staywire/slim": here("../dist/slim.js"),
  vue: here("../node_modules/vue/index.mjs"),
};

/** Runs `code` as a module in which the packages' names mean what is built here. */
function run(code) {
  const resolved = code.replace(/from "([\w/]+)"/g, (_, name) => `from ${JSON.stringify(PACKAGES[name])}`);
  return import(`data:text/javascript,${encodeURIComponent(resolved)}`);
}

/** The script of a component. */
const script = (component) => /<script[^>]*>(.*)<\/script>/s.exec(component)[1];

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
  await server.dialled();
  server.welcome();
  server.socket.deliver("a1");
  await server.cut();
  server.resumed({ accepted: 1, oldest: 4 });
  const logged = lines.calls.map(({ arguments: [line] }) => line);
  assert.deepEqual(logged, ["the server is done with it", "resumed", "lost: inbox 1 to 3"]);
});

/** What the page stores. */
function storage(t, items) {
  const getItem = (name) => items[name] ?? null;
  replace(t, globalThis, "localStorage", { getItem, setItem: (name, value) => (items[name] = value) });
  return items;
}

test("the topics' example logs messages, losses and who is there, and stores where it is", async (t) => {
  const browser = openBrowser(t);
  const server = new SessionServer(browser);
  const lines = t.mock.method(console, "log", () => {}).mock;
  const items = storage(t, { orders: "abc-6" });
  await run(block("js topics"));
  await server.dialled();
  server.welcome();
  assert.deepEqual(await received(server.socket), ["t1 abc 6 orders", "t2 * 0 $presence/orders", "w3 orders\ndumplings"]);
  server.socket.deliver("gap 1 t abc 7 8 orders");
  server.socket.deliver("recovered 2 t def 0 $presence/orders");
  server.socket.deliver("s1 9\nnoodles");
  server.socket.deliver('s2 1\n{"members":[{"user":"ann","state":"connected"},{"user":"bob","state":"suspended"}]}');
  server.socket.deliver("gone 1 7");
  const logged = lines.calls.map(({ arguments: [line] }) => line);
  assert.deepEqual([logged, items.orders], [["lost: 7 to 8", "noodles", "ann, bob", "unavailable: "], "abc-9"]);
});

test("the requests' example has a price, and answers what it knows", async (t) => {
  const browser = openBrowser(t);
  const server = new SessionServer(browser);
  const lines = t.mock.method(console, "log", () => {}).mock;
  await run(block("js requests"));
  await server.dialled();
  server.welcome();
  server.socket.deliver('y1 1\n{"price":8.88}');
  server.socket.deliver("r2\ntime?");
  server.socket.deliver("r3\nwhere?");
  assert.deepEqual(await received(server.socket), ['r1\n{"price":"dumplings"}', "y2 2\ntea time", "e3 3 1000\nno idea"]);
  assert.deepEqual(lines.calls.map(({ arguments: [line] }) => line), [8.88]);
});

test("the positions' example goes on from where it was", async (t) => {
  const browser = openBrowser(t);
  const server = new SessionServer(browser);
  t.mock.method(console, "log", () => {});
  const items = storage(t, { user: "abc-6" });
  await run(block("js positions"));
  await server.dialled();
  assert.deepEqual(server.welcome({ lines: ["recovered 1 u abc 6"] }).lines, ["stream u abc 6"]);
  server.socket.deliver("s1 7\nan order");
  server.socket.deliver("d1\nfor this session");
  assert.equal(items.user, "abc-7");
});

test("the Vue example collects orders and sends one", async (t) => {
  const browser = openBrowser(t);
  const { orders, status, sendJson } = await run(`${script(block("vue"))}\nexport { orders, status, sendJson };`);
  assert.equal(status.value, "connecting");
  await settle();
  browser.socket.accept().deliver('{"id":7}');
  browser.socket.deliver('{"id":8}');
  await settle();
  assert.equal(status.value, "open");
  assert.deepEqual(orders.value, [{ id: 7 }, { id: 8 }]);
  sendJson({ id: 888, dish: "dumplings" });
  assert.deepEqual(browser.socket.sent, ['{"id":888,"dish":"dumplings"}']);
  browser.socket.drop();
  assert.equal(status.value, "reconnecting");
});

test("the example of the Options API computes and sends", async (t) => {
  const browser = openBrowser(t);
  const { default: component } = await run(script(block("vue options")));
  const { computed, methods, setup } = component;
  const instance = { ...setup(), ...methods };
  await settle();
  browser.socket.accept().deliver('{"id":7,"dish":"noodles"}');
  await settle();
  // As Vue does it for `this`, whose refs it unwraps.
  assert.deepEqual(computed.dishes.call({ messages: instance.messages.value }), ["noodles"]);
  instance.order("dumplings");
  assert.deepEqual(browser.socket.sent, ['{"id":888,"dish":"dumplings"}']);
});

test("the plugin's example opens one conversation, which the application's components find", async (t) => {
  const browser = openBrowser(t);
  const use = 'import { useStayWire } from "staywire/vue"; export const found = app.runWithContext(() => useStayWire());';
  const { found } = await run(`${block("js plugin")}\n${use}`);
  await until(() => browser.socket);
  assert.equal(browser.sockets.length, 1);
  assert.equal(found.socket.value.url, "wss://shop.example/orders");
});

test("the slim example asks for its core where it says", async (t) => {
  const browser = openBrowser(t);
  const fetched = [];
  const core = readFileSync(join(PACKAGE, "dist/staywire.wasm"));
  replace(t, globalThis, "fetch", async (url) => (fetched.push(url), new Response(core)));
  await run(block("js slim"));
  await until(() => browser.socket);
  assert.deepEqual(fetched, ["/assets/staywire.wasm"]);
});

test("each event and each option is in the tables, with its default", () => {
  const sources = ["options.ts", "events.ts"].map((name) => readFileSync(join(PACKAGE, "src", name), "utf8"));
  const [options, events] = sources;
  for (const [, fallback, name] of options.matchAll(/@default (\S+) \*\/\n  (\w+)\?:/g)) {
    const rows = README.split("\n").filter((line) => line.includes(`${name}\` |`));
    assert.ok(rows.some((row) => row.includes(fallback)), `${name}, by default ${fallback}`);
  }
  const [, map] = /interface StayWireEventMap \{(.*?)\n\}/s.exec(events);
  for (const [, name] of map.matchAll(/^  (\w+):/gm)) assert.ok(README.includes(`| \`${name}\` |`), name);
});
