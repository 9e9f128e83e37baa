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

type Handler = (event: Event) => unknown;

/** A handler, which may be an object that cannot be called, and the listener that calls it and keeps its place while it is exchanged. */
interface Entry {
  handler: unknown;
  readonly listener: Handler;
}

/** The handlers of one target, by type. */
export type Handlers = Record<string, Entry | undefined>;

/** Gives `prototype` an attribute `on` + type for each of `types`; `handlersOf` throws what a foreign object deserves. */
export function defineHandlers<T extends EventTarget>(prototype: T, types: readonly string[], handlersOf: (target: T) => Handlers): void {
  for (const type of types) {
    const name = `on${type}`;
    const attribute = {
      get [name](): unknown {
        return handlersOf(this as unknown as T)[type]?.handler ?? null;
      },
      set [name](handler: unknown) {
        setHandler(this as unknown as T, type, handlersOf(this as unknown as T), handler);
      },
    };
    Object.defineProperties(prototype, Object.getOwnPropertyDescriptors(attribute));
  }
}

function setHandler(target: EventTarget, type: string, handlers: Handlers, handler: unknown) {
  const entry = handlers[type];
  // What is no object stands for none (WebIDL, [LegacyTreatNonObjectAsNull]).
  if (Object(handler) !== handler) {
    if (entry) target.removeEventListener(type, entry.listener);
    handlers[type] = undefined;
  } else if (entry) {
    entry.handler = handler;
  } else {
    const added: Entry = {
      handler,
      listener: (event) => {
        if (typeof added.handler === "function") added.handler.call(target, event);
      },
    };
    handlers[type] = added;
    target.addEventListener(type, added.listener);
  }
}
