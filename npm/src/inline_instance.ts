/**
 * The core that is part of this file, as text.
 *
 * Compiled asynchronously: of the forms that exist, the only one that runs in every bundler and without any.
 */

/** The core with `imports`. */
export async function instantiate(imports: WebAssembly.Imports): Promise<WebAssembly.Instance> {
  return (await WebAssembly.instantiate(bytesOf(CORE), imports)).instance;
}

/** The inverse of `scripts/printable.mjs`: `#` is 0, `}#` 90 and `~#` 180. */
function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(text.match(/[}~]?./g)!, (code) => {
    const first = code.charCodeAt(0);
    return code[1] ? 90 * first + code.charCodeAt(1) - 11195 : first - 35;
  });
}
