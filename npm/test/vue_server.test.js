// Where a page is rendered on a server: nothing is opened, and the page finds what was rendered.

import assert from "node:assert/strict";
import { test } from "node:test";
import { createSSRApp, h } from "vue";
import { renderToString } from "vue/server-renderer";
import { createStayWire, useStayWire } from "../dist/vue.js";
import { openBrowser, URL_OF_SERVER } from "./fakes/browser.js";
import { settle } from "./fakes/clock.js";
import { compose } from "./fakes/vue.js";
import { define } from "./fakes/replace.js";

/** What a conversation could open or leave behind; Node has a `WebSocket` from version 22. */
const WATCHED = ["WebSocket", "addEventListener", "fetch"];

/** Renders a component with a conversation; the markup and what was touched meanwhile. */
async function render(t, setup, plugin) {
  const [touched, asked] = [[], []];
  for (const name of WATCHED) define(t, globalThis, name, { get: () => void touched.push(name) });
  t.mock.method(WebAssembly, "instantiate", () => touched.push("WebAssembly"));
  const component = {
    setup() {
      const { status, send, sendJson, publish, subscribe, request, open, close, reconnect } = setup();
      send("hello");
      sendJson({ id: 1 });
      publish("orders", "news");
      subscribe("orders");
      asked.push(request("time?").catch((error) => error.message));
      reconnect();
      const rendered = status.value;
      open();
      close();
      return () => h("p", rendered);
    },
  };
  const app = createSSRApp(component);
  if (plugin) app.use(plugin);
  const html = await renderToString(app);
  await settle();
  for (const answer of asked) assert.match(await answer, /nothing can be asked/);
  return { html, touched };
}

test("rendering on a server opens nothing, and what is called there goes nowhere", async (t) => {
  const { html, touched } = await render(t, () => useStayWire(URL_OF_SERVER));
  assert.equal(html, "<p>connecting</p>");
  assert.deepEqual(touched, []);
});

test("a plugin opens nothing there either", async (t) => {
  const plugin = createStayWire(URL_OF_SERVER, { session: true });
  const { html, touched } = await render(t, () => useStayWire(), plugin);
  assert.equal(html, "<p>connecting</p>");
  assert.deepEqual(touched, []);
});

for (const options of [{}, { immediate: false }]) {
  test(`a page begins with the status that the server rendered, with ${JSON.stringify(options)}`, async (t) => {
    const { html } = await render(t, () => useStayWire(URL_OF_SERVER, options));
    openBrowser(t);
    const { status } = compose(t, () => useStayWire(URL_OF_SERVER, options));
    assert.equal(`<p>${status.value}</p>`, html);
  });
}

test("without a URL and without a plugin, the error says what is missing", async (t) => {
  // Vue says where it happened.
  t.mock.method(console, "warn", () => {});
  await assert.rejects(render(t, () => useStayWire()), /needs app\.use\(createStayWire\(url\)\)/);
});
