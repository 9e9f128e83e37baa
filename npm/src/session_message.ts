/**
 * A session's messages, as events of the page's `StayWire` or of a topic; part of the file for sessions.
 *
 * Owns: that a lone `onmessage` is called as if the event were dispatched, which would take the browser longer than all
 * that the session does for a message. Never: calls a handler beside a listener; their order is the browser's affair.
 */

import { report } from "#core";
import { DeliveredEvent } from "./events.ts";
import type { Face } from "./face.ts";
import { type Position, printPosition } from "./position.ts";

/** An event's phase while its target's own handlers are called; Node has no name for it on an event. */
const AT_TARGET = 2;

/** The event that a handler is being called with. */
let current: Event | undefined;

/** A message for `target`. Where an application dispatches it elsewhere, the browser knows better than what is said here. */
class SessionMessageEvent extends DeliveredEvent {
  readonly #at: Position | undefined;
  readonly #target: EventTarget;

  constructor(data: string | ArrayBuffer | Blob, origin: string, at: Position | undefined, target: EventTarget) {
    super(data, origin);
    this.#at = at;
    this.#target = target;
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
    return super.currentTarget ?? (current === this ? this.#target : null);
  }

  override get eventPhase(): number {
    return super.eventPhase || (current === this ? AT_TARGET : 0);
  }

  override composedPath(): EventTarget[] {
    const path = super.composedPath();
    return path.length || current !== this ? path : [this.#target];
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
    if (handler && !isListenedTo) call(listener!, event);
    else EventTarget.prototype.dispatchEvent.call(target, event);
  };
}

function call(listener: (event: Event) => unknown, event: Event): void {
  const outer = current;
  current = event;
  try {
    listener(event);
  } catch (error) {
    const { reportError = report } = globalThis;
    reportError(error);
  } finally {
    current = outer;
  }
}
