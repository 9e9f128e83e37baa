/** The options, their defaults and their validation. */

import type { Protocols } from "./location.ts";

/** How the peer is pinged. A plain WebSocket peer need not know about it: a ping is a text message. */
export interface HeartbeatOptions {
  /** Milliseconds between two pings; 0 for none. @default 30000 */
  interval?: number;
  /** Milliseconds that an answer may take. A silent peer is replaced at most `interval + timeout` after its last message. @default 5000 */
  timeout?: number;
  /** The text of a ping. @default "PING" */
  message?: string;
  /** The text of an answer, which is then taken out of the messages. Without it any message counts as life, and `PONG` or the ping's own text as an answer. */
  reply?: string;
  /** Whether the peer is known to answer. If not, its silence means nothing until it has answered once. @default false */
  expectReply?: boolean;
}

/** Positions that the application has stored, of streams that every session reads. */
export interface Since {
  /** Of what the server broadcasts at this endpoint. */
  broadcast?: string | null | undefined;
  /** Of what it sends to this user. */
  user?: string | null | undefined;
}

/** How a `StayWire` behaves. */
export interface StayWireOptions {
  /** Sub-protocols, or a function that is called for each attempt. @default none */
  protocols?: Protocols;
  /** The heartbeat; `true` for its defaults. @default false */
  heartbeat?: HeartbeatOptions | boolean;
  /** Milliseconds that an attempt may take, finding out its URL included; the first one of a session, from when its core has loaded. @default 10000 */
  connectTimeout?: number;
  /** Milliseconds that the closing handshake may take; browsers wait for 60000. @default 5000 */
  closeTimeout?: number;
  /** Milliseconds from which the first delay is drawn, evenly between 0 and this; each attempt doubles it. With 0 only the loss of an open connection is waited after. @default 500 */
  minReconnectDelay?: number;
  /** The most that doubling reaches, in milliseconds. @default 20000 */
  maxReconnectDelay?: number;
  /** Milliseconds that a connection has to last before attempts are counted from zero again, and their delays with them. @default 5000 */
  minUptime?: number;
  /** Retries without a lasting connection between them before giving up, a whole number. With 0 it behaves as the browser's own `WebSocket`. @default Infinity */
  maxAttempts?: number;
  /** Whether to keep a session with a staywire server, in which nothing is lost, comes twice or out of order without the page being told. @default false */
  session?: boolean;
  /** In session mode, who the user is, for servers that ask: a text without spaces, or a function that is called for each attempt. @default none */
  credential?: string | (() => string | Promise<string>);
  /** In session mode, positions from which the first session goes on, as `position()` gave them in an earlier page or on another device. @default from now on */
  since?: Since;
  /** Bytes that may wait for a connection, in session mode for their acknowledgement; past it `send` throws. A message below 16 bytes counts as 16. @default 1048576 */
  maxQueueBytes?: number;
  /** The class of the connections, where there is no global one or another is wanted. @default the global `WebSocket` */
  WebSocket?: typeof WebSocket;
  /** Whether it is closed until `reconnect()` is called. @default false */
  startClosed?: boolean;
  /** The `bufferedAmount` in bytes past which `drained` waits, until it is no more and `drain` is fired. @default Infinity */
  highWaterMark?: number;
  /** Bytes that may have arrived and not been read yet by a `for await` over the socket; past it the loop throws. A character of text counts as one. @default 1048576 */
  maxUnreadBytes?: number;
}

/** The most that may wait for the reader of a `for await`, in bytes. */
export function maxUnreadBytes(options: StayWireOptions): number {
  return number(options, "maxUnreadBytes", 1_048_576, Number.MAX_SAFE_INTEGER);
}

/** The `bufferedAmount` past which somebody wants to be told when it is no more; infinite if nobody does. */
export function highWaterMark(options: StayWireOptions): number {
  return number(options, "highWaterMark", Infinity, Infinity);
}

/** The knobs of a conversation, in the order of the core's parameters. Times in milliseconds. @internal */
export type Settings = [
  connectTimeout: number,
  closeTimeout: number,
  minDelay: number,
  maxDelay: number,
  minUptime: number,
  /** Negative for no end. */
  maxAttempts: number,
  maxQueueBytes: number,
  /** 0 for no heartbeat. */
  interval: number,
  timeout: number,
  expectReply: boolean,
];

/** The longest time that the browser's timers can count, in ms; as a number of attempts, no end. */
const MAX_TIME = 2 ** 31 - 1;

/** The bound of what may wait, in bytes. */
export function maxQueueBytes(options: StayWireOptions): number {
  return number(options, "maxQueueBytes", 1_048_576, Number.MAX_SAFE_INTEGER);
}

/** Whether there is never a second connection: then all is as with the browser's own class. */
export function isSingle({ maxAttempts, session }: StayWireOptions): boolean {
  return maxAttempts === 0 && !session;
}

/** Why nothing more is accepted until something has left. */
export function noRoom(options: StayWireOptions): DOMException {
  const bytes = maxQueueBytes(options);
  return new DOMException(`staywire: no room in the queue of ${bytes} bytes for another message`, "QuotaExceededError");
}

/** The core's settings for `options`. @internal */
export function coreSettings(options: StayWireOptions): Settings {
  const heartbeat = heartbeatOptions(options);
  const maxAttempts = whole(options, "maxAttempts", Infinity, Infinity);
  return [
    time(options, "connectTimeout", 10_000),
    time(options, "closeTimeout", 5_000),
    time(options, "minReconnectDelay", 500),
    time(options, "maxReconnectDelay", 20_000),
    time(options, "minUptime", 5_000),
    maxAttempts > MAX_TIME ? -1 : maxAttempts,
    maxQueueBytes(options),
    heartbeat ? time(heartbeat, "interval", 30_000) : 0,
    time(heartbeat ?? {}, "timeout", 5_000),
    heartbeat?.expectReply ?? false,
  ];
}

/** The heartbeat that is asked for, if any. */
export function heartbeatOptions({ heartbeat }: StayWireOptions): HeartbeatOptions | undefined {
  if (!["boolean", "object", "undefined"].includes(typeof heartbeat)) {
    throw new TypeError(`staywire: heartbeat has to be an object or a boolean`);
  }
  return heartbeat === true ? {} : heartbeat || undefined;
}

export function time<K extends string>(options: { [key in K]?: number }, name: K, fallback: number): number {
  return number(options, name, fallback, MAX_TIME);
}

/** A number that counts something. */
export function whole<K extends string>(options: { [key in K]?: number }, name: K, fallback: number, max: number): number {
  const value = number(options, name, fallback, max);
  // The remainder of infinity is not a number.
  if (value % 1) throw new RangeError(`staywire: ${name} has to be a whole number, not ${value}`);
  return value;
}

export function number<K extends string>(options: { [key in K]?: number }, name: K, fallback: number, max: number): number {
  const value = options[name] ?? fallback;
  if (typeof value === "number" && value >= 0 && value <= max) return value;
  throw new RangeError(`staywire: ${name} has to be a number from 0 to ${max}, not ${String(value)}`);
}
