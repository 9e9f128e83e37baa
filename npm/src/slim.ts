/**
 * staywire without its WebAssembly inside: `init` says where that is.
 *
 * For pages that want it cached or compiled apart from their scripts. The package has it as `staywire/staywire.wasm`;
 * sessions have a core of their own, which `init` of `staywire/slim/session` is told of.
 */

export * from "./index.ts";
export { init, type CoreSource } from "./given_instance.ts";
