/**
 * `for await (const message of socket)`.
 *
 * Owns: what has arrived and was not read yet, bounded in bytes. Never: drops a message without a word.
 */

import { byteLength } from "./payload.ts";
import type { StayWire } from "./stay_wire.ts";

/** A message, as `data` of its event. */
export type Received = string | ArrayBuffer | Blob;

const TYPES = ["message", "error", "open", "close"];

/** What arrives at `socket`, while at most `maxBytes` of it wait for their reader; a character of text counts as one. */
export async function* messagesOf(socket: StayWire, maxBytes: number): AsyncGenerator<Received, void, void> {
  const waiting: Received[] = [];
  let bytes = 0;
  let missed = 0;
  let hasFailed = false;
  let isOver = socket.readyState === 3;
  let wake: (() => void) | undefined;
  const listener = ({ type, data }: Event & { data?: Received }) => {
    if (type === "message") keep(data!);
    else {
      // A conversation that began again, from an `error` handler or after its end, has not failed.
      hasFailed = type === "error" || (hasFailed && type === "close");
      isOver = type === "close";
    }
    wake?.();
  };
  const keep = (data: Received) => {
    bytes += sizeOf(data);
    // Whatever came after a message that is missing would hide that it is.
    if (missed || bytes > maxBytes) missed++;
    else waiting.push(data);
  };
  for (const type of TYPES) socket.addEventListener(type, listener);
  try {
    for (;;) {
      for (let data; (data = waiting.shift()) !== undefined; ) {
        bytes -= sizeOf(data);
        yield data;
      }
      if (missed) throw new DOMException(`staywire: ${missed} messages came while ${maxBytes} bytes were not read yet`, "QuotaExceededError");
      if (isOver && hasFailed) throw new DOMException("staywire: the conversation failed", "NetworkError");
      if (isOver) return;
      await new Promise<void>((resolve) => (wake = resolve));
    }
  } finally {
    for (const type of TYPES) socket.removeEventListener(type, listener);
  }
}

function sizeOf(data: Received): number {
  return typeof data === "string" ? data.length : byteLength(data);
}
