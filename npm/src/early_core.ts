/** Stands in for the core while it is being loaded: calls queue, and nothing is dialled but the first connection of a session. */

import { type Core, MIN_CHARGE } from "#core";
import type { FirstConnection } from "./first_connection.ts";
import { CLOSED, CLOSING, CONNECTING } from "./status.ts";

/** The page's hint that it goes into the back-forward cache, as the wire numbers it. */
const CACHED = 7;

/** The part of `Core` that the application can reach before it is there. */
export class EarlyCore implements Pick<Core, "send" | "close" | "status" | "buffered" | "hint"> {
  stage: typeof CONNECTING | typeof CLOSING | typeof CLOSED;
  /** In session mode, while it is wanted; without it the core dials. */
  first: FirstConnection | undefined;
  readonly #maxBytes: number;
  #buffered = 0;
  #charged = 0;
  #sizes: number[] = [];

  constructor(maxBytes: number, stage: EarlyCore["stage"] = CONNECTING) {
    this.#maxBytes = maxBytes;
    this.stage = stage;
  }

  send(bytes: number): boolean {
    const charged = this.#charged + Math.max(bytes, MIN_CHARGE);
    const accepted = !this.stage && charged <= this.#maxBytes;
    if (accepted) {
      this.#charged = charged;
      this.#sizes.push(bytes);
    }
    // What is sent after `close` stays buffered for ever, as WHATWG has it.
    if (accepted || this.stage) this.#buffered += bytes;
    return accepted;
  }

  close(): void {
    this.stage ||= CLOSING;
    this.first?.close();
  }

  /** A page in the cache holds no connection. */
  hint(hint: number): void {
    if (hint !== CACHED) return;
    this.first?.close();
    this.first = undefined;
  }

  status(): number {
    return this.stage;
  }

  buffered(): number {
    return this.#buffered;
  }

  /** Hands what waits to the real core, in order. */
  handOver(core: Core): void {
    for (const bytes of this.#sizes) core.send(bytes);
  }
}
