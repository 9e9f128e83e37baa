/** What a conversation tells, as refs. */

import { getCurrentScope, onScopeDispose, type ShallowRef, shallowRef, triggerRef } from "vue";
import type { ReconnectingEvent, Status, StayWire, StayWireEventMap } from "./index.ts";
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
  /** There is no conversation; what came of it stays. */
  forget(): void;
}

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
  const listen = (client: StayWire, signal: AbortSignal) => {
    const on = <K extends keyof StayWireEventMap>(type: K, set: (event: StayWireEventMap[K]) => void) =>
      client.addEventListener(type, set, { signal });
    const follow = (cause?: ReconnectingEvent | CloseEvent, number = 0) => {
      status.value = client.status;
      error.value = cause;
      attempt.value = number;
    };
    on("open", () => follow());
    on("session", () => follow());
    on("reconnecting", (event) => follow(event, event.attempt));
    on("close", (event) => follow(event));
    on("latency", () => (latency.value = client.latency));
    if (isJson) on("json", ({ data }) => deliver(data as T));
    else on("message", ({ data }) => deliver(data));
  };

  const onMessage = (handler: (message: T) => void) => {
    // A handler of its own for each call, or one stop would take two of them off.
    const own = (message: T) => handler(message);
    handlers.add(own);
    const stop = () => void handlers.delete(own);
    if (getCurrentScope()) onScopeDispose(stop);
    return stop;
  };
  const setStatus = (next: Status) => void (status.value = next);
  const forget = () => {
    setStatus("closed");
    error.value = undefined;
    attempt.value = 0;
    latency.value = undefined;
  };
  return [{ status, data, messages, error, attempt, latency, onMessage }, { listen, setStatus, forget }];
}

/** As an event's listeners are: what one throws is reported, and the next is called. */
function callAlone<T>(handler: (message: T) => void, message: T): void {
  try {
    handler(message);
  } catch (thrown) {
    reportError(thrown);
  }
}
