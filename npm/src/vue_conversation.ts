/**
 * A conversation as refs: its `StayWire`, which is exchanged where the URL changes, and what it tells.
 *
 *   URL, open, close ─► StayWire ─ events ─► vue_told.ts
 *
 * Never: opens anything where there is no page to show it in, as on a server.
 */

import { getCurrentScope, type MaybeRef, onScopeDispose, type ShallowRef, shallowRef } from "vue";
import { StayWire, type StayWireOptions } from "./index.ts";
import { type Sending, sendingBy } from "./vue_sending.ts";
import { tell, type Told } from "./vue_told.ts";
import { trackUrl } from "./vue_url.ts";

/**
 * Where to connect. A change of a ref begins another conversation; without a value there is none.
 *
 * A function is called for each attempt; a change of what it reads before its first `await` begins another conversation, too.
 */
export type ConversationUrl = MaybeRef<string | URL | null | undefined> | (() => string | URL | Promise<string | URL>);

/** `StayWireOptions`, and how the conversation lives with its component; `immediate` is what `startClosed` is there. */
export interface ConversationOptions extends Omit<StayWireOptions, "startClosed"> {
  /** Whether messages are text to be parsed as JSON; one that is not is reported as an uncaught error. @default false */
  json?: boolean;
  /** Whether to connect at once; otherwise `open()` does. @default true */
  immediate?: boolean;
  /** How many messages `messages` keeps, beside those that Vue has not seen yet. @default 1000 */
  keepMessages?: number;
  /** What a component in `<KeepAlive>` does while it is put away: stay connected, or close and come back. @default "stay" */
  whenDeactivated?: "stay" | "close";
  /** How binary messages come. @default "blob" */
  binaryType?: BinaryType;
}

/** What a component holds of a conversation; its functions need no `this`. */
export interface Conversation<T> extends Told<T>, Sending {
  /** The `StayWire` itself, for its other events and methods; undefined before `open()` and on a server. */
  readonly socket: Readonly<ShallowRef<StayWire | undefined>>;
  /** Begins, or begins again after the end. */
  open(): void;
  /** Ends the conversation, as `StayWire.close`; then a change of the URL changes nothing until `open()`. */
  close(...args: Parameters<StayWire["close"]>): void;
  /** Replaces the connection now, as `StayWire.reconnect`. */
  reconnect(): void;
}

/** A conversation that ends with the effect scope that this is called in, and how to say that its component is put away. */
export function converse<T>(url: ConversationUrl, options: ConversationOptions): [conversation: Conversation<T>, setAway: (isAway: boolean) => void] {
  const { json = false, immediate = true, keepMessages = 1_000, binaryType = "blob" } = options;
  const socket = shallowRef<StayWire>();
  const where = trackUrl(url, () => isWanted && begin());
  let isWanted = immediate;
  let isAway = false;
  /** Whether to begin when the component is shown again. */
  let isDue = false;
  let listening = new AbortController();
  // The same on a server as in the page, or hydration would find them to differ.
  const [told, { listen, setStatus, forget }] = tell<T>(immediate && where.current() ? "connecting" : "closed", json, keepMessages);

  const leave = () => {
    listening.abort();
    where.forget();
    socket.value?.close();
    forget();
  };
  const begin = () => {
    if (!hasPage()) return;
    leave();
    isDue = isAway;
    const target = where.current();
    if (!target || isAway) return;
    const client = new StayWire(target, options);
    client.binaryType = binaryType;
    listening = new AbortController();
    listen(client, listening.signal);
    socket.value = client;
    setStatus(client.status);
  };
  const act = (client: StayWire | undefined, change: (client: StayWire) => void) => {
    if (!client) return;
    change(client);
    setStatus(client.status);
  };
  const isOver = () => !socket.value || socket.value.readyState >= StayWire.CLOSING;
  const open = () => {
    isWanted = true;
    if (isOver()) begin();
  };
  const close = (...args: Parameters<StayWire["close"]>) => {
    isWanted = isDue = false;
    act(socket.value, (client) => client.close(...args));
  };
  const reconnect = () => {
    act(client(), (client) => client.reconnect());
    isWanted = true;
  };
  const setAway = (value: boolean) => {
    isAway = value;
    if (isAway && !isOver()) {
      isDue = true;
      act(socket.value, (client) => client.close());
    } else if (isDue && !isAway) begin();
  };
  const client = () => {
    if (socket.value || !hasPage()) return socket.value;
    throw new DOMException("staywire: there is no conversation yet; call open()", "InvalidStateError");
  };

  if (immediate) begin();
  if (getCurrentScope()) onScopeDispose(leave);
  return [{ ...told, socket, open, close, reconnect, ...sendingBy(client) }, setAway];
}

/** A server that renders has none, but may well have a `WebSocket`. */
function hasPage(): boolean {
  return !!globalThis.document;
}
