// addEventListener and removeEventListener (DOM §2.7).

import assert from "node:assert/strict";
import { test } from "node:test";
import { openBrowser } from "./fakes/browser.js";

/** Has the server say one word, three times. */
async function threeMessages(browser, listen) {
  const client = await browser.connect();
  listen(client);
  for (const word of ["a", "b", "c"]) browser.socket.deliver(word);
}

test("a listener hears every event", async (t) => {
  const heard = [];
  await threeMessages(openBrowser(t), (client) => client.addEventListener("message", ({ data }) => heard.push(data)));
  assert.deepEqual(heard, ["a", "b", "c"]);
});

test("`once` hears one", async (t) => {
  const heard = [];
  await threeMessages(openBrowser(t), (client) => {
    client.addEventListener("message", ({ data }) => heard.push(data), { once: true });
  });
  assert.deepEqual(heard, ["a"]);
});

test("a signal that aborts takes the listener off", async (t) => {
  const heard = [];
  const controller = new AbortController();
  const listener = ({ data }) => {
    heard.push(data);
    if (data === "b") controller.abort();
  };
  await threeMessages(openBrowser(t), (client) => {
    client.addEventListener("message", listener, { signal: controller.signal });
  });
  assert.deepEqual(heard, ["a", "b"]);
});

test("an object is called by its handleEvent", async (t) => {
  const recorder = {
    heard: [],
    handleEvent({ data }) {
      this.heard.push(data);
    },
  };
  await threeMessages(openBrowser(t), (client) => client.addEventListener("message", recorder));
  assert.deepEqual(recorder.heard, ["a", "b", "c"]);
});

test("removeEventListener takes a listener off", async (t) => {
  const heard = [];
  await threeMessages(openBrowser(t), (client) => {
    const listener = ({ data }) => {
      heard.push(data);
      client.removeEventListener("message", listener);
    };
    client.addEventListener("message", listener);
  });
  assert.deepEqual(heard, ["a"]);
});

test("a listener that is added twice is called once", async (t) => {
  const heard = [];
  const listener = ({ data }) => heard.push(data);
  await threeMessages(openBrowser(t), (client) => {
    client.addEventListener("message", listener);
    client.addEventListener("message", listener);
  });
  assert.deepEqual(heard, ["a", "b", "c"]);
});

test("`null` as a listener is ignored", async (t) => {
  // Node warns of it; browsers do not.
  t.mock.method(process, "emitWarning", () => {});
  await threeMessages(openBrowser(t), (client) => client.addEventListener("message", null));
});
