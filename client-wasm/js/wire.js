// What touches the browser's objects: one conversation's socket, timer and page listeners.
//
// Owns: the plumbing from their events to `Core`. Never: decides anything; `Core`
// (Rust) commands the methods under "Commanded by Core", in this order of events:
//
//   page, socket, timer ─► core.hint / opened / closed / timeout ─► dial, flush …
//   each message ────────► core.data(connection) ─► deliver
//
// The application's side extends it with `locate`, `deliver`, `opened`, `silent`,
// `retrying` and `closed`, of which only `locate` may throw, and may with `measured` and a `newSocket` of its own.

import { report } from "./core.js";

/** The page's events as the numbers of `Core.hint`: one more where the page can be seen, or goes into the cache or comes from it. */
const HINTS = { offline: 0, online: 1, visibilitychange: 2, freeze: 4, resume: 5, pagehide: 6, pageshow: 8 };

/** Likewise, for an event that is not the page's. */
const NETWORK_CHANGED = 10;

/** What was thrown, as text; anything can be thrown, also what has none. */
function printed(error) {
  try {
    return String(error);
  } catch {
    return "";
  }
}

export class Wire {
  /** The URL of the current or last attempt. */
  url = "";
  /** The current or last WebSocket: what it has not sent counts as buffered, also after its end. */
  socket;
  /** Milliseconds that the last answer took to a ping, or to an opening; undefined until there was one. */
  latency;
  #pingedAt;
  /** Whether the browser tells an error of that WebSocket, or would where there is none. */
  isBroken = true;
  #connection;
  /** What `Core` has accepted until it says `flush`; it never sees a payload. */
  #kept = [];
  /** The reason that came with the last close. */
  reason;
  #timer;
  #listening;

  /** Begins a conversation, or begins it again. */
  listen() {
    this.#listening?.abort();
    this.#listening = new AbortController();
    // Captured at the top, so that one target is enough: a worker has a network but no page, Node has neither.
    const options = { capture: true, signal: this.#listening.signal };
    for (const type in HINTS) {
      const listener = ({ target, persisted }) => {
        const isMore = type === "visibilitychange" ? !document.hidden : persisted;
        // What an element calls by the same name is captured, too; only window and document have no owner.
        if (!target.ownerDocument) this.core.hint(HINTS[type] + !!isMore);
      };
      globalThis.addEventListener?.(type, listener, options);
    }
    // Where the browser tells of it: another network than the one that the connection was opened on.
    globalThis.navigator?.connection?.addEventListener("change", () => this.core.hint(NETWORK_CHANGED), options);
  }

  /** Begins an opening handshake. */
  newSocket(url, protocols) {
    return new WebSocket(url, protocols);
  }

  /** Queues a message; whether it was accepted. */
  queue(payload, bytes) {
    const isAccepted = !!this.core.send(bytes);
    if (isAccepted) this.#kept.push(payload);
    return isAccepted;
  }

  /** A ping leaves, or an opening. */
  pinged() {
    this.#pingedAt = performance.now();
  }

  /** A pong came, or the answer to an opening. */
  ponged() {
    // What nobody asked for measures nothing.
    if (this.#pingedAt === undefined) return;
    this.latency = performance.now() - this.#pingedAt;
    this.#pingedAt = undefined;
    this.measured();
  }

  /** There is another latency. */
  measured() {}

  // Commanded by Core.

  async dial(connection) {
    this.#connection = connection;
    this.#pingedAt = undefined;
    this.isBroken = true;
    try {
      const [url, protocols] = await this.locate();
      // The answer may come too late: `detach` has taken the name away.
      if (this.#connection === connection) this.#open(connection, url, protocols);
    } catch (error) {
      this.undialable(connection, error);
    }
  }

  flush() {
    for (const payload of this.#kept.splice(0)) {
      try {
        this.socket.send(payload);
      } catch (error) {
        // The rest goes out without it.
        report(error);
      }
    }
  }

  ping() {
    this.pinged();
    this.socket.send(this.heartbeat.message);
  }

  hangup() {
    this.socket.close(...this.closing);
  }

  detach() {
    const { socket } = this;
    this.#connection = undefined;
    if (!socket) return;
    // As the browser has it: an error, unless the closing handshake had begun.
    this.isBroken = socket.readyState < 2;
    // Callbacks off first: a dead network reports the end of the closing handshake a minute late.
    socket.onopen = socket.onmessage = socket.onerror = socket.onclose = null;
    socket.close();
  }

  alarm(delay) {
    clearTimeout(this.#timer);
    if (delay >= 0) this.#timer = setTimeout(() => this.core.expired(), delay);
  }

  waiting(attempt, delay, cause, code, hasReason) {
    this.retrying(attempt, delay, cause, code, hasReason ? this.reason : "");
  }

  ended(failed, wasClean, code, hasReason) {
    this.#listening.abort();
    this.#kept = [];
    this.closed(failed, !!wasClean, code, hasReason ? this.reason : "");
  }

  /** Milliseconds on a clock that never goes backwards. */
  monotonic() {
    return performance.now();
  }

  /** Milliseconds of the wall clock. */
  wall() {
    return Date.now();
  }

  // The path of the socket's events.

  #open(connection, url, protocols) {
    const { core, heartbeat } = this;
    this.url = url;
    this.isBroken = false;
    const socket = (this.socket = this.newSocket(url, protocols));
    // Blobs are made at delivery; asking the browser for them would make their order asynchronous.
    socket.binaryType = "arraybuffer";
    this.watch(socket, connection);
    // The same for all of its messages; asking each one would cost more than all that is done here.
    let origin;
    socket.onmessage = (event) => {
      const { data } = event;
      const isAnswer = heartbeat && (data === (heartbeat.reply ?? "PONG") || data === heartbeat.message);
      const isCounted = core.data(connection, isAnswer);
      if (isCounted && isAnswer) this.ponged();
      if (isCounted && (!isAnswer || data !== heartbeat.reply)) this.deliver(data, (origin ??= event.origin));
    };
  }

  /** Has `Core` told when `socket` is open, and when it is not any more. */
  watch(socket, connection) {
    // What a failed handshake is closed with, also in Node 24 before 24.11, which says 1002: not to come back.
    let failed = 1006;
    socket.onopen = () => {
      failed = 0;
      this.core.opened(connection);
    };
    socket.onerror = () => {
      this.isBroken = true;
      // Node 22 fires no `close` after it, nor does Chromium where the page's Content Security Policy forbids to connect.
      if (failed && socket.readyState % 3 < 1) socket.onclose({ reason: "" });
    };
    socket.onclose = ({ code, reason, wasClean }) => this.lost(connection, failed || code, reason, wasClean, 0);
  }

  /** It could not be found out where to dial, or the browser refuses to. */
  undialable(connection, error) {
    // What the browser refuses it will always refuse; whatever else was thrown is the application's bad luck.
    const isRefused = error instanceof DOMException && ["SyntaxError", "SecurityError"].includes(error.name);
    this.lost(connection, 1006, printed(error), false, isRefused ? 2 : 1);
  }

  lost(connection, code, reason, wasClean, failure) {
    const [, retry = -1] = /(?:^| )retry=(0|[1-9]\d{0,8})(?: |$)/.exec(reason) ?? [];
    this.reason = reason;
    this.core.closed(connection, code, wasClean, failure, +retry);
  }
}
