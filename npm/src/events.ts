/** The events that a `WebSocket` does not have. */

/** Why a connection was lost: the peer or the network, too slow to open, silent, `reconnect()`, the page's sleep in the back-forward cache, or a URL function that failed. */
export type Cause = "closed" | "timeout" | "silence" | "requested" | "suspended" | "url" | "undialable" | "violation";

/** In the order in which the core numbers them. */
export const CAUSES: readonly Cause[] = ["closed", "timeout", "silence", "requested", "suspended", "url", "undialable", "violation"];

const NO_PORTS: readonly MessagePort[] = Object.freeze([]);

/**
 * A message, as a `MessageEvent` to whoever gets it.
 *
 * Its constructor is `Event`'s and its prototype `MessageEvent`'s: reading the
 * options of a `MessageEvent` would cost twice what dispatching it does.
 */
export class DeliveredEvent extends Event {
  readonly data: string | ArrayBuffer | Blob;
  readonly origin: string;

  constructor(data: string | ArrayBuffer | Blob, origin: string) {
    super("message");
    this.data = data;
    this.origin = origin;
  }

  get lastEventId(): string {
    return "";
  }

  get source(): null {
    return null;
  }

  /** Chromium's, whose own would not be read of what is no `MessageEvent` to it. */
  get userActivation(): null {
    return null;
  }

  get ports(): readonly MessagePort[] {
    return NO_PORTS;
  }

  static {
    Object.setPrototypeOf(this.prototype, MessageEvent.prototype);
    // The name that a console shows.
    delete (this.prototype as { constructor?: unknown }).constructor;
  }
}

/** An event that carries what its type declares. */
export class TellingEvent<T> extends Event {
  /** @internal */
  constructor(type: string, details: T) {
    super(type);
    Object.assign(this, details);
  }
}

/** What a {@link ReconnectingEvent} carries. */
interface Reconnecting {
  /** Attempts since the last connection that lasted for `minUptime`; the first is 0. */
  readonly attempt: number;
  /** Milliseconds until the attempt is made. */
  readonly delay: number;
  /** Why it is necessary. */
  readonly cause: Cause;
  /** The close code of the lost connection, 1006 without a closing handshake. */
  readonly code: number;
  /** The close reason of the lost connection. */
  readonly reason: string;
}

/** A connection is lost, or could not be opened, and another will be tried. */
export class ReconnectingEvent extends TellingEvent<Reconnecting> {}
export interface ReconnectingEvent extends Reconnecting {}

/**
 * A text message, as JSON.
 *
 * It is parsed when a handler first reads `data`, once for all handlers: a page
 * that has no `json` handler pays nothing, and a message that is not JSON harms
 * only who asked for JSON.
 */
export class JsonEvent<T = unknown> extends Event {
  readonly #text: string;
  #parsed: { readonly value: T } | undefined;

  /** @internal */
  constructor(text: string) {
    super("json");
    this.#text = text;
  }

  /**
   * The parsed message.
   *
   * @throws SyntaxError when the message is not JSON.
   */
  get data(): T {
    this.#parsed ??= { value: JSON.parse(this.#text) as T };
    return this.#parsed.value;
  }
}

/** What became of the session: it goes on, or why there is another one. */
export type SessionOutcome = "resumed" | "expired" | "unknown" | "identity" | "restarted";

/** What a {@link SessionEvent} carries. */
interface Outcome {
  /** `resumed`: nothing is lost but what `gap` events tell. Otherwise this is another session, and `open` follows. */
  readonly outcome: SessionOutcome;
}

/** A connection was lost and another one has taken its place; only in session mode. */
export class SessionEvent extends TellingEvent<Outcome> {}
export interface SessionEvent extends Outcome {}

/** What a {@link GapEvent} carries. */
interface Gap {
  /** Where: `inbox` (what was sent to this session alone), `broadcast`, `user`; on a topic, its name. */
  readonly stream: string;
  /** The number of the first that is lost; undefined where nobody knows how many are. */
  readonly from: number | undefined;
  /** The number of the last that is lost. */
  readonly to: number | undefined;
}

/** Messages for this page are lost: it was away for longer than the server keeps them; only in session mode. */
export class GapEvent extends TellingEvent<Gap> {}
export interface GapEvent extends Gap {}

/** The events of a `StayWire` and their types. */
export interface StayWireEventMap {
  /** A connection is open: the first one and each that replaces it. In session mode: a session was made. */
  open: Event;
  /** A message arrived. In session mode, `lastEventId` is its position, if it was for many: broadcast, or for this user. */
  message: MessageEvent;
  /** A text message arrived; see {@link JsonEvent}. */
  json: JsonEvent;
  /** The conversation failed for good; `close` follows unless a handler calls `reconnect()`. Never for a drop that will be retried. */
  error: Event;
  /** The conversation is over, once. */
  close: CloseEvent;
  /** A connection is lost, or could not be opened, and another will be tried. */
  reconnecting: ReconnectingEvent;
  /** In session mode: a connection was replaced; see {@link SessionEvent}. */
  session: SessionEvent;
  /** In session mode: messages are lost; see {@link GapEvent}. */
  gap: GapEvent;
  /** `bufferedAmount` was above `highWaterMark`, and is not any more. */
  drain: Event;
  /** The peer fell silent and its connection is being replaced; `reconnecting` follows. */
  stale: Event;
  /** `StayWire.latency` was measured again. */
  latency: Event;
}
