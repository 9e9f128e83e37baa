/** The messages of a conversation as a ref, of which Vue misses none. */

import { type ShallowRef, shallowRef } from "vue";

/** A list that grows by what arrives and is kept short. */
export interface MessageList<T> {
  /** Oldest first; another array each time that it has changed. */
  readonly messages: Readonly<ShallowRef<readonly T[]>>;
  add(message: T): void;
}

/**
 * A list of the newest `most` messages, and of more where more came together.
 *
 * Vue runs watchers in a microtask of its own after each change, so that they see each message at least once.
 */
export function messageList<T>(most: number): MessageList<T> {
  const messages = shallowRef<readonly T[]>([]);
  let arrived: T[] = [];

  /** One change for all that came together: with one for each, the list would be copied ten thousand times. */
  const append = () => {
    messages.value = [...messages.value, ...arrived].slice(-Math.max(most, arrived.length));
    arrived = [];
  };

  const add = (message: T) => {
    if (arrived.push(message) === 1) queueMicrotask(append);
  };
  return { messages, add };
}
