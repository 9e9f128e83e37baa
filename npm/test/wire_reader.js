// The messages of `staywire.v1`, read in a second way: by expressions, from PROTOCOL.md alone.
//
// Owns: what the golden vectors say about a message. A reader for tests, so it
// may be slow; it never shares a line with the reader that it is compared to.

const NUMBER = "(0|[1-9][0-9]*)";
const TOKEN = "([A-Za-z0-9_-]{42}[AEIMQUYcgkosw048])";
const EPOCH = "([a-z0-9]{1,16})";
const ID = "([0-9a-f]{32})";
const NAME = "([!-~]+)";
const STREAM_NAME = `(?: ${NAME})?`;
const PROTOCOL = "([!#$%&'*+.^_`|~0-9A-Za-z-]{1,255})";

export class Refused extends Error {}

/** @param {Uint8Array} message */
export function readMessage(message) {
  const lineFeed = message.indexOf(0x0a);
  const line = ascii(lineFeed < 0 ? message : message.subarray(0, lineFeed));
  for (const [pattern, hasPayload, fields] of HEADERS) {
    const match = pattern.exec(line);
    if (match === null) continue;
    if (hasPayload !== lineFeed >= 0) refuse("the payload");
    const payload = hasPayload ? { payloadOffset: lineFeed + 1 } : {};
    return { fields: fields(...match.slice(1)), ...payload };
  }
  return refuse(line);
}

/** @param {Uint8Array} message */
export function readOpening(message) {
  const lines = ascii(message).split("\n");
  const first = lines.shift();
  const header =
    matched(first, `hello ${TOKEN} ${NUMBER}`, (token, attempt) => ({
      type: "hello",
      token: hexOf(token),
      attempt: number(attempt),
    })) ??
    matched(first, `resume ${ID} ${TOKEN} ${TOKEN} ${NUMBER} ${NUMBER} ${NUMBER}`, (session, current, next, ...numbers) => {
      const [attempt, inbox, sent] = numbers.map(number);
      return { type: "resume", session, current: hexOf(current), next: hexOf(next), attempt, inbox, sent };
    }) ??
    refuse(first);
  const credential = matched(lines[0], "credential ([!-~]{1,4096})", (text) => text);
  if (credential !== undefined) lines.shift();
  const protocols = leading(lines, (line) => matched(line, `protocol ${PROTOCOL}`, (name) => name));
  const streams = header.type === "resume" ? leading(lines, heldStream) : [];
  if (lines.length > 0) refuse(lines[0]);
  return { fields: { ...header, credential: credential ?? null, protocols, streams } };
}

/** @param {Uint8Array} message */
export function readAnswer(message) {
  const lines = ascii(message).split("\n");
  const first = lines.shift();
  const made = (session, instance, oldest) => ({ session, instance, oldest: number(oldest) });
  const header =
    matched(first, `welcome ${ID} ${ID} ${NUMBER}`, (...session) => ({ type: "welcome", ...made(...session) })) ??
    matched(first, `resumed ${ID} ${NUMBER} ${NUMBER} ${NUMBER}`, (instance, ...numbers) => {
      const [accepted, done, oldest] = numbers.map(number);
      return { type: "resumed", instance, accepted, done, oldest };
    }) ??
    matched(first, `fresh (expired|unknown|identity|restarted) ${ID} ${ID} ${NUMBER}`, (reason, ...session) => ({
      type: "fresh",
      reason,
      ...made(...session),
    })) ??
    refuse(first);
  const limits = matched(lines.shift(), `limits${` ${NUMBER}`.repeat(7)}`, limitsOf) ?? refuse("no limits");
  const protocol = matched(lines[0], `protocol ${PROTOCOL}`, (name) => name);
  if (protocol !== undefined) lines.shift();
  const streams = leading(lines, streamLine);
  if (lines.length > 0) refuse(lines[0]);
  return { fields: { ...header, limits, protocol: protocol ?? null, streams } };
}

const numbered = (type) => (value) => ({ type, number: number(value) });
const done = (type) => (value) => ({ type, done: number(value) });
const onRequest = (type) => (value, request) => ({ type, number: number(value), request: number(request) });
const onTopic = (type) => (value, topic) => ({ type, number: number(value), topic: nameOf(topic) });

/** Each header: its form, whether a payload follows, and its fields. */
const HEADERS = [
  [`d${NUMBER}`, true, numbered("message")],
  [`r${NUMBER}`, true, numbered("request")],
  [`y${NUMBER} ${NUMBER}`, true, onRequest("reply")],
  [
    `e${NUMBER} ${NUMBER} ${NUMBER}`,
    true,
    (value, request, code) => ({ ...onRequest("failure")(value, request), code: number(code) }),
  ],
  [`x${NUMBER} ${NUMBER}`, false, onRequest("cancel")],
  [
    `t${NUMBER} (?:\\*|${EPOCH}) ${NUMBER} ${NAME}`,
    false,
    (value, epoch, offset, topic) => ({
      ...onTopic("subscribe")(value, topic),
      from: epoch === undefined ? { last: number(offset) } : { epoch, offset: number(offset) },
    }),
  ],
  [`u${NUMBER} ${NAME}`, false, onTopic("unsubscribe")],
  [`w${NUMBER} ${NAME}`, true, onTopic("publish")],
  [`a${NUMBER}`, false, done("ack")],
  [`p${NUMBER}`, false, done("ping")],
  [`o${NUMBER}`, false, done("pong")],
  [`c${NUMBER}`, false, (bytes) => ({ type: "credit", bytes: number(bytes) })],
  [
    `s${NUMBER} ${NUMBER}`,
    true,
    (alias, offset) => ({ type: "streamMessage", alias: number(alias), offset: number(offset) }),
  ],
  ["((?:recovered|gap|reset) .+)", false, (line) => streamLine(line) ?? refuse(line)],
  [`move ${NUMBER}`, false, (window) => ({ type: "move", windowMillis: number(window) })],
  [`gone ${NUMBER} ${NUMBER}`, false, (alias, code) => ({ type: "gone", alias: number(alias), code: number(code) })],
  ["goodbye", false, () => ({ type: "goodbye" })],
].map(([pattern, ...rest]) => [new RegExp(`^${pattern}$`), ...rest]);

function streamLine(line) {
  const stream = `${NUMBER} ([but]) ${EPOCH} ${NUMBER}`;
  return (
    matched(line, `recovered ${stream}${STREAM_NAME}`, (alias, kind, epoch, offset, name) => ({
      ...aliased("recovered", alias, kind, name),
      epoch,
      offset: number(offset),
    })) ??
    matched(line, `gap ${stream} ${NUMBER}${STREAM_NAME}`, (alias, kind, epoch, from, to, name) => ({
      ...aliased("gap", alias, kind, name),
      epoch,
      from: number(from),
      to: number(to),
    })) ??
    matched(line, `reset ${stream} ${EPOCH} ${NUMBER}${STREAM_NAME}`, (alias, kind, held, heldOffset, ...rest) => {
      const [epoch, offset, name] = rest;
      return {
        ...aliased("reset", alias, kind, name),
        held: { epoch: held, offset: number(heldOffset) },
        epoch,
        offset: number(offset),
      };
    })
  );
}

function aliased(type, alias, kind, name) {
  return { type, alias: number(alias), stream: streamOf(kind, name) };
}

function heldStream(line) {
  return matched(line, `stream ([but]) ${EPOCH} ${NUMBER}${STREAM_NAME}`, (kind, epoch, offset, name) => ({
    stream: streamOf(kind, name),
    epoch,
    offset: number(offset),
  }));
}

/** Only a topic has a name, and every topic has one. */
function streamOf(kind, name) {
  if ((kind === "t") !== (name !== undefined)) refuse("a stream's name");
  return kind === "t" ? { kind: "topic", name: nameOf(name) } : { kind: kind === "b" ? "broadcast" : "user" };
}

function limitsOf(...numbers) {
  const [maxMessageBytes, windowMillis, intervalMillis, timeoutMillis, ackBytes, ackDelayMillis, creditBytes] =
    numbers.map(number);
  return { maxMessageBytes, windowMillis, intervalMillis, timeoutMillis, ackBytes, ackDelayMillis, creditBytes };
}

function number(digits) {
  const value = Number(digits);
  return Number.isSafeInteger(value) ? value : refuse(digits);
}

/** A name is canonical where encoding it again gives the same characters. */
function nameOf(encoded) {
  let name;
  try {
    name = decodeURIComponent(encoded);
  } catch {
    return refuse(encoded);
  }
  const isPlain = /[!-$&-~]/;
  const again = [...name].map((character) => (isPlain.test(character) ? character : percentEncoded(character)));
  if (again.join("") !== encoded || Buffer.byteLength(name) > 255) refuse(encoded);
  return name;
}

function percentEncoded(character) {
  return [...Buffer.from(character)].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, "0")}`).join("");
}

function hexOf(token) {
  return Buffer.from(token, "base64url").toString("hex");
}

/** What `read` makes of the lines at the beginning, which are taken away. */
function leading(lines, read) {
  const found = [];
  for (let field = read(lines[0]); field !== undefined; field = read(lines[0])) {
    found.push(field);
    lines.shift();
  }
  return found;
}

function matched(line, pattern, fields) {
  const match = new RegExp(`^${pattern}$`).exec(line ?? "");
  return match === null ? undefined : fields(...match.slice(1));
}

function ascii(bytes) {
  return Buffer.from(bytes).toString("latin1");
}

function refuse(what) {
  throw new Refused(`refused: ${what}`);
}
