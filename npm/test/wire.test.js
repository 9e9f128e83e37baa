// The golden vectors of the wire, as the package reads and writes them.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import * as wire from "../../client-wasm/js/session_wire.js";

const { lane, control, opening, answer } = Object.fromEntries(
  ["lane", "control", "opening", "answer"].map((name) => {
    const url = new URL(`../../tests/fixtures/wire/${name}.json`, import.meta.url);
    return [name, JSON.parse(readFileSync(url, "utf8"))];
  }),
);
const messages = { accepted: [...lane.accepted, ...control.accepted], refused: [...lane.refused, ...control.refused] };

/** What only a client sends, and what only a server does. */
const TO_SERVER = ["subscribe", "unsubscribe", "publish"];
const TO_CLIENT = ["credit", "streamMessage", "recovered", "gap", "reset", "move", "gone", "skip"];

/** The names that the vectors give to types and fields, in the order of the fields. */
const NAMES = {
  d: ["message", "number"],
  r: ["request", "number"],
  y: ["reply", "number", "request"],
  e: ["failure", "number", "request", "code"],
  x: ["cancel", "number", "request"],
  a: ["ack", "done"],
  p: ["ping", "done"],
  o: ["pong", "done"],
  c: ["credit", "bytes"],
  s: ["streamMessage", "alias", "offset"],
  skip: ["skip", "alias", "from", "to"],
  move: ["move", "windowMillis"],
  gone: ["gone", "alias", "code"],
  goodbye: ["goodbye"],
  welcome: ["welcome", "session", "instance", "oldest"],
  resumed: ["resumed", "instance", "accepted", "done", "oldest"],
  fresh: ["fresh", "reason", "session", "instance", "oldest"],
};
const LIMITS = ["maxMessageBytes", "windowMillis", "intervalMillis", "timeoutMillis", "ackBytes", "ackDelayMillis", "creditBytes"];
const KINDS = { b: "broadcast", u: "user", t: "topic" };

/** A vector as a browser hands it over. */
function dataOf({ lines, hex }) {
  return hex === undefined ? lines.join("\n") : new Uint8Array(Buffer.from(hex, "hex")).buffer;
}

function named(names, values) {
  return Object.fromEntries(names.map((name, index) => [name, values[index]]));
}

function described({ type, fields }) {
  return type in NAMES ? named(["type", ...NAMES[type].slice(1)], [NAMES[type][0], ...fields]) : describedStream(type, fields);
}

function describedStream(type, [alias, kind, epoch, offset, ...rest]) {
  const name = kind === "t" ? { name: decodeURIComponent(rest.pop()) } : {};
  const common = { type, alias, stream: { kind: KINDS[kind], ...name } };
  if (type === "gap") return { ...common, epoch, from: offset, to: rest[0] };
  if (type === "reset") return { ...common, held: { epoch, offset }, epoch: rest[0], offset: rest[1] };
  return { ...common, epoch, offset };
}

function describedAnswer(read) {
  const { limits, protocol, streams } = read;
  return { ...described(read), limits: named(LIMITS, limits), protocol: protocol || null, streams: streams.map(described) };
}

test("every message of a server is read as its vector says", () => {
  for (const vector of messages.accepted.filter(({ fields }) => !TO_SERVER.includes(fields.type))) {
    const data = dataOf(vector);
    const message = wire.readMessage(data);
    assert.deepEqual(described(message), vector.fields, vector.name);
    if ("payloadOffset" in vector) {
      // Text is counted in characters, of which a header's have one byte.
      assert.equal(message.at, vector.payloadOffset, vector.name);
    }
  }
});

test("a message that only a client sends is refused, and so is every vector that has to be", () => {
  const toServer = messages.accepted.filter(({ fields }) => TO_SERVER.includes(fields.type));
  assert.ok(toServer.length > 0 && messages.refused.length > 0);
  for (const vector of [...toServer, ...messages.refused]) {
    assert.throws(() => wire.readMessage(dataOf(vector)), vector.name);
  }
});

test("a binary message without a payload, or with one that has to be text, is refused", () => {
  for (const text of ["a41", "goodbye", "x15 14", "d1", "e5 13 2\nwhy", "recovered 1 b k3f9 17", ""]) {
    assert.throws(() => wire.readMessage(new TextEncoder().encode(text).buffer), `"${text}"`);
  }
});

test("what is no word of the protocol but a property of objects is refused", () => {
  for (const text of ["constructor", "toString", "__proto__", "valueOf 1", "hasOwnProperty 1"]) {
    assert.throws(() => wire.readMessage(text), text);
    assert.throws(() => wire.readAnswer(`${text}\nlimits 1 1 1 1 1 1 1`), text);
  }
  assert.throws(() => wire.readMessage("constructor 1 1"));
});

test("every answer is read as its vector says", () => {
  for (const vector of answer.accepted) {
    assert.deepEqual(describedAnswer(wire.readAnswer(dataOf(vector))), vector.fields, vector.name);
  }
});

test("every answer that has to be refused is refused", () => {
  assert.ok(answer.refused.length > 0);
  for (const vector of answer.refused) assert.throws(() => wire.readAnswer(dataOf(vector)), vector.name);
  assert.throws(() => wire.readAnswer(new ArrayBuffer(8)), "a binary answer");
});

test("every message of a client is written as its vector is", async () => {
  for (const vector of messages.accepted.filter(({ fields }) => !TO_CLIENT.includes(fields.type))) {
    const data = dataOf(vector);
    const payload = "payloadOffset" in vector ? data.slice(vector.payloadOffset) : undefined;
    const header = toHeader(vector.fields) + (payload === undefined ? "" : "\n");
    const written = wire.writeMessage(header, payload);
    if (typeof data === "string") assert.equal(written, data, vector.name);
    else assert.deepEqual(written, new Uint8Array(data), vector.name);
  }
});

/** The header of a message, without its line feed. */
function toHeader({ type, number, topic, from, ...fields }) {
  const name = topic && wire.encodeName(topic);
  if (type === "subscribe") return `t${number} ${from.epoch ?? "*"} ${from.offset ?? from.last} ${name}`;
  if (type === "unsubscribe") return `u${number} ${name}`;
  if (type === "publish") return `w${number} ${name}`;
  const [letter, [, ...names]] = Object.entries(NAMES).find(([, [known]]) => known === type);
  return letter + names.map((field) => ({ number, ...fields })[field]).join(" ");
}

test("the header of a message has its number, whatever was printed before", () => {
  for (const number of [1, 999, 1000, 1001, 1010, 1999, 2000, 1000, 999_999, 1_000_000, 7, Number.MAX_SAFE_INTEGER]) {
    assert.equal(wire.dataHeader(number), `d${number}\n`);
  }
});

test("a blob is written as it is, behind its header", async () => {
  const written = wire.writeMessage("d7\n", new Blob(["payload"]));
  assert.equal(await written.text(), "d7\npayload");
});

test("every opening is written as its vector is", () => {
  for (const vector of opening.accepted) {
    const { type, credential, protocols, streams, session, ...fields } = vector.fields;
    const tokens = ["token", "current", "next"].filter((name) => name in fields);
    for (const name of tokens) fields[name] = Buffer.from(fields[name], "hex").toString("base64url");
    const held = streams.map(({ stream: { kind, name }, epoch, offset }) => {
      return [kind[0], epoch, offset, ...(name === undefined ? [] : [wire.encodeName(name)])];
    });
    const all = [...(session ? [session] : []), ...Object.values(fields)];
    assert.equal(wire.writeOpening(type, all, credential ?? undefined, protocols, held), dataOf(vector), vector.name);
  }
});

test("a token has 256 bits in base64url, and is another one each time", () => {
  const tokens = Array.from({ length: 100 }, wire.newToken);
  for (const token of tokens) {
    assert.equal(Buffer.from(token, "base64url").length, 32);
    assert.equal(Buffer.from(token, "base64url").toString("base64url"), token);
  }
  assert.equal(new Set(tokens).size, tokens.length);
});
