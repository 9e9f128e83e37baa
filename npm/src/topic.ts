/**
 * A topic that is read: what comes of it, and where in it the page is.
 *
 * Owns: the subscription as the application sees it. Never: subscribes again by itself; the core does.
 */

import { encodeName } from "#session-wire";
import { GapEvent, TellingEvent } from "./events.ts";
import type { Face } from "./face.ts";
import { RequestError } from "./failure.ts";
import { defineHandlers, type EventHandler, type Handlers, type Listen } from "./handlers.ts";
import { syntaxError } from "./location.ts";
import { whole } from "./options.ts";
import { type Payload, utf8Length } from "./payload.ts";
import { parsePosition, type Position, printPosition } from "./position.ts";
import type { Member, PresenceEvent } from "./presence.ts";
import { Sent } from "./sent.ts";

/** Where a subscription begins; without either, with what comes. */
export interface SubscribeOptions {
  /** Right after a position that `position` or `lastEventId` gave, also in an earlier page or on another device. */
  since?: string | null | undefined;
  /** Otherwise with the last so many messages, a whole number, as far as the server keeps them. @default 0 */
  last?: number;
}

/** The topic is not read, or not any more: the server refused it, or ended it. */
export interface TopicErrorEvent extends Event {
  readonly error: RequestError;
}

/** The events of a {@link Topic} and their types. */
export interface TopicEventMap {
  /** The server sends the topic from now on: once, and not after a reconnect. */
  subscribed: Event;
  /** A message; its `lastEventId` is its position. */
  message: MessageEvent;
  /** Exactly these messages are lost, or were left out for a slow reader. */
  gap: GapEvent;
  /** The topic's numbering has changed: messages may be lost, and nobody knows how many. */
  reset: Event;
  /** Somebody came or went; only after `presence()`. */
  presence: PresenceEvent;
  /** The server refused the subscription or ended it; `close` follows. Also of the topic's presence, after which nothing follows. */
  error: TopicErrorEvent;
  /** It is not read any more. Once, last. */
  close: Event;
}

/** What is accepted for a topic, as `push` of `client-wasm/js/session_sending.js` numbers it. */
const PUBLICATION = 4;

/** What a {@link Topic} is doing. */
export type TopicStatus = "subscribing" | "subscribed" | "unsubscribed";

/** A topic that is read from {@link StayWire.subscribe} until `unsubscribe()`, over any number of reconnects. */
export class Topic extends EventTarget {
  declare onsubscribed: EventHandler<Topic, TopicEventMap, "subscribed">;
  declare onmessage: EventHandler<Topic, TopicEventMap, "message">;
  declare ongap: EventHandler<Topic, TopicEventMap, "gap">;
  declare onreset: EventHandler<Topic, TopicEventMap, "reset">;
  declare onpresence: EventHandler<Topic, TopicEventMap, "presence">;
  declare onerror: EventHandler<Topic, TopicEventMap, "error">;
  declare onclose: EventHandler<Topic, TopicEventMap, "close">;
  declare addEventListener: Listen<Topic, TopicEventMap, AddEventListenerOptions>;
  declare removeEventListener: Listen<Topic, TopicEventMap, EventListenerOptions>;

  /** Its name. */
  readonly name: string;
  /** @internal */
  at: Position | undefined;
  readonly #face: Face;
  /** As it travels. */
  readonly #encoded: string;
  readonly #handlers: Handlers = {};
  #status: TopicStatus = "subscribing";
  #changes: Topic | undefined;
  readonly #members = new Map<string, Member>();

  /** @internal */
  constructor(face: Face, name: string, options: SubscribeOptions = {}) {
    super();
    const { since } = options;
    this.#encoded = encodeTopic(name);
    this.name = name;
    this.at = since == undefined ? undefined : parsePosition(since);
    this.#face = face;
    const failure = face.lane.subscribe(this.#encoded, this, whole(options, "last", 0, Number.MAX_SAFE_INTEGER));
    if (failure) throw new RequestError(failure);
  }

  /** What it is doing. */
  get status(): TopicStatus {
    return this.#status;
  }

  /** Where the page is: right after the newest message that came, to be stored and given as `since`. Undefined until the server has said. */
  get position(): string | undefined {
    return printPosition(this.at);
  }

  /**
   * Publishes a message to everybody who reads the topic; as `send` of {@link StayWire}.
   *
   * `acknowledged` of what is returned is rejected with a {@link RequestError} where the server refuses it.
   */
  publish(data: Payload): Sent {
    return publish(this.#face, this.#encoded, data);
  }

  /** Calls `handler` with each message, parsed; one that is not JSON is reported as an uncaught error. Returns a function that takes the handler off again. */
  onJson<T = unknown>(handler: (value: T) => void): () => void {
    const listener = ({ data }: MessageEvent) => handler(JSON.parse(data) as T);
    this.addEventListener("message", listener);
    return () => this.removeEventListener("message", listener);
  }

  /**
   * Who is in the topic, from now on: the same map each time, kept up, with a `presence` event after each change.
   *
   * Its keys are the users' names; who has none goes by `session:` and an id, and a name that begins with `session:` has
   * another one in front. Empty until the server has told, and once the topic is not read any more.
   * @throws DOMException `SyntaxError` where the topic's own name has more than 245 bytes: its presence is a topic, too.
   */
  presence(): ReadonlyMap<string, Member> {
    if (this.#status !== "unsubscribed") this.#changes ??= this.#watch();
    return this.#members;
  }

  /**
   * Does not read the topic any more, from now on; `close` comes before this returns.
   */
  unsubscribe(): void {
    if (this.#status === "unsubscribed") return;
    this.#face.lane.unsubscribe(this.#encoded);
    this.close();
  }

  #watch(): Topic {
    const changes = new Topic(this.#face, `$presence/${this.name}`);
    changes.onmessage = ({ data }) => this.dispatchEvent(this.#face.follow(this.#members, data));
    changes.onerror = ({ error }) => this.#fail(error);
    changes.onclose = () => {
      this.#changes = undefined;
      this.#members.clear();
    };
    return changes;
  }

  /** @internal */
  deliver(data: string | ArrayBuffer, origin: string): void {
    this.#face.tellMessage(data, origin, this.at, this, this.#handlers);
  }

  /** @internal */
  subscribed(): void {
    this.#status = "subscribed";
    this.dispatchEvent(new Event("subscribed"));
  }

  /** @internal */
  gap(from?: number, to?: number): void {
    this.dispatchEvent(from === undefined ? new Event("reset") : new GapEvent("gap", { stream: this.name, from, to }));
  }

  /** @internal */
  end(code: number, reason?: string): void {
    this.#leave();
    this.#fail(new RequestError(code, reason));
    this.close();
  }

  /** @internal */
  close(): void {
    this.#leave();
    this.dispatchEvent(new Event("close"));
  }

  #fail(error: RequestError): void {
    this.dispatchEvent(new TellingEvent("error", { error }));
  }

  #leave(): void {
    this.#status = "unsubscribed";
    this.#face.streams.delete(`t${this.#encoded}`);
    this.#changes?.unsubscribe();
  }

  static {
    defineHandlers(this.prototype, ["subscribed", "message", "gap", "reset", "presence", "error", "close"], (topic) => topic.#handlers);
  }
}

/** A topic's name as it travels, if it may be one. @internal */
export function encodeTopic(name: string): string {
  // Half of a surrogate pair has no form in UTF-8.
  if (!name || utf8Length(name) > 255 || /\p{Cs}/u.test(name)) throw syntaxError(`'${name}' is no topic's name, which is text of 1 to 255 bytes`);
  return encodeName(name);
}

/** Publishes a message to everybody who reads a topic. @internal */
export function publish(face: Face, topic: string, data: Payload): Sent {
  const sent = new Sent(data);
  if (face.lane.accept(sent, PUBLICATION, topic)) sent.fail();
  return sent;
}
