/**
 * What the page has for its session, until the core is there and afterwards.
 *
 * Owns: the order of it, and why it is not accepted. Never: keeps what was accepted; that is the session's.
 */

import type { Face } from "./face.ts";
import type { FailureKind } from "./failure.ts";
import { noRoom, type StayWireOptions } from "./options.ts";
import type { PendingRequest } from "./request.ts";
import type { Sent } from "./sent.ts";
import { CLOSING } from "./status.ts";
import type { Stream } from "./streams.ts";

/** What is kept until the server is done with it. */
export type Kept = Sent | PendingRequest;

/** How it is transmitted, as `push` of `client-wasm/js/session_sending.js` has it. */
export type How = [kind?: number, topic?: string, to?: number, code?: number];

/** Why nothing is accepted, as the core says it. */
const QUEUE_FULL = -1;
const TOO_LARGE = -2;
const TOO_MANY = -3;
const ENDED = -5;

export class Lane {
  readonly #face: Face;
  readonly #options: StayWireOptions;
  /** What waits for the core, and what to do where it comes to nothing. */
  #early: [work: () => number | void, fail?: () => void][] = [];

  constructor(face: Face, options: StayWireOptions) {
    this.#face = face;
    this.#options = options;
  }

  /** Accepts what is then transmitted; why not, if it is over or too much. */
  accept(sent: Kept, kind?: number, topic?: string, to?: number, code?: number): FailureKind | undefined {
    const number = this.#face.push?.(sent, kind, topic, to, code) ?? this.#acceptLater(sent, kind, topic, to, code);
    return this.#failure(number, sent.bytes);
  }

  cancel(request: PendingRequest): void {
    this.#later(() => this.#face.cancel(request));
  }

  /** Has `stream` told of a topic, from its position or with the `last` messages; why not, likewise. */
  subscribe(topic: string, stream: Stream, last: number): FailureKind | undefined {
    const face = this.#face;
    const key = `t${topic}`;
    if (face.streams.has(key)) throw new DOMException(`staywire: the topic '${topic}' is subscribed to already`, "InvalidStateError");
    const { epoch, offset = last } = stream.at ?? {};
    const subscribe = () => face.subscribe(topic, offset, epoch);
    const failure = this.#failure(face.push ? subscribe() : this.#wait(topic.length, subscribe, () => stream.close!()), topic.length);
    if (!failure) face.streams.set(key, stream);
    return failure;
  }

  unsubscribe(topic: string): void {
    this.#face.streams.delete(`t${topic}`);
    this.#later(() => this.#face.unsubscribe(topic));
  }

  /** Gives what has waited to the core, which is there now. */
  handOver(): void {
    for (const [work, fail] of this.#early.splice(0)) {
      if (work()! < 0) fail?.();
    }
  }

  /** The core will never be there. */
  fail(): void {
    for (const [, fail] of this.#early.splice(0)) fail?.();
  }

  /** What `number` says, where it is none of something of `bytes` bytes. */
  #failure(number: number, bytes: number): FailureKind | undefined {
    if (number >= 0) return undefined;
    if (number === QUEUE_FULL) throw noRoom(this.#options);
    if (number === TOO_LARGE) throw this.#face.tooLarge(bytes);
    return number === TOO_MANY ? "tooMany" : "closed";
  }

  /** Not part of `accept`, where the closures' context would be made for each message. */
  #acceptLater(sent: Kept, ...how: How): number {
    return this.#wait(sent.bytes, () => this.#face.push!(sent, ...how), () => sent.fail());
  }

  #wait(bytes: number, work: () => number, fail: () => void): number {
    if (!this.#options.session) {
      throw new DOMException("staywire: there is no session; ask for one with `session: true`", "InvalidStateError");
    }
    const { core } = this.#face;
    const isAccepted = core.send(bytes);
    if (isAccepted) this.#early.push([work, fail]);
    return isAccepted ? 1 : core.status() < CLOSING ? QUEUE_FULL : ENDED;
  }

  /** What takes no room. */
  #later(work: () => void): void {
    if (this.#face.push) work();
    else this.#early.push([work]);
  }
}
