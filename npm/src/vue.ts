/**
 * staywire for Vue: a conversation as refs, for a component or for a whole application.
 *
 * Importing does nothing, and where a page is rendered on a server nothing is opened.
 */

export { useStayWire } from "./vue_use.ts";
export { createStayWire } from "./vue_plugin.ts";
export type { Conversation, ConversationOptions, ConversationUrl } from "./vue_conversation.ts";
export type { Sending } from "./vue_sending.ts";
export type { Told } from "./vue_told.ts";
