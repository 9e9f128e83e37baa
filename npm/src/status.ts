/** What a `StayWire` is doing, in words and as `readyState` (WHATWG: 0 connecting, 1 open, 2 closing, 3 closed). */

/**
 * What a `StayWire` is doing.
 *
 * - `connecting`: the first connection is being opened.
 * - `open`: messages pass.
 * - `reconnecting`: a connection was lost, or could not be opened, and another one will be tried.
 * - `closing`: `close()` was called and the end is not there yet.
 * - `closed`: over.
 */
export type Status = "connecting" | "open" | "reconnecting" | "closing" | "closed";

/** In the order in which the core numbers them. */
export const STATUSES: readonly Status[] = ["connecting", "open", "reconnecting", "closing", "closed"];

/** By status number: between two connections the socket is CONNECTING, as it is before the first one. */
export const READY_STATES = [0, 1, 0, 2, 3] as const;

/** Indexes into `STATUSES`. */
export const CONNECTING = 0;
export const OPEN = 1;
export const CLOSING = 3;
export const CLOSED = 4;
