/**
 * What the WebAssembly core exports.
 *
 * `client-wasm` is the other half of this contract; the names are its.
 */

import type { Wire } from "#wire";

/** One conversation. Each call brings its wire along. */
export interface Core {
  /** Begins, or gives the conversation a new connection now. */
  connect(wire: Wire): void;
  close(wire: Wire): void;
  /** Queues the message that the wire keeps under `handle`; whether it was accepted. */
  send(handle: number, bytes: number): boolean;
  /** An index into `STATUSES`. */
  readonly status: number;
  /** Bytes that were sent and no socket has taken. */
  readonly buffered: number;
}

/** The knobs of a conversation, in the order of the core's parameters. Times in milliseconds. */
export type Settings = [
  connectTimeout: number,
  closeTimeout: number,
  minDelay: number,
  maxDelay: number,
  /** Negative for no end. */
  maxAttempts: number,
  maxQueueBytes: number,
  /** 0 for no heartbeat. */
  interval: number,
  timeout: number,
  expectReply: boolean,
];

/** The class that wasm-bindgen generates for the core. */
export type CoreClass = new (seed: number, ...settings: Settings) => Core;
