// Bytes as text that passes wherever source text does: each one as a printable ASCII character, or two.
//
// Not base64, which cuts bytes at odd places and hides from compressors what
// repeats; nor characters above 127, which a script may lose that is served
// without its charset. `src/inline_instance.ts` reads it back.

/** The character of byte 0; the 90 from here on stand for one byte each, alone or on a page. */
const FIRST = 35;
const PAGE = 90;

/** What comes before a character of each page; most bytes of WebAssembly are on the first one. */
const PREFIXES = ["", "}", "~"];

/** @param {Uint8Array} bytes */
export function printable(bytes) {
  const characters = Array.from(
    bytes,
    (byte) => PREFIXES[Math.floor(byte / PAGE)] + String.fromCharCode(FIRST + (byte % PAGE)),
  );
  return characters.join("");
}
