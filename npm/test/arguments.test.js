// Bad arguments throw what the browser's WebSocket throws (checked against Chromium), where the mistake is made.

import assert from "node:assert/strict";
import { test } from "node:test";
import { StayWire } from "../dist/index.js";
import { openBrowser, URL_OF_SERVER } from "./fakes/browser.js";
import { settle } from "./fakes/clock.js";
import { replace } from "./fakes/replace.js";

const isDomException = (name) => (error) => error instanceof DOMException && error.name === name;

test("a constructor without a URL throws TypeError", (t) => {
  openBrowser(t);
  assert.throws(() => new StayWire(), TypeError);
});

const BAD_URLS = [
  ["http://", "is malformed"],
  ["ftp://server.example/", "has a scheme that is not for WebSockets"],
  ["mailto:a@b.example", "has a scheme that is not for WebSockets"],
  ["wss://server.example/#part", "has a fragment"],
  ["wss://server.example/#", "has an empty fragment"],
];

for (const [url, fault] of BAD_URLS) {
  test(`'${url}', which ${fault}, throws SyntaxError that names it`, (t) => {
    openBrowser(t);
    assert.throws(() => new StayWire(url), isDomException("SyntaxError"));
    assert.throws(() => new StayWire(url), /staywire: .*(http:\/\/|ftp|mailto|#)/);
  });
}

test("a relative URL throws SyntaxError where nothing says relative to what", (t) => {
  openBrowser(t);
  replace(t, globalThis, "document", undefined);
  assert.throws(() => new StayWire("/ws"), isDomException("SyntaxError"));
});

test("a symbol as the URL throws TypeError", (t) => {
  openBrowser(t);
  assert.throws(() => new StayWire(Symbol("url")), TypeError);
});

test("a sub-protocol that is no text is taken for one, as WebIDL does, and a symbol throws TypeError", async (t) => {
  const browser = openBrowser(t);
  for (const protocols of [5, true]) {
    new StayWire(URL_OF_SERVER, protocols);
    await settle();
    assert.deepEqual(browser.socket.protocols, [String(protocols)]);
  }
  assert.throws(() => new StayWire(URL_OF_SERVER, Symbol("sub")), TypeError);
});

for (const protocols of ["", "a b", "a,b", "a/b", "é", ["ok", ""], ["ok", "ok"]]) {
  test(`the sub-protocols ${JSON.stringify(protocols)} throw SyntaxError`, (t) => {
    openBrowser(t);
    assert.throws(() => new StayWire(URL_OF_SERVER, protocols), isDomException("SyntaxError"));
    assert.throws(() => new StayWire(URL_OF_SERVER, { protocols }), isDomException("SyntaxError"));
  });
}

const TIMES = ["connectTimeout", "closeTimeout", "minReconnectDelay", "maxReconnectDelay", "minUptime"];
const NUMBERS = [...TIMES, "maxAttempts", "maxQueueBytes"];

for (const name of NUMBERS) {
  test(`${name} throws RangeError that names it unless it is a number that is not negative`, (t) => {
    openBrowser(t);
    for (const value of [-1, NaN, "5", null, {}]) {
      // `null` stands for the default, as `undefined` does.
      const construct = () => new StayWire(URL_OF_SERVER, { [name]: value });
      if (value === null) assert.doesNotThrow(construct);
      else assert.throws(construct, { name: "RangeError", message: new RegExp(`^staywire: ${name} `) });
    }
  });
}

test("a time that timers cannot count throws RangeError", (t) => {
  openBrowser(t);
  for (const name of TIMES) {
    assert.throws(() => new StayWire(URL_OF_SERVER, { [name]: 2 ** 31 }), RangeError);
    assert.doesNotThrow(() => new StayWire(URL_OF_SERVER, { [name]: 2 ** 31 - 1 }));
  }
});

test("the heartbeat's numbers throw RangeError that names them", (t) => {
  openBrowser(t);
  for (const name of ["interval", "timeout"]) {
    const construct = () => new StayWire(URL_OF_SERVER, { heartbeat: { [name]: -1 } });
    assert.throws(construct, { name: "RangeError", message: new RegExp(`^staywire: ${name} `) });
  }
});

test("a bad argument loads no core and opens no socket", async (t) => {
  const browser = openBrowser(t);
  const instantiate = t.mock.method(WebAssembly, "instantiate");
  assert.throws(() => new StayWire(URL_OF_SERVER, { maxAttempts: -1 }));
  await browser.clock.pass(60_000);
  assert.equal(instantiate.mock.callCount(), 0);
  assert.equal(browser.sockets.length, 0);
});

test("send without an argument throws TypeError in every state", async (t) => {
  const browser = openBrowser(t);
  const client = await browser.dial();
  assert.throws(() => client.send(), TypeError);
  browser.socket.accept();
  assert.throws(() => client.send(), TypeError);
  client.close();
  assert.throws(() => client.send(), TypeError);
});

for (const code of [0, 999, 1001, 1005, 1006, 2999, 5000, 65_536, -1, NaN, null]) {
  test(`close(${code}) throws InvalidAccessError and closes nothing`, async (t) => {
    const browser = openBrowser(t);
    const client = await browser.connect();
    assert.throws(() => client.close(code), isDomException("InvalidAccessError"));
    assert.equal(client.readyState, StayWire.OPEN);
  });
}

for (const code of [1000, 3000, 4999]) {
  test(`close(${code}) closes with it`, async (t) => {
    const browser = openBrowser(t);
    const client = await browser.connect();
    client.close(code);
    assert.deepEqual(browser.socket.closedWith, [code, undefined]);
  });
}

test("a reason of 123 bytes closes, and of more throws SyntaxError", async (t) => {
  const browser = openBrowser(t);
  const client = await browser.connect();
  for (const reason of ["x".repeat(124), "é".repeat(62)]) {
    assert.throws(() => client.close(1000, reason), isDomException("SyntaxError"));
  }
  assert.equal(client.readyState, StayWire.OPEN);
  client.close(1000, "x".repeat(123));
  assert.equal(client.readyState, StayWire.CLOSING);
});

test("whatever is the reason is taken for text, before the code is looked at", async (t) => {
  const browser = openBrowser(t);
  const client = await browser.connect();
  const long = { toString: () => "x".repeat(124) };
  assert.throws(() => client.close(3000, long), { name: "SyntaxError" });
  const thrown = { toString: () => assert.fail("of the reason") };
  assert.throws(() => client.close(1, thrown), /of the reason/);
  client.close(3000, null);
  assert.deepEqual(browser.socket.closedWith, [3000, "null"]);
});

test("arguments of close are checked also when there is nothing to close", async (t) => {
  const browser = openBrowser(t);
  const client = await browser.connect();
  client.close();
  assert.throws(() => client.close(1), isDomException("InvalidAccessError"));
});

test("close rounds its code as a WebSocket does: to the nearest, a half to even", async (t) => {
  const browser = openBrowser(t);
  for (const [code, rounded] of [["1000", 1000], [1000.4, 1000], [999.5, 1000], [1000.5, 1000], [2999.6, 3000], [2999.5, 3000]]) {
    const client = await browser.connect();
    client.close(code);
    assert.deepEqual(browser.socket.closedWith, [rounded, undefined]);
  }
  const client = await browser.connect();
  for (const code of [1000.6, 2999.4, 4999.5]) {
    assert.throws(() => client.close(code), isDomException("InvalidAccessError"));
  }
});

test("null in the place of the options is none", async (t) => {
  const browser = openBrowser(t);
  await browser.dial(null);
  assert.deepEqual(browser.socket.protocols, []);
});

test("a heartbeat that is neither options nor a boolean throws TypeError that names it", (t) => {
  openBrowser(t);
  for (const heartbeat of [30_000, "PING", "", 0, () => {}]) {
    assert.throws(() => new StayWire(URL_OF_SERVER, { heartbeat }), { name: "TypeError", message: /^staywire: heartbeat / });
  }
  for (const heartbeat of [null, undefined, true, false, {}]) {
    assert.doesNotThrow(() => new StayWire(URL_OF_SERVER, { heartbeat }));
  }
});

test("maxAttempts throws RangeError that names it unless it is whole or infinite", (t) => {
  openBrowser(t);
  const construct = (maxAttempts) => new StayWire(URL_OF_SERVER, { maxAttempts });
  assert.throws(() => construct(1.5), { name: "RangeError", message: /^staywire: maxAttempts .*1\.5/ });
  for (const maxAttempts of [0, 3, 2 ** 40, Infinity]) assert.doesNotThrow(() => construct(maxAttempts));
});
