// The wire of a Rust program: what it tells, it tells in Rust, and its core is part of the same program.
//
// Owns: which of the program's exports are the core's. Never: decides anything,
// or reads what passes.
//
//   StayWire (src/face) ─► Face ─► Core ─► the program's own exports
//   Closures of src/face/told.rs ◄── deliver, opened, session, gap, stale, retrying, closed ◄── Wire

import { Core } from "./core.js";
import { carrySession } from "./session.js";
import { Wire } from "./wire.js";

/** What tells the core's exports from others of the program. */
const PREFIX = /^staywire_/;

/** What the server is told of its requests: it failed, as nobody handles them (PROTOCOL.md §3). */
const FAILURE = 3;
const UNHANDLED = 2;

/** By kind, the streams that every session reads. */
const STREAMS = { i: "inbox", b: "broadcast", u: "user" };

/** The core's number for the status in which a socket takes messages. */
const OPEN = 1;

export class Face extends Wire {
  #url;
  #protocols;
  #credential;

  constructor(program, isSession, url, protocols, credential, ping, reply, settings) {
    super();
    this.#url = url;
    this.#protocols = protocols;
    this.#credential = credential;
    this.streams = new Map(Object.entries(STREAMS).map(([kind, name]) => [kind, new OwnStream(this, name)]));
    this.heartbeat = ping === undefined ? undefined : { message: ping, reply };
    if (isSession) carrySession(this);
    this.core = new Core(coreOf(program, isSession), this, Math.random(), ...settings);
  }

  async locate() {
    return [this.#url, this.#protocols, await this.#credential?.()];
  }

  /** Begins, or replaces the connection now. */
  connect() {
    this.listen();
    this.core.connect();
  }

  close() {
    this.closing = [1000];
    this.core.close();
  }

  status() {
    return this.core.status();
  }

  /** The sub-protocol that the server chose, empty until it has. */
  get protocol() {
    return this.subProtocol ?? this.socket?.protocol ?? "";
  }

  async respond(number) {
    this.push(new Receipt("nobody handles requests here", 28), FAILURE, "", number, UNHANDLED);
  }

  /** Sends a message of plain mode; false where it could not even be queued. */
  post(payload, bytes) {
    if (this.status() !== OPEN) return this.queue(payload, bytes);
    this.socket.send(payload);
    return true;
  }
}

/** A stream that every session reads, told as the conversation's own messages and gaps. */
class OwnStream {
  position;
  #face;
  #name;

  constructor(face, name) {
    this.#face = face;
    this.#name = name;
  }

  deliver(payload) {
    this.#face.deliver(payload);
  }

  gap(from, to) {
    this.#face.gap(this.#name, from, to);
  }

  end() {
    this.position = undefined;
  }
}

/** A message of a session, as `session.js` keeps it. */
export class Receipt {
  /** Whether it has left. */
  isWritten = false;
  #isDone;
  #settle;

  constructor(payload, bytes) {
    this.payload = payload;
    this.bytes = bytes;
  }

  /** Fulfilled with whether the message is known to be done; asked once, and a promise only then. */
  acknowledged() {
    return new Promise((resolve) => {
      this.#settle = resolve;
      if (this.#isDone !== undefined) resolve(this.#isDone);
    });
  }

  done() {
    this.#end(true);
  }

  fail() {
    this.#end(false);
  }

  #end(isDone) {
    this.#isDone = isDone;
    this.#settle?.(isDone);
  }
}

/** `url` as `WebSocket.url` would show it; throws what is wrong with it, as text. */
export function absoluteUrl(url) {
  let parsed;
  try {
    parsed = new URL(url, globalThis.document?.baseURI ?? globalThis.location?.href);
  } catch {
    throw "it is invalid";
  }
  parsed.protocol = parsed.protocol.replace(/^http/, "ws");
  if (!/^wss?:$/.test(parsed.protocol)) throw "its scheme has to be ws, wss, http or https";
  if (parsed.href.includes("#")) throw "it has a fragment, and must not";
  return parsed.href;
}

function coreOf(program, isSession) {
  const own = Object.entries(program).filter(([name]) => PREFIX.test(name));
  const core = Object.fromEntries(own.map(([name, call]) => [name.replace(PREFIX, ""), call]));
  return isSession ? { ...core, create: core.create_session } : core;
}
