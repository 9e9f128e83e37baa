// The wire of a Rust program: what it tells, it tells in Rust, and its core is part of the same program.
//
// Owns: which of the program's exports are the core's. Never: decides anything,
// or reads what passes.
//
//   StayWire (src/face) ─► Face ─► Core ─► the program's own exports
//   Closures of src/face/told.rs ◄── deliver, opened, session, gap, silent, retrying, closed ◄── Wire

import { Core } from "./core.js";
import { carrySession } from "./session.js";
import { encodeName } from "./session_wire.js";
import { Wire } from "./wire.js";

/** What tells the core's exports from others of the program. */
const PREFIX = /^staywire_/;

/** What a session accepts beside messages, as `push` of `session_sending.js` numbers it. */
const REQUEST = 1;
const REPLY = 2;
const FAILURE = 3;
const PUBLICATION = 4;

/** What the server is told of its requests: nobody handles them, the handler failed, the reply is too large
 * (PROTOCOL.md §3). */
const UNHANDLED = 2;
const FAILED = 8;
const TOO_LARGE = 9;

/** What `push` says of what is larger than a message may be. */
const BEYOND_MESSAGE = -2;

/** What a request comes to, where that is no failure's code; as in `src/face/request.rs`. */
const OUTCOME_UNKNOWN = -1;
const TIMEOUT = -2;

/** By kind, the streams that every session reads. */
const STREAMS = { i: "inbox", b: "broadcast", u: "user" };

/** The core's number for the status in which a socket takes messages. */
const OPEN = 1;

export class Face extends Wire {
  #url;
  #protocols;
  #credential;
  /** Told a payload and when it is given up, it gives an answer, with a code where that is a failure. */
  requestHandler;

  constructor(program, isSession, url, protocols, credential, ping, reply, settings) {
    super();
    this.#url = url;
    this.#protocols = protocols;
    this.#credential = credential;
    this.streams = new Map(Object.entries(STREAMS).map(([kind, name]) => [kind, new OwnStream(this, name)]));
    this.heartbeat = ping === undefined ? undefined : { message: ping, reply };
    if (isSession) this.#carry();
    this.core = new Core(coreOf(program, isSession), this, Math.random(), ...settings);
  }

  /** Has topics closed before the conversation is. */
  #carry() {
    carrySession(this);
    const { ended } = this;
    this.ended = (...how) => {
      for (const stream of this.streams.values()) stream.close?.();
      ended(...how);
    };
  }

  async locate() {
    return [this.#url, this.#protocols, await this.#credential?.()];
  }

  /** Has the first session go on right after `position` in the stream of a kind that every session reads. */
  since(kind, position) {
    this.streams.get(kind).at = parsed(position);
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

  /** Accepts a request that waits for at most `timeout` ms; its number, or why not as in `staywire_push`. */
  request(request, timeout) {
    const number = this.push(request, REQUEST);
    const timer = setTimeout(() => this.giveUp(request, TIMEOUT), timeout);
    const stop = () => clearTimeout(timer);
    request.reply.then(stop, stop);
    if (number < 0) request.fail();
    return number;
  }

  /** Nobody waits for a reply any more. */
  giveUp(request, outcome = OUTCOME_UNKNOWN) {
    this.cancel(request);
    request.refuse(outcome, "");
  }

  /** Accepts a message for a topic; its number, or why not. */
  publish(receipt, topic) {
    return this.push(receipt, PUBLICATION, encodeName(topic));
  }

  /** Has `reader` told of a topic, from its position or with the `last` messages; 0, or why not. */
  read(topic, reader, last) {
    const name = encodeName(topic);
    const { epoch, offset = last } = reader.at ?? {};
    const refused = this.subscribe(name, offset, epoch);
    if (!refused) this.streams.set(`t${name}`, reader);
    return refused;
  }

  isRead(topic) {
    return this.streams.has(`t${encodeName(topic)}`);
  }

  leave(topic, reader) {
    const name = encodeName(topic);
    if (this.streams.get(`t${name}`) !== reader) return;
    this.streams.delete(`t${name}`);
    this.unsubscribe(name);
  }

  /** Has the program answer the server's request `number`, by `requestHandler` if there is one. */
  async respond(number, data, signal) {
    let isOver;
    const givenUp = new Promise((resolve) => (isOver = resolve));
    signal.addEventListener("abort", isOver);
    const answered = await this.requestHandler?.(data, givenUp).finally(isOver);
    const [answer, code] = answered ?? failure("nobody handles requests here", UNHANDLED);
    // Nobody waits for an answer to what was given up.
    if (signal.aborted) return;
    const accepted = this.#answer(number, answer, code);
    if (accepted >= 0) return;
    const why = accepted === BEYOND_MESSAGE ? TOO_LARGE : FAILED;
    this.#answer(number, ...failure("the reply is more than can be sent now", why));
  }

  /** A reply where there is no `code`; below 0, it was not accepted. */
  #answer(number, answer, code) {
    return this.push(answer, code === undefined ? REPLY : FAILURE, "", number, code);
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
  at;
  #face;
  #name;

  constructor(face, name) {
    this.#face = face;
    this.#name = name;
  }

  deliver(payload, origin) {
    this.#face.deliver(payload, origin, this.#name, printed(this.at));
  }

  gap(from, to) {
    this.#face.gap(this.#name, from, to);
  }

  end() {
    this.at = undefined;
  }
}

/** A message of a session, as `session_kept.js` keeps it. */
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

  /** The server did not publish it, and says why. */
  refuse(code, reason) {
    this.refusal = [code, reason];
    this.#end(false);
  }

  fail() {
    this.#end(false);
  }

  #end(isDone) {
    this.#isDone = isDone;
    this.#settle?.(isDone);
  }
}

/** An own request, and its reply: a payload, or rejected with an outcome or a failure's code, and a reason. */
export class Asked {
  isWritten = false;

  constructor(payload, bytes) {
    this.payload = payload;
    this.bytes = bytes;
    this.reply = new Promise((resolve, reject) => {
      this.settle = resolve;
      this.refuse = (...why) => reject(why);
    });
  }

  /** The server's handler has it: that is not the reply. */
  done() {}

  fail() {
    this.refuse(OUTCOME_UNKNOWN, "");
  }
}

/** Who reads a topic; `tell` is told in Rust what happens, as `src/face/subscription.rs` names it. */
export class Reader {
  #tell;

  constructor(position, tell) {
    this.at = position && parsed(position);
    this.#tell = tell;
  }

  subscribed() {
    this.#tell("subscribed", printed(this.at));
  }

  deliver(payload) {
    this.#tell("message", printed(this.at), payload);
  }

  gap(from, to) {
    this.#tell(from === undefined ? "reset" : "gap", printed(this.at), undefined, from, to);
  }

  end(code, reason = "") {
    this.#tell("ended", printed(this.at), reason, code);
  }

  close() {
    this.#tell("closed");
  }
}

/** A position as it passes to Rust, and what it is of. */
const printed = (at) => at && `${at.epoch}-${at.offset}`;

function parsed(position) {
  const [epoch, offset] = position.split("-");
  return { epoch, offset };
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

function failure(reason, code) {
  return [new Receipt(reason, reason.length), code];
}

function coreOf(program, isSession) {
  const own = Object.entries(program).filter(([name]) => PREFIX.test(name));
  const core = Object.fromEntries(own.map(([name, call]) => [name.replace(PREFIX, ""), call]));
  return isSession ? { ...core, create: core.create_session } : core;
}
