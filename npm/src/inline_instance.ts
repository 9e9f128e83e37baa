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
  const bytes = [];
  // No callback for each: whoever waits for the core waits for this.
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at) - 35;
    bytes.push(code < 90 ? code : 90 * code + text.charCodeAt(++at) - 8045);
  }
  return new Uint8Array(bytes);
}
