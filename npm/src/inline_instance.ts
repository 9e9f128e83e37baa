/**
 * The core that is part of this file, as text.
 *
 * Compiled asynchronously: of the forms that exist, the only one that runs in every bundler and without any.
 */

/** The core with `imports`. */
export async function instantiate(imports: WebAssembly.Imports): Promise<WebAssembly.Instance> {
  return (await WebAssembly.instantiate(bytesOf(CORE), imports)).instance;
}

/** The inverse of `scripts/printable.mjs`: `#` is 86, `$` 85, `y` 0, `z` 255, `}#` 252 and `~#` 162. */
function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  const bytes = [];
  // No callback for each: whoever waits for the core waits for this.
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    bytes.push(121 - (code < 125 ? code : 90 * (code - 124) + text.charCodeAt(++at)));
  }
  // Modulo 256.
  return new Uint8Array(bytes);
}
