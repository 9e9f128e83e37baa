/**
 * The application's side of one conversation: where to dial, and what its events look like.
 *
 * Owns: the order of the events and their shapes. Never: decides when they happen; that is the core's.
 */

import { commands, Core } from "#core";
import { Wire } from "#wire";
import { EarlyCore } from "./early_core.ts";
import { CAUSES, DeliveredEvent, GapEvent, JsonEvent, ReconnectingEvent, SessionEvent, type SessionOutcome, TellingEvent } from "./events.ts";
import { FirstConnection } from "./first_connection.ts";
import { absoluteUrl, type Protocols, protocolList, resolve, type Url } from "./location.ts";
import type { Handlers } from "./handlers.ts";
import { type How, type Kept, Lane } from "./lane.ts";
import { coreSettings, heartbeatOptions, isSingle, maxQueueBytes, type Settings, type StayWireOptions } from "./options.ts";
import type { Payload } from "./payload.ts";
import type { Position } from "./position.ts";
import type { follow } from "./presence.ts";
import type { PendingRequest } from "./request.ts";
import type { RequestHandler } from "./respond.ts";
import { Sent } from "./sent.ts";
import type { Loaded } from "./session.ts";
import { CLOSED, CONNECTING } from "./status.ts";
import { ownStreams, type Stream } from "./streams.ts";
import { loadCore } from "./wasm.ts";

/** A conversation and what is known of it. */
export class Face extends Wire {
  /** A stand-in until the real one is compiled. */
  override core: Core | EarlyCore;
  override readonly heartbeat;
  /** How binary messages are delivered. */
  binaryType: BinaryType = "blob";
  readonly handlers: Handlers = {};
  // What `carry` brings along.
  declare push: ((sent: Kept, ...how: How) => number) | undefined;
  declare cancel: (request: PendingRequest) => void;
  declare subscribe: (topic: string, offset: number | string, epoch?: string) => number;
  declare unsubscribe: (topic: string) => void;
  declare follow: typeof follow;
  declare tooLarge: (bytes: number) => RangeError;
  declare respond: (number: number, data: string | ArrayBuffer, signal: AbortSignal) => Promise<void>;
  declare unsent: number | undefined;
  declare maxMessageBytes: number;
  declare subProtocol: string | undefined;
  /** By kind and name as they travel, who is told of what a session reads. */
  readonly streams: Map<string, Stream>;
  /** Who answers the server's requests. */
  requestHandler: RequestHandler | undefined;
  readonly lane: Lane;
  readonly #target: EventTarget;
  readonly #WebSocket: typeof WebSocket;
  readonly #where: Url;
  readonly #protocols: Protocols;
  readonly #options: StayWireOptions;
  readonly #settings: Settings;

  constructor(target: EventTarget, SocketClass: typeof WebSocket, where: Url, options: StayWireOptions) {
    super();
    const { protocols = [] } = options;
    const heartbeat = heartbeatOptions(options);
    if (typeof where !== "function") this.url = absoluteUrl(where);
    this.#target = target;
    this.#WebSocket = SocketClass;
    this.#where = this.url || where;
    this.#protocols = typeof protocols === "function" ? protocols : protocolList(protocols);
    this.#options = options;
    this.heartbeat = heartbeat && { message: heartbeat.message ?? "PING", reply: heartbeat.reply };
    this.streams = ownStreams(this, options.since);
    this.lane = new Lane(this, options);
    // Checked here and not when the core is there: a mistake throws where it was made.
    this.#settings = coreSettings(options);
    this.core = options.startClosed ? new EarlyCore(0, CLOSED) : this.#begin();
  }

  /** Replaces the connection now, also after the end. */
  reconnect(): void {
    const { core } = this;
    if (core instanceof EarlyCore) {
      if (core.stage === CLOSED) this.core = this.#begin();
      else this.#dialFirst(core);
    } else {
      this.listen();
      core.connect();
    }
  }

  /** Compiles the core and connects; what is called until then waits in the stand-in that is returned. */
  #begin(): EarlyCore {
    const early = new EarlyCore(maxQueueBytes(this.#options));
    this.listen();
    this.#dialFirst(early);
    this.#load().then(
      ([exports, carry]) => {
        if (early.stage) return this.#endEarly(early, false, "");
        carry?.(this, this.#target, early.first?.take());
        const core = new Core(exports, this, Math.random(), ...this.#settings);
        this.core = core;
        if (carry) this.lane.handOver();
        else early.handOver(core);
        core.connect();
      },
      (error: unknown) => this.#endEarly(early, true, `the WebAssembly core did not load: ${String(error)}`),
    );
    return early;
  }

  #dialFirst(early: EarlyCore): void {
    early.stage = CONNECTING;
    early.first?.close();
    if (this.#options.session) early.first = new FirstConnection(this);
  }

  async #load(): Promise<Loaded> {
    return this.#options.session ? (await import("#session-entry")).load(commands) : [await loadCore(commands)];
  }

  /** Bytes that no socket has taken. */
  get waitingBytes(): number {
    return this.unsent ?? this.core.buffered();
  }

  #endEarly(early: EarlyCore, failed: boolean, reason: string): void {
    early.close();
    early.stage = CLOSED;
    this.lane.fail();
    this.reason = reason;
    this.ended(failed, false, 1006, true);
  }

  override newSocket(url: string, protocols: string | string[]): WebSocket {
    return new this.#WebSocket(url, protocols);
  }

  override async locate(): Promise<[string, string[], string | undefined]> {
    const { credential } = this.#options;
    const [url, protocols, who] = await Promise.all([resolve(this.#where), resolve(this.#protocols), credential && resolve(credential)]);
    return [absoluteUrl(url), protocolList(protocols), who];
  }

  override deliver(data: string | ArrayBuffer, origin: string, at?: Position): void {
    this.tellMessage(data, origin, at);
    if (typeof data === "string" && this.handlers.onjson) this.#tell(new JsonEvent(data));
  }

  /** A session has another way, which also reaches a topic (`session_message.ts`). */
  tellMessage(data: string | ArrayBuffer, origin: string, _at?: Position, _topic?: EventTarget, _handlers?: Handlers): void {
    this.#tell(new DeliveredEvent(this.readable(data), origin));
  }

  /** Answers a request of the server. */
  answer(data: Payload, kind: number, number: number, code: number): void {
    this.lane.accept(new Sent(data), kind, "", number, code);
  }

  /** A message as the application wants it. */
  readable(data: string | ArrayBuffer): string | ArrayBuffer | Blob {
    return typeof data === "string" || this.binaryType === "arraybuffer" ? data : new Blob([data]);
  }

  override opened(): void {
    this.#tell(new Event("open"));
  }

  session(outcome: SessionOutcome): void {
    this.#tell(new SessionEvent("session", { outcome }));
  }

  gap(stream: string, from?: number, to?: number): void {
    this.#tell(new GapEvent("gap", { stream, from, to }));
  }

  override silent(): void {
    this.#tell(new Event("stale"));
  }

  override measured(): void {
    this.#tell(new Event("latency"));
  }

  drained(): void {
    this.#tell(new Event("drain"));
  }

  override retrying(attempt: number, delay: number, cause: number, code: number, reason: string): void {
    this.#tell(new ReconnectingEvent("reconnecting", { attempt, delay, cause: CAUSES[cause]!, code, reason }));
  }

  override closed(failed: boolean, wasClean: boolean, code: number, reason: string): void {
    for (const stream of this.streams.values()) stream.close?.();
    // A single connection fails where the browser says so, and not because no other follows.
    if (isSingle(this.#options) ? this.isBroken : failed) this.#tell(new Event("error"));
    // An `error` handler may have begun again.
    if (this.core.status() !== CLOSED) return;
    // Node has a `WebSocket` from version 22 and a `CloseEvent` from version 23.
    const { CloseEvent = TellingEvent } = globalThis;
    this.#tell(new CloseEvent("close", { wasClean, code, reason }));
  }

  #tell(event: Event): void {
    // Not the target's own method: as with a WebSocket, a subclass has no say in it.
    EventTarget.prototype.dispatchEvent.call(this.#target, event);
  }
}
