/**
 * What waits before it is sent, and what is dropped of it.
 *
 * Owns: messages that were not handed to the socket yet, bounded in bytes. Never: drops one without telling, or
 * touches what the socket has accepted.
 */

import { MIN_CHARGE } from "#core";
import { drained } from "./drain.ts";
import { number } from "./options.ts";
import type { Sent } from "./sent.ts";
import type { StayWire } from "./stay_wire.ts";
import { byteLength, type Payload, snapshot, toPayload } from "./payload.ts";

/** What is done with a message for which there is no room: throw, give up the oldest that wait, or give up this one. */
export type WhenFull = "refuse" | "drop-oldest" | "drop-newest";

/** Why a message never left: there was no room here, a newer one with its key came, the socket refused it, or it is over. */
export type DropCause = "full" | "replaced" | "refused" | "closed";

/** How an `Outbox` behaves. */
export interface OutboxOptions {
  /** Bytes that may wait; a message below 16 bytes counts as 16. @default 65536 */
  maxBytes?: number;
  /** What is done with a message that is too much. @default "refuse" */
  whenFull?: WhenFull;
  /** The socket's `bufferedAmount` in bytes past which messages wait here. @default 16384 */
  highWaterMark?: number;
  /** Called with each message that will never be sent. */
  onDrop?: (message: Payload, cause: DropCause) => void;
}

const WHEN_FULL: readonly WhenFull[] = ["refuse", "drop-oldest", "drop-newest"];

/** A message that waits. */
interface Waiting {
  readonly data: Payload;
  readonly bytes: number;
}

/**
 * Messages on their way to a socket: handed over while it is open and takes them, kept until then.
 *
 * @example
 * const positions = new Outbox(socket, { whenFull: "drop-oldest" });
 * positions.send(JSON.stringify({ x, y }), "cursor"); // takes the place of the one that still waits
 */
export class Outbox {
  readonly #socket: StayWire;
  readonly #maxBytes: number;
  readonly #whenFull: WhenFull;
  readonly #mark: number;
  readonly #onDrop: (message: Payload, cause: DropCause) => void;
  /** In the order in which they leave; by key, or by themselves where they have none. */
  readonly #waiting = new Map<unknown, Waiting>();
  #bytes = 0;
  #isFlushing = false;
  /** What was handed over last, in a session. */
  #last: Sent | undefined;

  /**
   * @throws TypeError when `whenFull` is none of the three.
   * @throws RangeError when `maxBytes` or `highWaterMark` is no number of bytes.
   */
  constructor(socket: StayWire, options: OutboxOptions = {}) {
    const { whenFull = "refuse", onDrop } = options;
    if (!WHEN_FULL.includes(whenFull)) throw new TypeError(`staywire: whenFull has to be one of ${WHEN_FULL.join(", ")}, not ${whenFull}`);
    this.#socket = socket;
    this.#maxBytes = number(options, "maxBytes", 65_536, Number.MAX_SAFE_INTEGER);
    this.#whenFull = whenFull;
    this.#mark = number(options, "highWaterMark", 16_384, Infinity);
    this.#onDrop = (message, cause) => {
      try {
        onDrop?.(message, cause);
      } catch (error) {
        // Uncaught, as a listener's: what waits behind this message has no part in it.
        queueMicrotask(() => {
          throw error;
        });
      }
    };
    // In a session that was resumed there is no `open`. After all its handlers: one of them may log in.
    for (const type of ["open", "session"]) socket.addEventListener(type, () => queueMicrotask(() => this.#flush()));
    socket.addEventListener("close", () => this.#dropAll());
  }

  /** Bytes that wait here. */
  get bytes(): number {
    return this.#bytes;
  }

  /**
   * Sends a message, now or when the socket takes it; one with the `key` of another that still waits takes its place.
   *
   * Whether it was accepted: false where it was dropped as the newest, or the socket is closed.
   * @throws DOMException `QuotaExceededError` where there is no room and `whenFull` is `refuse`, or no room at all for
   * so large a message.
   */
  send(message: Payload, key?: string): boolean {
    const data = snapshot(toPayload(message));
    const entry = { data, bytes: Math.max(byteLength(data), MIN_CHARGE) };
    if (this.#socket.readyState > 1) {
      this.#onDrop(data, "closed");
      return false;
    }
    if (!this.#makeRoom(entry, key)) return false;
    const replaced = key === undefined ? undefined : this.#waiting.get(key);
    this.#bytes += entry.bytes - (replaced?.bytes ?? 0);
    this.#waiting.set(key ?? entry, entry);
    if (replaced) this.#onDrop(replaced.data, "replaced");
    this.#flush();
    return true;
  }

  /** Whether there is room for `entry` now. */
  #makeRoom({ data, bytes }: Waiting, key: string | undefined): boolean {
    const taken = (key === undefined ? undefined : this.#waiting.get(key)?.bytes) ?? 0;
    const hasRoom = () => this.#bytes - taken + bytes <= this.#maxBytes;
    if (bytes > this.#maxBytes || (this.#whenFull === "refuse" && !hasRoom())) {
      throw new DOMException(`staywire: no room in the outbox of ${this.#maxBytes} bytes for ${bytes} more`, "QuotaExceededError");
    }
    if (this.#whenFull === "drop-newest" && !hasRoom()) {
      this.#onDrop(data, "full");
      return false;
    }
    for (const [oldest] of this.#waiting) {
      if (hasRoom()) break;
      if (oldest !== key) this.#drop(oldest, "full");
    }
    return true;
  }

  /** Hands over what waits, as long as the socket is open and takes it. */
  async #flush(): Promise<void> {
    if (this.#isFlushing) return;
    this.#isFlushing = true;
    const keys = this.#waiting.keys();
    for (let next = keys.next(); !next.done; ) {
      if (this.#socket.bufferedAmount > this.#mark) await drained(this.#socket, this.#mark);
      if (this.#socket.status !== "open") break;
      const room = this.#handOver(next.value);
      if (room) await room;
      else next = keys.next();
    }
    this.#isFlushing = false;
  }

  /** Hands one over; where the socket has no room for it, returns what to wait for before it is tried again. */
  #handOver(key: unknown): Promise<unknown> | undefined {
    const entry = this.#waiting.get(key);
    try {
      if (entry) this.#last = this.#socket.send(entry.data);
      this.#take(key);
    } catch (error) {
      const before = this.#last;
      this.#last = undefined;
      // In a session it is the acknowledgement of what went before that makes room.
      if (before && (error as Error).name === "QuotaExceededError") return before.acknowledged.catch(() => {});
      this.#drop(key, "refused");
    }
    return undefined;
  }

  #drop(key: unknown, cause: DropCause): void {
    const entry = this.#take(key);
    if (entry) this.#onDrop(entry.data, cause);
  }

  #take(key: unknown): Waiting | undefined {
    const entry = this.#waiting.get(key);
    if (entry && this.#waiting.delete(key)) this.#bytes -= entry.bytes;
    return entry;
  }

  #dropAll(): void {
    for (const key of this.#waiting.keys()) this.#drop(key, "closed");
  }
}
