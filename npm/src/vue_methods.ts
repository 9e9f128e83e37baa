/**
 * Seven methods for a component that holds its sockets itself, to be spread into its `methods`.
 *
 *   initWebSocket()    this.webSocket      each message goes to the end of this.list
 *   initWebSocket(id)  this.webSockets     each message goes to its place in this.list, the newest first
 *
 * They work on `this`, as methods do, in Vue 2.7 and Vue 3. What a component
 * writes itself takes the place of the one of that name.
 */

import { StayWire } from "./index.ts";
import type { Url } from "./location.ts";

/** What the methods find in their component, in its `data` or as a method. */
export interface WebSocketComponent {
  /** Where to connect; a function is called for each attempt, with the `id` of `initWebSocket`, 1 without one. @default (id) => `/websocket/${id}` */
  socketUrl?: string | URL | ((id: string | number) => string | URL | Promise<string | URL>);
  /** The one socket of `initWebSocket()`. */
  webSocket?: StayWire | null;
  /** The sockets of `initWebSocket(id)`, until they are closed. */
  webSockets?: StayWire[];
  /** The messages, parsed. */
  list: unknown[];
  /** The last of them. */
  redata?: unknown;
  /** What tells the user that there is no WebSocket, as Element UI's. */
  $message: { error(text: string): unknown };
}

/** A component with those of the methods that its sockets call. */
interface Component extends WebSocketComponent {
  webSocketOnOpen(event: Event): void;
  webSocketOnMessage(event: MessageEvent): void;
  webSocketOnError(event: Event): void;
  webSocketOnClose(event: CloseEvent): void;
}

const NOT_SUPPORTED = "当前浏览器不支持 websocket";

/**
 * Connects, and sends the text `PING` every 30 s for as long as there is a connection.
 *
 * Without an `id`, the socket that was there before is closed; with one, it is one more.
 */
export function initWebSocket(this: Component, id?: string | number): void {
  if (!("WebSocket" in globalThis)) {
    this.$message.error(NOT_SUPPORTED);
    return;
  }
  const socket = new StayWire(urlFor(this, id), { heartbeat: true });
  if (id === undefined) {
    this.webSocket?.close();
    this.webSocket = socket;
  } else {
    (this.webSockets ??= []).push(socket);
  }
  socket.onopen = (event) => this.webSocketOnOpen(event);
  socket.onmessage = (event) => this.webSocketOnMessage(event);
  socket.onerror = (event) => this.webSocketOnError(event);
  socket.onclose = (event) => this.webSocketOnClose(event);
}

/** Called when a socket has a connection: its first, and each that replaces one. */
export function webSocketOnOpen(this: Component, _event: Event): void {}

/** Called with each message: parses it and puts it into `list`. */
export function webSocketOnMessage(this: Component, event: MessageEvent): void {
  this.redata = JSON.parse(event.data);
  if (event.target === this.webSocket) this.list.push(this.redata);
  else insertNewestFirst(this.list, this.redata);
}

/** Called when a socket has failed for good; it does not come back, and need not be connected anew before. */
export function webSocketOnError(this: Component, _event: Event): void {}

/** Called when a socket is closed for good, which takes it from `webSockets`. */
export function webSocketOnClose(this: Component, event: CloseEvent): void {
  const index = this.webSockets?.indexOf(event.target as StayWire) ?? -1;
  if (index >= 0) this.webSockets?.splice(index, 1);
}

/** Sends `data` on every socket. */
export function websocketsend(this: Component, data: Parameters<StayWire["send"]>[0]): void {
  for (const socket of socketsOf(this)) socket.send(data);
}

/** Closes every socket: for `beforeDestroy` (Vue 2) or `beforeUnmount` (Vue 3), and before. */
export function socketClose(this: Component): void {
  for (const socket of socketsOf(this)) socket.close();
}

function urlFor(component: Component, id: string | number = 1): Url {
  const { socketUrl = `/websocket/${encodeURIComponent(id)}` } = component;
  return typeof socketUrl === "function" ? () => socketUrl.call(component, id) : socketUrl;
}

/** A copy: a socket that is closed leaves the list. */
function socketsOf({ webSocket, webSockets = [] }: Component): StayWire[] {
  return webSocket ? [webSocket, ...webSockets] : [...webSockets];
}

/** By `createTime`, a date or milliseconds; what has none that can be read is the oldest, and of two alike the later comes first. */
function insertNewestFirst(list: unknown[], added: unknown): void {
  const time = timeOf(added);
  const index = list.findIndex((item) => timeOf(item) <= time);
  list.splice(index < 0 ? list.length : index, 0, added);
}

function timeOf(item: unknown): number {
  const { createTime } = Object(item) as { createTime?: string | number };
  const time = new Date(createTime ?? NaN).getTime();
  return Number.isNaN(time) ? -Infinity : time;
}
