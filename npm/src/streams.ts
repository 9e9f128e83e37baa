/** Who is told of what a session reads: a topic, or the page as a whole. */

import type { Face } from "./face.ts";
import type { Since } from "./options.ts";
import { parsePosition, type Position } from "./position.ts";

/** What a stream's messages and losses are told to; `client-wasm/js/session_streams.js` keeps its position. */
export interface Stream {
  /** Right after what has come; undefined until the server has said. */
  at: Position | undefined;
  deliver(data: string | ArrayBuffer, origin: string): void;
  /** These messages are lost, or nobody knows which. */
  gap(from?: number, to?: number): void;
  /** The server refuses it, or sends it no more. */
  end(code: number, reason?: string): void;
  /** The conversation is over; for those that outlive it, nothing. */
  close?(): void;
}

/** Told as events of the page's own `StayWire`. */
class OwnStream implements Stream {
  at: Position | undefined;
  readonly #face: Face;
  readonly #name: string;

  constructor(face: Face, name: string, since?: string | null) {
    this.#face = face;
    this.#name = name;
    this.at = since == undefined ? undefined : parsePosition(since);
  }

  deliver(data: string | ArrayBuffer, origin: string): void {
    this.#face.deliver(data, origin, this.at);
  }

  gap(from?: number, to?: number): void {
    this.#face.gap(this.#name, from, to);
  }

  end(): void {
    this.at = undefined;
  }
}

/** The streams that every session has, the inbox among them, which nobody has a position of; by their kinds on the wire. */
export function ownStreams(face: Face, since: Since & { inbox?: never } = {}): Map<string, Stream> {
  return new Map((["inbox", "broadcast", "user"] as const).map((name) => [name[0]!, new OwnStream(face, name, since[name])]));
}
