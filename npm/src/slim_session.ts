/**
 * What session mode needs beside `staywire/slim`; its core is `staywire/session.wasm`.
 *
 * Loaded on demand by that entry, too: who calls `init` here has it loaded before.
 */

export { init, type CoreSource } from "./given_instance.ts";
/** @internal */
export { load } from "./session.ts";
