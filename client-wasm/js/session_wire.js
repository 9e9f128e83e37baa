// The messages of `staywire.v1` (PROTOCOL.md), as far as a client reads and writes them.
//
// Owns: their form. Never: knows the session; which numbers, aliases and
// sub-protocols are right at this moment is for others to say.
//
//   WebSocket message ─► readAnswer, readMessage ─► type, fields, where the payload begins
//   type, fields ─► writeOpening ─► WebSocket message
//   header, payload ─► writeMessage ─► WebSocket message
//
// Reading throws where the form is not kept, and that is the session's end (3510).

/** What asks for these messages in the opening handshake. */
export const SUB_PROTOCOL = "staywire.v1";

/** By letter: how many numbers follow it, negative where no payload does. */
const LETTERS = { d: 1, s: 2, r: 1, y: 2, e: 3, x: -2, a: -1, p: -1, o: -1, c: -1 };

/** By word: where its line may stand, and the forms of its fields. A topic's name comes last, after the kind `t`. */
const WORDS = {
  __proto__: null,
  welcome: "aiin",
  resumed: "ainnn",
  fresh: "ariin",
  limits: "lnnnnnnn",
  protocol: "pg",
  recovered: "snken",
  gap: "snkenn",
  reset: "snkenen",
  move: "cn",
  gone: "cnn",
  skip: "cnnn",
  goodbye: "c",
};

/** A number, an id, a reason, the kind of a stream, an epoch, and graphic characters. */
const FORMS = {
  n: /^(0|[1-9]\d*)$/,
  i: /^[\da-f]{32}$/,
  r: /^(expired|unknown|identity|restarted)$/,
  k: /^[but]$/,
  e: /^[a-z\d]{1,16}$/,
  g: /^[!-~]+$/,
};

/** Made once: a page reads one message at a time. */
const read = { type: "", fields: [0, 0, 0], at: 0 };

/**
 * A message after the answer; the next call changes what this one has returned.
 *
 * `fields` are three numbers after a letter, of which those that it does not have are 0, and otherwise as many as the
 * word has. The payload, if there is one, is `data.slice(at)`.
 */
export function readMessage(data) {
  const isText = typeof data === "string";
  const bytes = isText || new Uint8Array(data);
  const { fields } = read;
  fields[1] = fields[2] = 0;
  let count = 0;
  let at = 0;
  let code;
  do {
    const start = ++at;
    let number = 0;
    while ((code = isText ? data.charCodeAt(at) : bytes[at]) > 47 && code < 58) {
      // A zero has no digit after it.
      if (!number && at > start) refuse();
      // The digit first: the sum of the others would round.
      number = number * 10 + (code - 48);
      at++;
    }
    if (at === start) return isText && !count ? readLine(data, "sc") : refuse();
    fields[count++] = checked(number);
  } while (code === 32);
  // At the end of the message there is no code.
  count = code === 10 ? count : code >= 0 ? 0 : -count;
  const type = isText ? data[0] : String.fromCharCode(bytes[0]);
  if (LETTERS[type] !== count || (!isText && (count < 0 || type === "e"))) refuse();
  read.type = type;
  read.at = at + 1;
  return read;
}

/** The answer to the first message; names are as they travel, and `protocol` may be one that nobody asked for. */
export function readAnswer(data) {
  const [answer, limits, ...lines] = data.split("\n");
  return {
    ...readLine(answer, "a"),
    limits: readLine(limits, "l").fields,
    protocol: lines[0]?.startsWith("protocol ") ? readLine(lines.shift(), "p").fields[0] : "",
    streams: lines.map((line) => readLine(line, "s")),
  };
}

/** A line that begins with a word and may stand in one of `places`. */
function readLine(line, places) {
  const [type, ...parts] = line.split(" ");
  let form = WORDS[type];
  if (form[0] === "s" && parts[1] === "t") form += "g";
  if (!places.includes(form[0]) || parts.length !== form.length - 1) refuse();
  const fields = parts.map((part, index) => {
    const field = form[index + 1];
    if (!FORMS[field].test(part)) refuse();
    return field === "n" ? checked(+part) : part;
  });
  return { type, fields };
}

/** Beyond it numbers are not exact any more. */
function checked(number) {
  return number > Number.MAX_SAFE_INTEGER ? refuse() : number;
}

/** Nobody reads a text here: who reads messages closes the connection, whatever was thrown. */
function refuse() {
  throw new SyntaxError();
}

/** The first message of a connection: `hello` or `resume` with its fields, and the fields of both. */
export function writeOpening(type, fields, credential, protocols, streams) {
  const lines = [[type, ...fields]];
  if (credential !== undefined) lines.push(["credential", credential]);
  for (const protocol of protocols) lines.push(["protocol", protocol]);
  for (const stream of streams) lines.push(["stream", ...stream]);
  return lines.map((line) => line.join(" ")).join("\n");
}

/** How numbers above 999 end: printing each one anew would cost as much as sending its message does. */
const ENDINGS = /* @__PURE__ */ Array.from({ length: 1000 }, (_, number) => `${number}\n`.padStart(4, "0"));

/** What comes before the last three digits of the newest number, and its value. */
let beginning;
let thousands;

/** The header of a message of the client's lane, with its line feed. */
export function dataHeader(number) {
  if (number < 1000) return `d${number}\n`;
  const begins = Math.floor(number / 1000);
  if (begins !== thousands) {
    thousands = begins;
    beginning = `d${begins}`;
  }
  return beginning + ENDINGS[number % 1000];
}

/** A message after the opening, of its header, which ends with a line feed where there is a payload. */
export function writeMessage(header, payload = "") {
  if (typeof payload === "string") return header + payload;
  if ("size" in payload) return new Blob([header, payload]);
  const bytes = new Uint8Array(header.length + payload.byteLength);
  bytes.set(Uint8Array.from(header, (character) => character.charCodeAt(0)));
  bytes.set(new Uint8Array(payload), header.length);
  return bytes;
}

/** `name` as it travels. */
export function encodeName(name) {
  return name.replace(/[^!-$&-~]/gu, encodeURIComponent);
}

/** 256 bits of the system's randomness. */
export function newToken() {
  const bits = crypto.getRandomValues(new Uint8Array(32));
  // Base64 without its padding, in the alphabet of RFC 4648 §5.
  return btoa(String.fromCharCode(...bits)).slice(0, -1).replace(/\+/g, "-").replace(/\//g, "_");
}
