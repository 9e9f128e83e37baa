/** `useStayWire`: the conversation of a component, which ends with it; or that of its application. */

import { getCurrentInstance, inject, onActivated, onDeactivated } from "vue";
import type { Data } from "./index.ts";
import { type Conversation, type ConversationOptions, type ConversationUrl, converse } from "./vue_conversation.ts";
import { APPLICATION } from "./vue_plugin.ts";

/**
 * A conversation as refs; it ends with the component, or whatever effect scope this is called in.
 *
 * Without a URL it is the one that `app.use(createStayWire(url))` gave to the application, and ends with that.
 *
 * @example
 * const { status, messages, sendJson } = useStayWire<Order>("/orders", { json: true });
 * @throws DOMException `SyntaxError` for a URL that is none; Error without a URL where the application has no conversation.
 */
export function useStayWire<T = unknown>(): Conversation<T>;
export function useStayWire<T = unknown>(url: ConversationUrl, options: ConversationOptions & { json: true }): Conversation<T>;
export function useStayWire(url: ConversationUrl, options?: ConversationOptions): Conversation<Data>;
export function useStayWire(...args: [url?: ConversationUrl, options?: ConversationOptions]): Conversation<unknown> {
  if (!args.length) return conversationOfApplication();
  const [url, options = {}] = args;
  const [conversation, setAway] = converse<unknown>(url, options);
  if (options.whenDeactivated === "close" && getCurrentInstance()) {
    onDeactivated(() => setAway(true));
    onActivated(() => setAway(false));
  }
  return conversation;
}

function conversationOfApplication(): Conversation<unknown> {
  const conversation = inject(APPLICATION, undefined);
  if (!conversation) throw new Error("staywire: useStayWire() without a URL needs app.use(createStayWire(url))");
  return conversation;
}
