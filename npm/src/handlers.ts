/** The `on…` attributes of an event target (HTML §8.1.8.1, event handlers). */

/** A handler of one of the events of `Target`, or none. */
export type EventHandler<Target, Events, K extends keyof Events> = ((this: Target, event: Events[K]) => unknown) | null;

/** `addEventListener` and its opposite, typed by an event map. */
export interface Listen<Target, Events, Options> {
  <K extends keyof Events>(
    type: K,
    listener: EventHandler<Target, Events, K> | { handleEvent(event: Events[K]): unknown },
    options?: boolean | Options,
  ): void;
  (type: string, listener: EventListenerOrEventListenerObject | null, options?: boolean | Options): void;
}

/** Who wants to hear of the events of one type. */
interface Entry {
  /** What the attribute holds, which may be an object that cannot be called. */
  handler?: unknown;
  /** Calls it, and keeps its place while it is exchanged. */
  listener?: (event: Event) => unknown;
  /** Whether a listener was ever added beside it. */
  isListenedTo?: boolean;
}

/** For one target, by the name of the attribute. */
export type Handlers = Record<string, Entry>;

/** Not the target's own: as with a WebSocket, a subclass has no say in what an attribute does. */
const { addEventListener, removeEventListener } = EventTarget.prototype;

/**
 * Gives `prototype` an attribute `on` + type for each of `types`, and an `addEventListener` that takes note.
 *
 * `handlersOf` throws what a foreign object deserves. A listener that is added past it, by `EventTarget.prototype`, is not
 * noted: in a session, messages that a lone `onmessage` gets are then not for that listener.
 */
export function defineHandlers<T extends EventTarget>(prototype: T, types: readonly string[], handlersOf: (target: T) => Handlers): void {
  for (const type of types) {
    const name = `on${type}`;
    const attribute = {
      get [name](): unknown {
        return handlersOf(this as unknown as T)[name]?.handler ?? null;
      },
      set [name](handler: unknown) {
        setHandler(this as unknown as T, type, (handlersOf(this as unknown as T)[name] ??= {}), handler);
      },
    };
    Object.defineProperties(prototype, Object.getOwnPropertyDescriptors(attribute));
  }
  prototype.addEventListener = function (this: T, ...args: Parameters<typeof addEventListener>) {
    (handlersOf(this)[`on${args[0]}`] ??= {}).isListenedTo = true;
    addEventListener.apply(this, args);
  };
}

function setHandler(target: EventTarget, type: string, entry: Entry, handler: unknown) {
  // What is no object stands for none (WebIDL, [LegacyTreatNonObjectAsNull]).
  if (Object(handler) !== handler) {
    removeEventListener.call(target, type, entry.listener!);
    handler = undefined;
  } else if (!entry.handler) {
    entry.listener ??= (event) => {
      if (typeof entry.handler === "function") entry.handler.call(target, event);
    };
    addEventListener.call(target, type, entry.listener);
  }
  entry.handler = handler;
}
