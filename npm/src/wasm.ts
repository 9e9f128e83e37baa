/**
 * Loads the core, once, when the first `StayWire` is made.
 *
 * The wasm is part of this file, as hexadecimal text, and is compiled asynchronously: of
 * the forms that exist, the only one that runs in every bundler and without any.
 */

import { commands } from "#core";
import hex from "../.build/core.wasm";

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
  const { instance } = await WebAssembly.instantiate(bytesOf(hex), { commands });
  return instance.exports;
}

function bytesOf(hex: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(hex.match(/../g)!, (byte) => parseInt(byte, 16));
}
