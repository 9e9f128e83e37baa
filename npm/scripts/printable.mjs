// Bytes as text that passes wherever source text does: each one as a printable ASCII character, or two.
//
// Not base64, which cuts bytes at odd places and hides from compressors what
// repeats; nor characters above 127, which a script may lose that is served
// without its charset. `src/inline_instance.ts` reads it back.

/** The first of the 90 characters that stand for one byte each, alone or on a page. */
const FIRST = 35;
const PAGE = 90;

/** What comes before a character of each page. */
const PREFIXES = ["", "}", "~"];

/** The byte of the first character: the others stand for what is below it, and after 0 for 255 and below, so that small numbers of both signs and the frequent instructions are on the first page. */
const TOP = 86;

/** @param {Uint8Array} bytes */
export function printable(bytes) {
  const characters = Array.from(bytes, (byte) => {
    const place = (TOP - byte) & 255;
    return PREFIXES[Math.floor(place / PAGE)] + String.fromCharCode(FIRST + (place % PAGE));
  });
  return characters.join("");
}
