/**
 * `StayWire`, the drop-in for `WebSocket`.
 *
 * Owns: the shape that WHATWG gives a WebSocket, and the checks of its arguments. What it is
 * about is elsewhere: `Face` tells the application's handlers, the core decides.
 */

import { drained } from "./drain.ts";
import type { JsonEvent, StayWireEventMap } from "./events.ts";
import { Face } from "./face.ts";
import { defineHandlers, type EventHandler, type Listen } from "./handlers.ts";
import { type Protocols, syntaxError, type Url } from "./location.ts";
import { messagesOf, type Received } from "./messages.ts";
import { nativeWebSocket } from "./native.ts";
import { highWaterMark, isSingle, maxUnreadBytes, noRoom, type StayWireOptions } from "./options.ts";
import { byteLength, type Payload, snapshot, toPayload, utf8Length } from "./payload.ts";
import { printPosition } from "./position.ts";
import { type Data, request, type RequestOptions } from "./request.ts";
import type { RequestHandler } from "./respond.ts";
import { Sent } from "./sent.ts";
import { CLOSING, OPEN, READY_STATES, type Status, STATUSES } from "./status.ts";
import { encodeTopic, publish, type SubscribeOptions, Topic } from "./topic.ts";

type Handler<K extends keyof StayWireEventMap> = EventHandler<StayWire, StayWireEventMap, K>;

/** What is read is what a `WebSocket` has, so that a `StayWire` may be given to whoever asks for one. */
export interface StayWire {
  get onopen(): WebSocket["onopen"];
  set onopen(handler: Handler<"open">);
  get onmessage(): WebSocket["onmessage"];
  set onmessage(handler: Handler<"message">);
  get onerror(): WebSocket["onerror"];
  set onerror(handler: Handler<"error">);
  get onclose(): WebSocket["onclose"];
  set onclose(handler: Handler<"close">);
}

/** A `WebSocket` that comes back: one conversation over as many connections as it takes. */
export class StayWire extends EventTarget {
  declare static readonly CONNECTING: 0;
  declare static readonly OPEN: 1;
  declare static readonly CLOSING: 2;
  declare static readonly CLOSED: 3;
  declare readonly CONNECTING: 0;
  declare readonly OPEN: 1;
  declare readonly CLOSING: 2;
  declare readonly CLOSED: 3;

  declare onreconnecting: Handler<"reconnecting">;
  declare onsession: Handler<"session">;
  declare ongap: Handler<"gap">;
  declare onstale: Handler<"stale">;
  declare onlatency: Handler<"latency">;
  declare ondrain: Handler<"drain">;
  declare addEventListener: Listen<StayWire, StayWireEventMap, AddEventListenerOptions>;
  declare removeEventListener: Listen<StayWire, StayWireEventMap, EventListenerOptions>;

  readonly #face: Face;
  readonly #options: StayWireOptions;
  readonly #mark: number;
  /** Until then there is more in the socket than somebody wants. */
  #drained: Promise<void> | undefined;

  /**
   * Begins to connect, and goes on until `close()`, a close code that says to stop, or `maxAttempts`.
   *
   * @param url Absolute or relative, ws, wss, http or https; or a function that is called for each attempt.
   * @param options Sub-protocols, as `WebSocket` takes them, or {@link StayWireOptions}.
   * @throws DOMException `SyntaxError` as `WebSocket` does; `NotSupportedError` where there is no `WebSocket`.
   * @throws RangeError when an option is not a number in its range; TypeError when `heartbeat` is neither options nor a boolean.
   */
  constructor(url: Url, options: Protocols | StayWireOptions | null | undefined = {}) {
    super();
    if (!arguments.length) throw new TypeError("staywire: a URL is needed");
    options ??= {};
    this.#options = isOptions(options) ? options : { protocols: options };
    const SocketClass = this.#options.WebSocket ?? nativeWebSocket();
    if (!SocketClass) {
      throw new DOMException("staywire: there is no WebSocket here; Node has one from version 22", "NotSupportedError");
    }
    maxUnreadBytes(this.#options);
    this.#mark = highWaterMark(this.#options);
    this.#face = new Face(this, SocketClass, url, this.#options);
  }

  /** 0 connecting or reconnecting, 1 open, 2 closing, 3 closed (WHATWG). */
  get readyState(): 0 | 1 | 2 | 3 {
    return READY_STATES[this.#face.core.status()]!;
  }

  /** The same in more detail. */
  get status(): Status {
    return STATUSES[this.#face.core.status()]!;
  }

  /** The URL of the current or last attempt; empty until a URL function has answered. */
  get url(): string {
    return this.#face.url;
  }

  /** Milliseconds that the last answer took to a ping, in session mode also to an opening; undefined until there was one. */
  get latency(): number | undefined {
    return this.#face.latency;
  }

  /** The sub-protocol that the server of the current or last connection chose, empty until it has. */
  get protocol(): string {
    return this.#face.subProtocol ?? this.#face.socket?.protocol ?? "";
  }

  /** The extensions that the server of the current or last connection chose, empty until it has. */
  get extensions(): string {
    return this.#face.socket?.extensions ?? "";
  }

  /** Bytes that were sent and have not left the browser: those that wait for a connection and those in the socket. */
  get bufferedAmount(): number {
    return this.#face.waitingBytes + (this.#face.socket?.bufferedAmount ?? 0);
  }

  /** Fulfilled when `bufferedAmount` is not above `highWaterMark`, at the latest with the end: what to await before one sends more. */
  get drained(): Promise<void> {
    return this.#drained ?? Promise.resolve();
  }

  /** How binary messages are delivered: as `Blob` (the default) or as `ArrayBuffer`. */
  get binaryType(): BinaryType {
    return this.#face.binaryType;
  }

  set binaryType(type: BinaryType) {
    // WebIDL takes everything for text, and ignores what is not in the enumeration.
    type = `${type}`;
    if (type === "blob" || type === "arraybuffer") this.#face.binaryType = type;
  }

  /**
   * Sends a message; while there is no connection, it waits in order, after what `open` handlers send.
   *
   * In session mode it is kept and sent again until the server is done with it, for which what is returned can be awaited.
   * In plain mode a message that was handed to a connection which then breaks is lost: a WebSocket has no receipt.
   * @throws DOMException `QuotaExceededError` when `maxQueueBytes` wait already; nothing was queued. `InvalidStateError`
   * before the connection is open, if `maxAttempts` is 0: as the browser's own.
   * @throws RangeError in session mode, when the message is larger than the server takes; nothing was queued.
   */
  send(data: Payload): Sent | undefined {
    if (!arguments.length) throw new TypeError("staywire: send needs a message");
    const sent = this.#options.session ? this.#sendKept(data) : this.#sendPlain(toPayload(data));
    // Who set no mark pays nothing for it.
    if (this.#mark < Infinity && this.bufferedAmount > this.#mark) this.#drained ??= this.#drain();
    return sent;
  }

  async #drain(): Promise<void> {
    await drained(this, this.#mark);
    this.#drained = undefined;
    if (this.readyState < 3 && this.bufferedAmount <= this.#mark) this.#face.drained();
  }

  #sendKept(data: Payload): Sent {
    const sent = new Sent(data);
    // As with a WebSocket, what is sent after the end is no error, and never arrives.
    if (this.#face.lane.accept(sent)) sent.fail();
    return sent;
  }

  #sendPlain(payload: Payload): undefined {
    const face = this.#face;
    const status = face.core.status();
    if (status === OPEN) {
      face.socket!.send(payload);
    } else if (status < CLOSING && isSingle(this.#options)) {
      throw new DOMException("staywire: the connection is not open yet", "InvalidStateError");
    } else if (!face.queue(snapshot(payload), byteLength(payload)) && status < CLOSING) {
      throw noRoom(this.#options);
    }
  }

  /**
   * Sends `value` as JSON.
   *
   * @throws TypeError when `value` has no JSON form.
   * @throws DOMException as `send`.
   */
  sendJson(value: unknown): Sent | undefined {
    return this.send(toJson(value));
  }

  /**
   * Asks the server, and waits for its reply over any number of reconnects; only in session mode.
   *
   * Rejected with a {@link RequestError}, with `signal.reason` once that is aborted, and with what `send` throws; with a
   * DOMException `InvalidStateError` in plain mode. Beyond the 16 requests that a server handles for a session at once,
   * unless it is set otherwise, it is refused as `tooMany` with code 4; beyond the 128 that may wait, without a code.
   */
  request(data: Payload, options: RequestOptions = {}): Promise<Data> {
    return request(this.#face, data, options);
  }

  /** Asks the server in JSON, whose reply is JSON, too; otherwise as {@link request}. */
  async requestJson<T = unknown>(value: unknown, options?: RequestOptions): Promise<T> {
    return JSON.parse((await this.request(toJson(value), options)) as string) as T;
  }

  /**
   * Has `handler` answer the server's requests, in the place of the one before; only in session mode.
   *
   * What it throws is told as a failure: a {@link RequestError} with its `code` and `reason`, anything else without them,
   * and as an uncaught error.
   * @returns A function that takes the handler off again.
   */
  onRequest(handler: RequestHandler): () => void {
    const face = this.#face;
    face.requestHandler = handler;
    return () => {
      if (face.requestHandler === handler) face.requestHandler = undefined;
    };
  }

  /**
   * Reads a topic, over any number of reconnects, until `unsubscribe()`; only in session mode.
   *
   * @throws DOMException `InvalidStateError` where it is subscribed to already, or in plain mode; `SyntaxError` for a name
   * that is not text of 1 to 255 bytes, and for a position that nobody gave out; `QuotaExceededError` as `send`.
   * @throws RangeError where `last` is not a whole number.
   * @throws RequestError where there are too many, or the conversation is over.
   */
  subscribe(topic: string, options?: SubscribeOptions): Topic {
    return new Topic(this.#face, topic, options);
  }

  /**
   * Publishes a message to everybody who reads a topic, whether or not this page does; as `send` in session mode.
   *
   * `acknowledged` of what is returned is rejected with a {@link RequestError} where the server refuses it.
   */
  publish(topic: string, data: Payload): Sent {
    return publish(this.#face, encodeTopic(topic), data);
  }

  /**
   * Where the page is in a stream that every session reads, to be stored and given as `since`; undefined until the server
   * has said, and where it has no such stream for this page.
   */
  position(stream: "broadcast" | "user"): string | undefined {
    return printPosition(this.#face.streams.get(stream[0]!)?.at);
  }

  /**
   * Calls `handler` with each text message, parsed; a message that is not JSON is reported as an uncaught error.
   *
   * @returns A function that takes the handler off again.
   */
  onJson<T = unknown>(handler: (value: T) => void): () => void {
    const listener = ({ data }: JsonEvent) => handler(data as T);
    this.addEventListener("json", listener);
    return () => this.removeEventListener("json", listener);
  }

  /**
   * The messages that arrive from the first step of the loop on, for `for await (const message of socket)`.
   *
   * The loop ends with the conversation, and leaving it leaves the socket open.
   * @throws DOMException `QuotaExceededError` when a message came that was too much for `maxUnreadBytes`: after
   * those before it, and without those after it; `NetworkError` when the conversation failed for good.
   */
  [Symbol.asyncIterator](): AsyncGenerator<Received, void, void> {
    return messagesOf(this, maxUnreadBytes(this.#options));
  }

  /**
   * Ends the conversation; `close` follows, and no further connection.
   *
   * @throws DOMException `InvalidAccessError` for a code other than 1000 and 3000–4999, `SyntaxError` for a reason
   * longer than 123 bytes.
   */
  close(code: number | undefined = undefined, reason: string | undefined = undefined): void {
    if (code !== undefined) code = rounded(code);
    if (reason !== undefined) reason = `${reason}`;
    if (code !== undefined && code !== 1000 && !(code >= 3000 && code <= 4999)) {
      throw new DOMException(`staywire: a close code is 1000 or from 3000 to 4999, not ${code}`, "InvalidAccessError");
    }
    if (reason !== undefined && utf8Length(reason) > 123) throw syntaxError("a close reason has at most 123 bytes");
    // Chromium refuses a reason without a code, which WHATWG allows.
    this.#face.closing = [reason === undefined ? code : (code ?? 1000), reason];
    this.#face.core.close();
  }

  /** Replaces the connection now: drops the one there is, or does not wait for the next attempt; also after the end. */
  reconnect(): void {
    this.#face.reconnect();
  }

  /** What `Object.prototype.toString` calls it, as scripts recognise a WebSocket. */
  get [Symbol.toStringTag](): string {
    return "WebSocket";
  }

  static {
    const { prototype } = this;
    // WebIDL's members are enumerable, a class's are not.
    for (const name of Object.getOwnPropertyNames(prototype)) Object.defineProperty(prototype, name, { enumerable: name !== "constructor" });
    ["CONNECTING", "OPEN", "CLOSING", "CLOSED"].forEach((name, value) => {
      for (const holder of [this, prototype]) Object.defineProperty(holder, name, { value, enumerable: true });
    });
    defineHandlers(prototype, ["open", "message", "error", "close", "reconnecting", "session", "gap", "stale", "latency", "drain"], (socket) => socket.#face.handlers);
  }
}

function toJson(value: unknown): string {
  const text = JSON.stringify(value);
  if (text === undefined) throw new TypeError("staywire: the value has no JSON form");
  return text;
}

/** `value` as WebIDL's [Clamp] rounds it, half to even; nothing near its bounds is a close code. */
function rounded(value: number): number {
  const up = Math.round(+value);
  return up - value === 0.5 ? up - (up % 2) : up;
}

function isOptions(options: Protocols | StayWireOptions): options is StayWireOptions {
  return typeof options === "object" && !(Symbol.iterator in options);
}
