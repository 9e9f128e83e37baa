/**
 * What session mode needs beside the default entry: its core and its plumbing, loaded on demand.
 *
 * The core has a `Core` of its own: each knows for which wire it is working.
 */

export { Core } from "#core";
export { carrySession } from "#session";
export { loadCore } from "./wasm.ts";
