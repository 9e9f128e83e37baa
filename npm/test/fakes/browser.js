// A browser for one test: its globals are fakes that the test drives, and gone after it.

import assert from "node:assert/strict";
import { StayWire } from "../../dist/index.js";
import { FakeClock, settle } from "./clock.js";
import { FakePage } from "./page.js";
import { replace } from "./replace.js";
import { fakeWebSocket } from "./web_socket.js";

export const URL_OF_SERVER = "wss://server.example/ws";

/** Milliseconds: the longest delay of the first retry after a connection that had been open. */
export const FIRST_RETRY = 2_500;

const EVENTS = ["open", "message", "error", "close", "reconnecting", "session", "gap", "stale"];

/** Node 20 has none. */
class CloseEvent extends Event {
  constructor(type, { wasClean = false, code = 0, reason = "" } = {}) {
    super(type);
    Object.assign(this, { wasClean, code, reason });
  }
}

class Browser {
  clock;
  page;
  #WebSocket = fakeWebSocket();

  constructor(t) {
    // What a test did not wait for dials here, and not in the next test.
    t.after(settle);
    this.clock = new FakeClock(t);
    this.page = new FakePage(t);
    replace(t, globalThis, "WebSocket", this.#WebSocket);
    replace(t, globalThis, "CloseEvent", CloseEvent);
    // The seed of the jitter: a test sees the same delays in each run.
    replace(t, Math, "random", () => 0.5);
  }

  /** Every socket that was made, in order. */
  get sockets() {
    return this.#WebSocket.sockets;
  }

  /** The newest socket. */
  get socket() {
    return this.sockets.at(-1);
  }

  /** A client that has dialled, once; the server has not answered yet. */
  async dial(options, url = URL_OF_SERVER) {
    const client = new StayWire(url, options);
    await settle();
    return client;
  }

  /** A client whose connection is open. */
  async connect(options, url) {
    const client = await this.dial(options, url);
    this.socket.accept();
    return client;
  }
}

/** Milliseconds that compiling a core may take on a machine that is busy with others. */
const COMPILED = 60_000;

/** The clock that no test replaces. */
const { hrtime } = process;

/** Lets the event loop turn until `condition` holds: compiling the core is the one thing that needs real time. */
export async function until(condition) {
  const deadline = hrtime.bigint() + BigInt(COMPILED) * 1_000_000n;
  while (!condition()) {
    assert.ok(hrtime.bigint() < deadline, `it never came about: ${condition}`);
    await settle();
  }
}

/** Has the core of a mode compiled, so that from now on only promises have to settle. */
async function compileCore(options) {
  globalThis.WebSocket = class {};
  const client = new StayWire(URL_OF_SERVER, options);
  client.close();
  await until(() => client.status === "closed");
  delete globalThis.WebSocket;
}

await compileCore({ session: false });
await compileCore({ session: true });

/** Puts fakes in the place of the browser's globals until the test `t` ends. */
export function openBrowser(t) {
  return new Browser(t);
}

/** The types of the events that `client` fires from now on, in order. */
export function recordTypes(client) {
  const types = [];
  for (const type of EVENTS) client.addEventListener(type, () => types.push(type));
  return types;
}

/** The events of one type that `client` fires from now on, in order. */
export function record(client, type) {
  const events = [];
  client.addEventListener(type, (event) => events.push(event));
  return events;
}
