/** What a component says by way of its conversation, whichever `StayWire` that has at the moment. */

import { getCurrentScope, onScopeDispose } from "vue";
import type { Data, RequestOptions, Sent, StayWire, Topic } from "./index.ts";

/** The methods of a `StayWire` that send, without a `this`; on a server that renders a page they do nothing. */
export interface Sending {
  /**
   * Sends a message, as `StayWire.send`.
   *
   * @throws DOMException `InvalidStateError` before `open()`.
   */
  send(...args: Parameters<StayWire["send"]>): Sent | undefined;
  /** Sends a value as JSON, as `StayWire.sendJson`; otherwise as `send`. */
  sendJson(...args: Parameters<StayWire["sendJson"]>): Sent | undefined;
  /** Publishes to a topic, as `StayWire.publish`; otherwise as `send`. */
  publish(...args: Parameters<StayWire["publish"]>): Sent | undefined;
  /**
   * Reads a topic, as `StayWire.subscribe`, until the component ends.
   *
   * It belongs to the `StayWire` that there is: after a change of the URL, subscribe again.
   * @throws DOMException `InvalidStateError` before `open()`.
   */
  subscribe(...args: Parameters<StayWire["subscribe"]>): Topic | undefined;
  /** Asks the server, as `StayWire.request`; rejected with a DOMException `InvalidStateError` before `open()`, and on a server. */
  request(...args: Parameters<StayWire["request"]>): Promise<Data>;
  /** Asks the server in JSON, as `StayWire.requestJson`; otherwise as `request`. */
  requestJson<R = unknown>(value: unknown, options?: RequestOptions): Promise<R>;
}

/** `client` is undefined on a server that renders a page, and throws before `open()`. */
export function sendingBy(client: () => StayWire | undefined): Sending {
  const asked = () => {
    const asked = client();
    if (asked) return asked;
    throw new DOMException("staywire: nothing can be asked while a page is rendered on a server", "InvalidStateError");
  };
  return {
    send: (...args) => client()?.send(...args),
    sendJson: (...args) => client()?.sendJson(...args),
    publish: (...args) => client()?.publish(...args),
    subscribe(...args) {
      const topic = client()?.subscribe(...args);
      if (topic && getCurrentScope()) onScopeDispose(() => topic.unsubscribe());
      return topic;
    },
    request: async (...args) => asked().request(...args),
    requestJson: async (value, options) => asked().requestJson(value, options),
  };
}
