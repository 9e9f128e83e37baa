/** `createStayWire`: one conversation for a whole application. */

import { type App, effectScope, type InjectionKey, type ObjectPlugin } from "vue";
import { type Conversation, type ConversationOptions, type ConversationUrl, converse } from "./vue_conversation.ts";

/** Where `useStayWire()` finds it. @internal */
export const APPLICATION: InjectionKey<Conversation<unknown>> = Symbol("staywire");

/**
 * A plugin that opens a conversation which all components share; it ends when the application is unmounted.
 *
 * @example
 * createApp(Shop).use(createStayWire("/orders", { session: true, json: true })).mount("#shop");
 */
export function createStayWire(url: ConversationUrl, options: ConversationOptions = {}): ObjectPlugin<[]> {
  return {
    install(app: App) {
      // Detached: an application may be made while a component of another is.
      const scope = effectScope(true);
      const [conversation] = scope.run(() => converse<unknown>(url, options))!;
      app.provide(APPLICATION, conversation);
      app.onUnmount(() => scope.stop());
    },
  };
}
