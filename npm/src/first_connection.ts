/**
 * A session's first connection, which is dialled while its core is still loading.
 *
 * Owns: what comes of it until then. Never: decides about it; whoever takes it over is told all of it, in order.
 */

import { SUB_PROTOCOL } from "#session-wire";
import type { Face } from "./face.ts";

export class FirstConnection {
  /** Where it goes, once that has been asked. */
  located: ReturnType<Face["locate"]> | undefined;
  /** Undefined until it is known where it goes, and where the browser refuses it. */
  socket: WebSocket | undefined;
  /** What has happened to the socket. */
  readonly events: Event[] = [];
  #isWanted = true;

  constructor(face: Face) {
    // Who takes it over comes to the same error, and knows what to do about it.
    this.#dial(face).catch(() => {});
  }

  /** Leaves it, and what is not done yet, to the caller. */
  take(): this {
    this.#isWanted = false;
    return this;
  }

  /** Gives it up. */
  close(): void {
    this.take().socket?.close();
  }

  async #dial(face: Face): Promise<void> {
    // The application's functions may know what is still being constructed.
    await undefined;
    if (!this.#isWanted) return;
    const [url] = await (this.located = face.locate());
    if (!this.#isWanted) return;
    const socket = (this.socket = face.newSocket(url, SUB_PROTOCOL));
    socket.onopen = socket.onmessage = socket.onerror = socket.onclose = (event: Event) => void this.events.push(event);
  }
}
