/** Messages that wait: their size in bytes, and a copy that the caller cannot change any more. */

/** What `send` takes. */
export type Payload = string | Blob | BufferSource;

/** Made once: a literal would be made anew for each text, which takes as long as the search. */
const NOT_ASCII = /[\x80-\uffff]/;

/** The size of `text` in UTF-8, counted: encoding would copy each message only to have its length. */
export function utf8Length(text: string): number {
  let bytes = text.length;
  // Most text is ASCII, which a search finds out many times faster than a loop.
  let index = NOT_ASCII.test(text) ? bytes : 0;
  while (index--) {
    const unit = text.charCodeAt(index);
    if (unit > 127) bytes += unit > 2047 ? 2 : 1;
    // Two units of a pair are four bytes; one without the other becomes U+FFFD, which is three.
    if (unit >> 10 === 55 && text.charCodeAt(index - 1) >> 10 === 54) index--;
  }
  return bytes;
}

/** The size of `data` on the wire. */
export function byteLength(data: Payload): number {
  if (typeof data === "string") return utf8Length(data);
  return "size" in data ? data.size : data.byteLength;
}

/** `data` as it is now: buffers are copied, strings and blobs cannot change. */
export function snapshot(data: Payload): Payload {
  if (typeof data === "string" || "size" in data) return data;
  if (!ArrayBuffer.isView(data)) return data.slice(0);
  return data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength);
}

/** `data` as WebIDL converts it: whatever a script passes that is not binary is text. */
export function toPayload(data: Payload): Payload {
  if (typeof data === "string") return data;
  // By its name: `instanceof` knows none of another realm, such as a frame's.
  const isBinary = ArrayBuffer.isView(data) || /t (ArrayBuffer|Blob|File)]/.test({}.toString.call(data));
  return isBinary ? data : `${data}`;
}
