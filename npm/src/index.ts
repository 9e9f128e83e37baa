/**
 * staywire: WebSocket sessions that survive the network.
 *
 * `StayWire` takes the place of `WebSocket` and keeps the conversation up;
 * `initWebSocket` is the short way for pages and components. Importing does
 * nothing by itself, also on a server.
 */

export { StayWire } from "./stay_wire.ts";
export { initWebSocket, type InitWebSocketOptions } from "./init_web_socket.ts";
export {
  GapEvent,
  JsonEvent,
  ReconnectingEvent,
  SessionEvent,
  type Cause,
  type SessionOutcome,
  type StayWireEventMap,
} from "./events.ts";
export { OutcomeUnknownError, type Sent } from "./sent.ts";
export type { HeartbeatOptions, StayWireOptions } from "./options.ts";
export type { Protocols, Url } from "./location.ts";
export type { Status } from "./status.ts";
