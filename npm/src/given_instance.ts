/**
 * The core that the application says where to find, for pages that cache or compile it by themselves.
 *
 * Nothing is fetched before the first `StayWire` is made.
 */

/** Where a core is: its URL, the answer of a `fetch` for it, or its compiled module, each also as a promise. */
export type CoreSource = string | URL | Response | WebAssembly.Module;

let given: CoreSource | Promise<CoreSource> | undefined;

/** Says where the core is; before the first `StayWire`, which otherwise ends in `error` and `close`. */
export function init(source: CoreSource | Promise<CoreSource>): void {
  given = source;
}

/** The core with `imports`. */
export async function instantiate(imports: WebAssembly.Imports): Promise<WebAssembly.Instance> {
  if (!given) throw new Error("staywire: call init() with the core's URL first");
  const source = await given;
  if (source instanceof WebAssembly.Module) return WebAssembly.instantiate(source, imports);
  const response = source instanceof Response ? source : await fetch(source);
  if (!response.ok) throw new Error(`staywire: ${response.url} answered ${response.status}`);
  // Not streamed: that would need the server to name the type `application/wasm`, and gains nothing below 100 KB.
  return (await WebAssembly.instantiate(await response.arrayBuffer(), imports)).instance;
}
