/**
 * Loads the core, once, when the first `StayWire` is made.
 *
 * The wasm is part of this file, as text, and is compiled asynchronously: of
 * the forms that exist, the only one that runs in every bundler and without any.
 */

import { commands } from "#core";

let loading: Promise<WebAssembly.Exports> | undefined;

/** What the core exports, compiled. Rejects where WebAssembly is missing or forbidden, and tries again on the next call. */
export function loadCore(): Promise<WebAssembly.Exports> {
  loading ??= instantiate().catch((error: unknown) => {
    loading = undefined;
    throw error;
  });
  return loading;
}

async function instantiate(): Promise<WebAssembly.Exports> {
  const { instance } = await WebAssembly.instantiate(bytesOf(CORE), { commands });
  return instance.exports;
}

/** The inverse of `scripts/printable.mjs`: `#` is 0, `}#` 90 and `~#` 180. */
function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(text.match(/[}~]?./g)!, (code) => {
    const first = code.charCodeAt(0);
    return code[1] ? 90 * first + code.charCodeAt(1) - 11195 : first - 35;
  });
}
