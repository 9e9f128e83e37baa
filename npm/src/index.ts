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
export { type FailureKind, RequestError } from "./failure.ts";
export type { Data, RequestOptions } from "./request.ts";
export type { RequestHandler } from "./respond.ts";
export { type SubscribeOptions, Topic, type TopicErrorEvent, type TopicEventMap, type TopicStatus } from "./topic.ts";
export type { Member, PresenceChange, PresenceEvent } from "./presence.ts";
export type { HeartbeatOptions, Since, StayWireOptions } from "./options.ts";
export type { Protocols, Url } from "./location.ts";
export type { Status } from "./status.ts";
