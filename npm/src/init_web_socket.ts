/** The short way: one call that opens a kept-up WebSocket and hangs the handlers on it. */

import type { GapEvent, ReconnectingEvent, SessionEvent } from "./events.ts";
import type { Url } from "./location.ts";
import type { StayWireOptions } from "./options.ts";
import type { RequestHandler } from "./respond.ts";
import { StayWire } from "./stay_wire.ts";

/** `StayWireOptions`, and a handler for each event. */
export interface InitWebSocketOptions<T = unknown> extends StayWireOptions {
  /** A connection is open. */
  onOpen?: (event: Event) => void;
  /** A message arrived. */
  onMessage?: (event: MessageEvent) => void;
  /** A text message arrived, parsed as JSON. */
  onJson?: (value: T) => void;
  /** In session mode: the server asks; see {@link StayWire.onRequest}. */
  onRequest?: RequestHandler;
  /** The conversation failed for good. */
  onError?: (event: Event) => void;
  /** The conversation is over. */
  onClose?: (event: CloseEvent) => void;
  /** A connection was lost and another will be tried. */
  onReconnecting?: (event: ReconnectingEvent) => void;
  /** In session mode: another connection has taken over. */
  onSession?: (event: SessionEvent) => void;
  /** In session mode: messages are lost. */
  onGap?: (event: GapEvent) => void;
  /** The peer fell silent and its connection is being replaced. */
  onStale?: (event: Event) => void;
}

/** The events as the names of their handlers have them. */
const EVENTS = ["Open", "Message", "Error", "Close", "Reconnecting", "Session", "Gap", "Stale"] as const;

/**
 * Opens a WebSocket that stays, and returns at once.
 *
 * The text `PING` is sent every 30 s unless `options.heartbeat` says otherwise.
 *
 * @example
 * const socket = initWebSocket("/ws", { onJson: (order) => list.push(order) });
 * socket.sendJson({ hello: "world" });
 */
export function initWebSocket<T = unknown>(url: Url, options: InitWebSocketOptions<T> = {}): StayWire {
  const socket = new StayWire(url, { ...options, heartbeat: options.heartbeat ?? true });
  for (const name of EVENTS) {
    const handler = options[`on${name}`];
    if (handler) socket.addEventListener(name.toLowerCase(), handler as EventListener);
  }
  if (options.onJson) socket.onJson(options.onJson);
  if (options.onRequest) socket.onRequest(options.onRequest);
  return socket;
}
