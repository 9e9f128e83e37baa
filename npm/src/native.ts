/** The browser's own class, of which connections are made, also where a page has put `StayWire` in its place. */

import type { StayWire } from "./stay_wire.ts";

/** What there was at the import: looked at and not read, since reading makes a server load it. */
const { value, get } = Object.getOwnPropertyDescriptor(globalThis, "WebSocket") ?? {};

/** What `new WebSocket` means here; undefined where there is none. */
export function nativeWebSocket(): typeof WebSocket | undefined {
  const { WebSocket: now } = globalThis;
  // By a method that no other class has: subclasses and other copies of this package have it, too.
  const isReplaced = (now?.prototype as Partial<StayWire> | undefined)?.sendJson;
  return isReplaced ? (value ?? get?.call(globalThis)) : now;
}
