// A session's messages as events: a lone `onmessage` cannot tell that nothing was dispatched.

import assert from "node:assert/strict";
import { test } from "node:test";
import { openBrowser } from "./fakes/browser.js";
import { replace } from "./fakes/replace.js";
import { SessionServer } from "./fakes/session_server.js";
import { uncaught } from "./fakes/uncaught.js";

/** A page whose session has a broadcast stream and reads the topic `orders`. */
async function reading(t) {
  const server = new SessionServer(openBrowser(t));
  const client = await server.connect();
  const orders = client.subscribe("orders");
  server.socket.deliver("recovered 7 t abc 3 orders");
  return { server, client, orders };
}

/** All that a handler of `target` can see of `event`. */
function look(event, target) {
  const path = event.composedPath();
  return {
    event: String(event),
    made: event.constructor.name,
    isMessage: event instanceof MessageEvent,
    fields: ["type", "data", "origin", "lastEventId", "source", "bubbles", "cancelable", "defaultPrevented", "isTrusted"].map((name) => event[name]),
    ports: event.ports.length,
    target: event.target === target,
    source: event.srcElement === target,
    current: event.currentTarget && event.currentTarget === target,
    phase: event.eventPhase,
    path: path.map((one) => one === target),
  };
}

for (const [what, whose] of [
  ["the client", ({ client }) => ({ target: client, message: "d1\nhello" })],
  ["a topic", ({ orders }) => ({ target: orders, message: "s7 4\nhello" })],
]) {
  /** What `onmessage` sees of a message of `whose`, during the call and after it. */
  const see = async (t, hasListener) => {
    const all = await reading(t);
    const { target, message } = whose(all);
    const seen = [];
    let kept;
    target.onmessage = function (event) {
      seen.push(this === target, look(event, target));
      kept = event;
    };
    // Behind it: Node calls an event dispatched until its first listener has returned.
    if (hasListener) target.addEventListener("message", () => {});
    all.server.socket.deliver(message);
    seen.push(look(kept, target));
    return seen;
  };

  test(`a lone handler of ${what} sees the event that it would see beside a listener`, async (t) => {
    const lone = await see(t, false);
    assert.deepEqual(lone, await see(t, true));
    assert.deepEqual([lone[0], lone[1].current, lone[1].phase, lone[2].current, lone[2].phase], [true, true, 2, null, 0]);
  });

  test(`a lone handler of ${what} calls no dispatchEvent, and one beside a listener is called in its place`, async (t) => {
    const { server, ...all } = await reading(t);
    const { target, message } = whose(all);
    const [first, offset] = [message, Number(/\d+(?=\n)/.exec(message)[0])];
    const next = (by) => first.replace(`${offset}\n`, `${offset + by}\n`);
    const order = [];
    const dispatch = t.mock.method(EventTarget.prototype, "dispatchEvent");
    target.onmessage = (_event) => order.push("handler");
    server.socket.deliver(next(0));
    const without = dispatch.mock.callCount();
    target.addEventListener("message", () => order.push("listener"), { once: true });
    server.socket.deliver(next(1));
    server.socket.deliver(next(2));
    assert.deepEqual(order, ["handler", "handler", "listener", "handler"]);
    assert.deepEqual([without, dispatch.mock.callCount()], [0, 2]);
  });
}

test("an event is dispatched to a handler without a parameter, which can only mean the global `event`", async (t) => {
  const { server, client } = await reading(t);
  const dispatch = t.mock.method(EventTarget.prototype, "dispatchEvent");
  let calls = 0;
  client.onmessage = () => calls++;
  server.socket.deliver("d1\nhello");
  assert.deepEqual([calls, dispatch.mock.callCount()], [1, 1]);
});

test("an event is dispatched where something wraps listeners, as zone.js does", async (t) => {
  const { server, client } = await reading(t);
  const native = EventTarget.prototype.addEventListener;
  replace(t, EventTarget.prototype, "addEventListener", function (...args) {
    return native.apply(this, args);
  });
  const dispatch = t.mock.method(EventTarget.prototype, "dispatchEvent");
  const received = [];
  client.onmessage = ({ data }) => received.push(data);
  server.socket.deliver("d1\nhello");
  assert.deepEqual([received, dispatch.mock.callCount()], [["hello"], 1]);
});

test("what a lone handler throws is uncaught, and the next message is delivered", async (t) => {
  const { server, client } = await reading(t);
  const error = new Error("the handler's");
  const received = [];
  client.onmessage = ({ data }) => {
    received.push(data);
    throw error;
  };
  const errors = await uncaught(() => {
    server.socket.deliver("d1\none");
    server.socket.deliver("d2\ntwo");
  });
  assert.deepEqual([received, errors], [["one", "two"], [error, error]]);
});

test("an object that cannot be called is not, and a handler that was taken off neither", async (t) => {
  const { server, client } = await reading(t);
  client.onmessage = { handleEvent: () => assert.fail("that is for listeners") };
  server.socket.deliver("d1\none");
  client.onmessage = () => assert.fail("it was taken off");
  client.onmessage = null;
  server.socket.deliver("d2\ntwo");
});

test("an event that is dispatched elsewhere has that target, during the call and afterwards", async (t) => {
  const { server, client } = await reading(t);
  const elsewhere = new EventTarget();
  const seen = [];
  elsewhere.addEventListener("message", (event) => seen.push(look(event, elsewhere)));
  let kept;
  client.onmessage = (event) => {
    elsewhere.dispatchEvent((kept = event));
  };
  server.socket.deliver("d1\nhello");
  elsewhere.dispatchEvent(kept);
  for (const { target, current, phase, path } of seen) assert.deepEqual([target, current, phase, path], [true, true, 2, [true]]);
  assert.equal(seen.length, 2);
  assert.equal(kept.target, elsewhere);
});

test("a handler within a handler ends alone", async (t) => {
  const { server, client, orders } = await reading(t);
  const phases = [];
  let outer;
  orders.onmessage = (event) => phases.push(event.currentTarget === orders, outer.currentTarget === client);
  client.onmessage = (event) => {
    outer = event;
    server.socket.deliver("s7 4\nwithin");
    phases.push(event.currentTarget === client);
  };
  server.socket.deliver("d1\naround");
  assert.deepEqual(phases, [true, true, true]);
});
