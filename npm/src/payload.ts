/** Messages that wait: their size in bytes, and a copy that the caller cannot change any more. */

/** What `send` takes. */
export type Payload = string | Blob | BufferSource;

const encoder = /* @__PURE__ */ new TextEncoder();

/** The size of `text` in UTF-8. */
export function utf8Length(text: string): number {
  return encoder.encode(text).length;
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
  // By its name: `instanceof` knows none of another realm, such as a frame's.
  const isBinary = ArrayBuffer.isView(data) || /t (ArrayBuffer|Blob|File)]/.test({}.toString.call(data));
  return isBinary ? data : `${data}`;
}
