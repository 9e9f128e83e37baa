// A server that keeps one session, whose every move is written in the test.
//
// Owns: the form of its answers (PROTOCOL.md §3 and §4). Never: sends or remembers anything by
// itself; a socket on which nothing is answered is one whose server fell silent.

import assert from "node:assert/strict";
import { settle } from "./clock.js";
import { until } from "./browser.js";

export const SUB_PROTOCOL = "staywire.v1";

/** The ids of a first session, of the one after it, and of the server's process. */
export const SESSION = "a".repeat(32);
export const NEXT_SESSION = "b".repeat(32);
const INSTANCE = "c".repeat(32);

/** In the order of the field. */
const LIMITS = {
  message: 1_000,
  window: 120_000,
  interval: 15_000,
  timeout: 5_000,
  ackBytes: 1_000,
  ackDelay: 1_000,
  credit: 100_000,
};

const decoder = new TextDecoder();

/** A client in session mode and the far end of its connections. */
export class SessionServer {
  #browser;
  /** What the answers say of limits, where it is not the default. */
  limits = {};

  constructor(browser) {
    this.#browser = browser;
  }

  /** A client in session mode that has dialled, once. */
  async dial(options) {
    const { length } = this.#browser.sockets;
    const client = await this.#browser.dial({ ...options, session: true });
    await this.dialled(length);
    return client;
  }

  /** A client that has its session. */
  async connect(options) {
    const client = await this.dial(options);
    this.welcome();
    return client;
  }

  /** The newest socket, on which the client is answered. */
  get socket() {
    return this.#browser.socket;
  }

  /** Completes the opening handshake; the opening, as its lines. */
  accept(socket = this.socket) {
    socket.accept({ protocol: SUB_PROTOCOL });
    return opening(socket);
  }

  /** Accepts the newest connection and makes its session; the opening. */
  welcome({ oldest = 1, lines } = {}) {
    const asked = this.accept();
    assert.equal(asked.type, "hello");
    this.#answer(`welcome ${SESSION} ${INSTANCE} ${oldest}`, lines);
    return asked;
  }

  /** Accepts the newest connection and goes on with the session; the opening. */
  resumed(details) {
    const asked = this.accept();
    assert.equal(asked.type, "resume");
    this.resume(details);
    return asked;
  }

  /** The answer alone. */
  resume({ accepted = 0, done = accepted, oldest = 1, lines } = {}) {
    this.#answerResume(`resumed ${INSTANCE} ${accepted} ${done} ${oldest}`, lines);
  }

  /** Accepts the newest connection and begins another session; the opening. */
  fresh(reason, { oldest = 1, lines } = {}) {
    const asked = this.accept();
    assert.equal(asked.type, "resume");
    this.#answerResume(`fresh ${reason} ${NEXT_SESSION} ${INSTANCE} ${oldest}`, lines);
    return asked;
  }

  /** Waits until a client has dialled after the first so many sockets, and the core, which was compiled before, has taken over. */
  async dialled(length = 0) {
    await until(() => this.#browser.sockets.length > length);
    await settle();
  }

  /** Asks the client to move, and lets it dial a second time; the second socket. */
  async move() {
    const { length } = this.#browser.sockets;
    this.socket.deliver("move 1000");
    await this.#browser.clock.pass(1_000);
    assert.equal(this.#browser.sockets.length, length + 1);
    return this.socket;
  }

  /** Cuts the newest connection and lets the client dial again. */
  async cut() {
    const { length } = this.#browser.sockets;
    this.socket.drop();
    for (let seconds = 0; this.#browser.sockets.length === length && seconds < 20; seconds++) await this.#browser.clock.pass(1_000);
    assert.equal(this.#browser.sockets.length, length + 1);
  }

  /** Takes the acknowledgement as well, which a client that takes the answer says before all else (PROTOCOL.md §4). */
  #answerResume(first, lines) {
    const { sent } = this.socket;
    this.#answer(first, lines);
    if (sent.length) assert.match(sent.shift(), /^a\d+$/);
  }

  #answer(first, lines = []) {
    const limits = Object.values({ ...LIMITS, ...this.limits });
    this.socket.deliver([first, `limits ${limits.join(" ")}`, ...lines].join("\n"));
  }
}

/** The opening that was sent on `socket`: its first line in parts, and its other lines. */
function opening(socket) {
  const [text, ...others] = socket.sent.splice(0);
  assert.deepEqual(others, [], "nothing follows an opening before its answer");
  const [first, ...lines] = text.split("\n");
  const [type, ...fields] = first.split(" ");
  return { type, fields, lines };
}

/** What was sent on `socket` since the last call, as text; what was binary begins with `binary `. */
export async function received(socket) {
  await settle();
  return Promise.all(socket.sent.splice(0).map(printed));
}

async function printed(message) {
  if (typeof message === "string") return message;
  const bytes = message instanceof Blob ? await message.arrayBuffer() : message;
  return `binary ${decoder.decode(bytes)}`;
}
