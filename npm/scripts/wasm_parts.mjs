// What a module of WebAssembly is made of: its sections and, where it has their names, its functions, in bytes.
//
// Reads as much of the binary format (WebAssembly core specification, §5.5) as that takes.

const SECTIONS = ["custom", "types", "imports", "functions", "tables", "memories", "globals", "exports", "start", "elements", "code", "data", "data count"];

const decoder = new TextDecoder();

/** A place in bytes that moves on as it is read. */
class Reader {
  at;
  #bytes;

  constructor(bytes, at = 0) {
    this.#bytes = bytes;
    this.at = at;
  }

  byte() {
    return this.#bytes[this.at++];
  }

  /** An integer in LEB128 without a sign. */
  number() {
    for (let value = 0, unit = 1; ; unit *= 128) {
      const byte = this.byte();
      value += (byte & 127) * unit;
      if (byte < 128) return value;
    }
  }

  text() {
    const length = this.number();
    return decoder.decode(this.#bytes.subarray(this.at, (this.at += length)));
  }
}

/** `[name, bytes]` of each section and of each function, which is `function N` where it has no name. */
export function wasmParts(bytes) {
  const sections = [];
  const sizes = [];
  const names = new Map();
  let imported = 0;
  // After the magic number and the version.
  const reader = new Reader(bytes, 8);
  while (reader.at < bytes.length) {
    const id = reader.byte();
    const size = reader.number();
    const content = new Reader(bytes, reader.at);
    reader.at += size;
    const name = id ? SECTIONS[id] : `custom: ${content.text()}`;
    sections.push([name, size]);
    if (name === "imports") imported = content.number();
    if (name === "code") sizes.push(...bodies(content));
    if (name === "custom: name") readNames(content, reader.at, names);
  }
  // Numbers begin with what is imported, which here is functions only.
  const functions = sizes.map((size, index) => [names.get(imported + index) ?? `function ${imported + index}`, size]);
  return { sections, functions };
}

function* bodies(code) {
  for (let count = code.number(); count > 0; count--) {
    const size = code.number();
    yield size;
    code.at += size;
  }
}

/** The names of functions are the subsection 1. */
function readNames(content, end, names) {
  while (content.at < end) {
    const kind = content.byte();
    const next = content.number() + content.at;
    if (kind === 1) for (let count = content.number(); count > 0; count--) names.set(content.number(), content.text());
    content.at = next;
  }
}
