/** Loads the core, once, when the first `StayWire` is made; where it comes from is the entry's affair. */

import { instantiate } from "#instance";

let loading: Promise<WebAssembly.Exports> | undefined;

/** What the core exports, compiled, and given the `commands` that it imports. Rejects where it cannot be had, or WebAssembly is missing or forbidden, and tries again on the next call. */
export function loadCore(commands: WebAssembly.ModuleImports): Promise<WebAssembly.Exports> {
  loading ??= instantiate({ commands }).then(
    ({ exports }) => exports,
    (error: unknown) => {
      loading = undefined;
      throw error;
    },
  );
  return loading;
}
