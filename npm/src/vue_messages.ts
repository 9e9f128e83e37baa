/** The messages of a conversation as a ref, of which Vue misses none. */

import { nextTick, type ShallowRef, shallowRef } from "vue";

/** A list that grows by what arrives and is kept short. */
export interface MessageList<T> {
  /** Oldest first; another array each time that it has changed. */
  readonly messages: Readonly<ShallowRef<readonly T[]>>;
  add(message: T): void;
}

/**
 * A list of the newest `most` messages, and of more where more came since Vue last ran its watchers.
 *
 * So a watcher or a component that reads the list sees each message at least once, however many come in one tick.
 */
export function messageList<T>(most: number): MessageList<T> {
  const messages = shallowRef<readonly T[]>([]);
  let arrived: T[] = [];
  let unseen = 0;

  /** One array for all that came together: one for each message would copy the list ten thousand times. */
  const append = () => {
    unseen += arrived.length;
    const kept = Math.max(most, unseen);
    messages.value = [...messages.value, ...arrived].slice(-kept);
    arrived = [];
    // Where nobody watches, that is at once.
    void nextTick(() => (unseen = 0));
  };

  const add = (message: T) => {
    if (arrived.push(message) === 1) queueMicrotask(append);
  };
  return { messages, add };
}
