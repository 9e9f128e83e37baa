/**
 * A session's messages, as events of the page's `StayWire` or of a topic; part of the file for sessions.
 *
 * Owns: that a lone `onmessage` is called as if the event were dispatched, which would take the browser longer than all
 * that the session does for a message. Never: calls a handler beside a listener, whose order is the browser's affair, or
 * one that would notice.
 */

import { report } from "#core";
import { DeliveredEvent } from "./events.ts";
import type { Face } from "./face.ts";
import { type Position, printPosition } from "./position.ts";

/** An event's phase while its target's own handlers are called; Node has no name for it on an event. */
const AT_TARGET = 2;

/** A message for `target`. Where an application dispatches it elsewhere, the browser knows better than what is said here. */
class SessionMessageEvent extends DeliveredEvent {
  readonly #at: Position | undefined;
  readonly #target: EventTarget;
  /** The same while a handler is being called. */
  #current: EventTarget | null = null;

  constructor(data: string | ArrayBuffer | Blob, origin: string, at: Position | undefined, target: EventTarget) {
    super(data, origin);
    this.#at = at;
    this.#target = target;
  }

  /** Has `listener` call its handler as if `event` were being dispatched. */
  static handle(listener: (event: Event) => unknown, event: SessionMessageEvent): void {
    event.#current = event.#target;
    try {
      listener(event);
    } catch (error) {
      const { reportError = report } = globalThis;
      reportError(error);
    }
    event.#current = null;
  }

  override get lastEventId(): string {
    return printPosition(this.#at) ?? "";
  }

  override get target(): EventTarget {
    return super.target ?? this.#target;
  }

  override get srcElement(): EventTarget {
    return this.target;
  }

  override get currentTarget(): EventTarget | null {
    return super.currentTarget ?? this.#current;
  }

  override get eventPhase(): number {
    return super.eventPhase || (this.#current ? AT_TARGET : 0);
  }

  override composedPath(): EventTarget[] {
    const path = super.composedPath();
    return path.length || !this.#current ? path : [this.#current];
  }

  static {
    delete (this.prototype as { constructor?: unknown }).constructor;
  }
}

/** Has `face`, whose `StayWire` is `own`, tell a session's messages. */
export function tellMessages(face: Face, own: EventTarget): void {
  face.tellMessage = (data, origin, at, target = own, handlers = face.handlers) => {
    const event = new SessionMessageEvent(face.readable(data), origin, at, target);
    const { handler, listener, isListenedTo } = handlers.onmessage ?? {};
    if (!isListenedTo && takesEvent(handler) && !isPatched()) SessionMessageEvent.handle(listener!, event);
    else EventTarget.prototype.dispatchEvent.call(target, event);
  };
}

/** Whether `handler` has a parameter. Without one it can only mean `window.event`, which the browser sets where it dispatches. */
function takesEvent(handler: unknown): boolean {
  return !!(handler as { length?: number } | undefined)?.length;
}

/** Whether listeners are wrapped: zone.js, for one, calls them where they were added. A browser's own method has no prototype. */
function isPatched(): boolean {
  return !!EventTarget.prototype.addEventListener.prototype;
}
