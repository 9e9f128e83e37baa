/** The `on…` attributes of an event target (HTML §8.1.8.1, event handlers). */

type Handler = (event: Event) => unknown;

/** A handler and the listener that calls it, which keeps its place while the handler is exchanged. */
interface Entry {
  handler: Handler;
  readonly listener: Handler;
}

/** Gives `prototype` an attribute `on` + type for each of `types`. */
export function defineHandlers(prototype: EventTarget, types: readonly string[]): void {
  for (const type of types) {
    const entries = new WeakMap<EventTarget, Entry>();
    Object.defineProperty(prototype, `on${type}`, {
      configurable: true,
      enumerable: true,
      get(this: EventTarget) {
        return entries.get(this)?.handler ?? null;
      },
      set(this: EventTarget, handler: unknown) {
        setHandler(this, type, entries, typeof handler === "function" ? (handler as Handler) : null);
      },
    });
  }
}

function setHandler(target: EventTarget, type: string, entries: WeakMap<EventTarget, Entry>, handler: Handler | null) {
  const entry = entries.get(target);
  if (!handler) {
    if (entry) target.removeEventListener(type, entry.listener);
    entries.delete(target);
  } else if (entry) {
    entry.handler = handler;
  } else {
    const added: Entry = { handler, listener: (event) => added.handler.call(target, event) };
    entries.set(target, added);
    target.addEventListener(type, added.listener);
  }
}
