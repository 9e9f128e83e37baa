/** What a conversation tells, as refs. */

import { getCurrentScope, onScopeDispose, type ShallowRef, shallowRef, triggerRef } from "vue";
import type { ReconnectingEvent, Status, StayWire } from "./index.ts";
import { messageList } from "./vue_messages.ts";

/** The refs that a conversation's events set. */
export interface Told<T> {
  readonly status: Readonly<ShallowRef<Status>>;
  /** The last message. A watcher of it runs once for all that came in one tick, also for one that equals the one before. */
  readonly data: Readonly<ShallowRef<T | undefined>>;
  /** The messages, oldest first: at least those that came since Vue last ran its watchers, and `keepMessages`. */
  readonly messages: Readonly<ShallowRef<readonly T[]>>;
  /** Why there is no connection: the loss of the last one, or the end; undefined while there is one. */
  readonly error: Readonly<ShallowRef<ReconnectingEvent | CloseEvent | undefined>>;
  /** The number of the attempt that is waited for or made, the first is 0; 0 while there is a connection. */
  readonly attempt: Readonly<ShallowRef<number>>;
  /** `StayWire.latency`: milliseconds that the last answer to a ping took; undefined until there was one. */
  readonly latency: Readonly<ShallowRef<number | undefined>>;
  /**
   * Calls `handler` with each message, at once, until the component ends.
   *
   * @returns A function that takes the handler off before.
   */
  onMessage(handler: (message: T) => void): () => void;
}

/** Sets the refs. */
export interface Teller {
  /** Has `client` set them until `signal` aborts. */
  listen(client: StayWire, signal: AbortSignal): void;
  setStatus(status: Status): void;
}

/** After which of its events a `StayWire` may have another status. */
const EVENTS = ["open", "reconnecting", "session", "stale", "error", "close"] as const;

/** The refs of a conversation, and who sets them. */
export function tell<T>(first: Status, isJson: boolean, keepMessages: number): [Told<T>, Teller] {
  const status = shallowRef(first);
  const data = shallowRef<T>();
  const error = shallowRef<ReconnectingEvent | CloseEvent>();
  const attempt = shallowRef(0);
  const latency = shallowRef<number>();
  const { messages, add } = messageList<T>(keepMessages);
  const handlers = new Set<(message: T) => void>();

  const deliver = (message: T) => {
    if (Object.is(data.value, message)) triggerRef(data);
    else data.value = message;
    add(message);
    for (const handler of handlers) callAlone(handler, message);
  };
  const connected = () => ([error.value, attempt.value] = [undefined, 0]);

  const listen = (client: StayWire, signal: AbortSignal) => {
    for (const type of EVENTS) client.addEventListener(type, () => (status.value = client.status), { signal });
    client.addEventListener("open", connected, { signal });
    client.addEventListener("session", connected, { signal });
    client.addEventListener("reconnecting", (event) => ([error.value, attempt.value] = [event, event.attempt]), { signal });
    client.addEventListener("latency", () => (latency.value = client.latency), { signal });
    client.addEventListener("close", (event) => (error.value = event), { signal });
    if (isJson) client.addEventListener("json", (event) => deliver(event.data as T), { signal });
    else client.addEventListener("message", (event) => deliver(event.data), { signal });
  };

  const onMessage = (handler: (message: T) => void) => {
    // A handler of its own for each call, or one stop would take two of them off.
    const own = (message: T) => handler(message);
    handlers.add(own);
    const stop = () => void handlers.delete(own);
    if (getCurrentScope()) onScopeDispose(stop);
    return stop;
  };
  return [{ status, data, messages, error, attempt, latency, onMessage }, { listen, setStatus: (next) => void (status.value = next) }];
}

/** As an event's listeners are: what one throws is reported, and the next is called. */
function callAlone<T>(handler: (message: T) => void, message: T): void {
  try {
    handler(message);
  } catch (thrown) {
    reportError(thrown);
  }
}
