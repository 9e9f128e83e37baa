/**
 * Loads the core, once, when the first `StayWire` is made.
 *
 * The wasm is part of this file, as hexadecimal text, and is compiled
 * asynchronously: of the forms that exist, the only one that runs in every
 * bundler and without any.
 */

import { Core, imports, start } from "../.build/glue.js";
import hex from "../.build/core.wasm";
import type { CoreClass } from "./core.ts";

let loading: Promise<CoreClass> | undefined;

/** The core, compiled. Rejects where WebAssembly is missing or forbidden, and tries again on the next call. */
export function loadCore(): Promise<CoreClass> {
  loading ??= instantiate().catch((error: unknown) => {
    loading = undefined;
    throw error;
  });
  return loading;
}

async function instantiate(): Promise<CoreClass> {
  const bytes = Uint8Array.from(hex.match(/../g)!, (byte) => parseInt(byte, 16));
  // A second try guards them twice, which harms nothing.
  const calls = imports.a as Record<string, Call>;
  for (const name in calls) calls[name] = guard(calls[name]!);
  const { instance } = await WebAssembly.instantiate(bytes, imports);
  start(instance);
  return Core;
}

type Call = (...args: unknown[]) => unknown;

/** Reports what `call` throws as uncaught: an exception that unwound the core would leave it half-way for ever. */
function guard(call: Call): Call {
  return (...args) => {
    try {
      return call(...args);
    } catch (error) {
      queueMicrotask(() => {
        throw error;
      });
    }
  };
}
