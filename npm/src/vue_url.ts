/** Where a conversation dials, and when that becomes another place. */

import { effect, isRef, type ReactiveEffectRunner, shallowRef, stop, unref, watch } from "vue";
import type { ConversationUrl } from "./vue_conversation.ts";
import type { Url } from "./index.ts";

/** A place that may change. */
export interface TrackedUrl {
  /** What a `StayWire` takes; undefined while there is none. */
  current(): Url | undefined;
  /** Ends what was noted of the last attempt's function. */
  forget(): void;
}

/** Follows `url`; `changed` is called once for all changes of a tick. */
export function trackUrl(url: ConversationUrl, changed: () => void): TrackedUrl {
  if (typeof url === "function") return trackFunction(url, changed);
  if (isRef(url)) watch(url, changed);
  return { current: () => unref(url) ?? undefined, forget() {} };
}

/** What `find` reads is noted at each attempt, since only attempts call it: a token may be used once. */
function trackFunction(find: () => string | URL | Promise<string | URL>, changed: () => void): TrackedUrl {
  const changes = shallowRef(0);
  let noted: ReactiveEffectRunner | undefined;
  const forget = () => noted && stop(noted);
  watch(changes, changed);
  const current = () => () => {
    let found!: ReturnType<typeof find>;
    forget();
    noted = effect(() => (found = find()), { scheduler: () => changes.value++ });
    return found;
  };
  return { current, forget };
}
