// A session's plumbing, in place of the plain one of `wire.js`: up to two sockets at a time, and what they carry.
//
// Owns: the payloads that are not acknowledged, and the words (tokens, names,
// epochs) that the core knows by number. Never: decides anything.
//
//   each payload ─► readMessage ─► core.payload(connection, alias, number) ─► deliver
//   the rest ─────► readMessage ─► core.received / line / answered ─► tell
//   push ─────────► core.push ─► write ─► writeMessage ─► socket
//
// The application's side extends it with `session` and `gap`.

import { newToken, readAnswer, readMessage, writeMessage, writeOpening } from "./session_wire.js";

const SUB_PROTOCOL = "staywire.v1";

/** A WebSocket's `readyState`. */
const OPEN = 1;

/** In the order of `write`, `received`, `line` and the kinds of streams in `client-wasm/src/session`. */
const WRITTEN = ["a", "p", "o", "goodbye", "d", "r", "y", "e", "x"];
const RECEIVED = ["a", "p", "o", "c", "r", "y", "e", "x", "move", "gone", "skip", "goodbye"];
const LINES = ["recovered", "gap", "reset"];
const KINDS = ["b", "u", "t"];
const STREAMS = ["broadcast", "user", "topic", "inbox"];
const OUTCOMES = ["new", "resumed", "expired", "unknown", "identity", "restarted"];

/** What a request is answered with for which nobody is there (PROTOCOL.md §3). */
const NOBODY = 2;

/** Why the core accepts nothing: the session has ended. */
const ENDED = -5;

/** What a credential may be (PROTOCOL.md §3). */
const CREDENTIAL = /^[!-~]{1,4096}$/;

/** Has `wire` carry a session. */
export function carrySession(wire) {
  const plain = Object.getPrototypeOf(wire);
  /** By connection: its socket, once it is known where to dial, and what its opening says beside the session. */
  const sockets = new Map();
  const tokens = [];
  const words = [];
  /** By number: what is not acknowledged; of the session before, while it is sorted out. */
  let kept = new Map();
  let before;
  let acknowledged = 0;
  /** What is just being pushed, and written maybe before its number is known here. */
  let pushed;
  /** The session that the last answer was for. */
  let id;
  /** The streams of the opening that is about to be written. */
  let held = [];

  const number = (word) => {
    const index = words.indexOf(word);
    return index < 0 ? words.push(word) - 1 : index;
  };

  const lineOf = ({ type, fields: [alias, kind, epoch, offset, ...others] }) => {
    const name = kind === "t" ? number(others.pop()) : 0;
    const [second = 0, last = 0] = others;
    const isReset = type === "reset";
    return [LINES.indexOf(type), alias, KINDS.indexOf(kind), name, number(epoch), offset, isReset ? number(second) : second, last];
  };

  const answer = (connection, { type, fields, limits, protocol, streams }) => {
    const { core } = wire;
    const isResumed = type === "resumed";
    for (const line of streams) core.line(-1, ...lineOf(line));
    if (!isResumed) id = fields[type === "fresh" ? 1 : 0];
    const [accepted, done] = isResumed ? fields.slice(1) : [0, 0];
    const [messageBytes, , ...others] = limits;
    wire.maxMessageBytes = messageBytes;
    wire.subProtocol = protocol;
    wire.socket = sockets.get(connection).socket;
    core.answered(connection, OUTCOMES.indexOf(type === "fresh" ? fields[0] : isResumed ? type : "new"), accepted, done, fields.at(-1), messageBytes, ...others);
    wire.ponged();
  };

  const receive = (connection, { type, fields, at }, data, origin) => {
    const { core } = wire;
    const payload = at && data.slice(at);
    const bytes = payload ? (payload.byteLength ?? payload.length) : 0;
    if (type === "d" || type === "s") {
      const isOwn = type === "d";
      // Bit 0: it is to be delivered. Bit 1: there is something to do afterwards.
      const verdict = core.payload(connection, isOwn ? -1 : fields[0], fields[isOwn ? 0 : 1], bytes);
      if (verdict & 1) wire.deliver(payload, origin);
      if (verdict & 2) core.attend();
    } else if (LINES.includes(type)) {
      core.line(connection, ...lineOf({ type, fields }));
    } else {
      const [first = 0, second = 0, third = 0] = fields;
      const isGone = type === "gone";
      core.received(connection, RECEIVED.indexOf(type), first, isGone ? 0 : second, isGone ? second : third, 0, bytes);
      if (type === "o") wire.ponged();
    }
  };

  /** What was kept under `number`, in the session before; not any more. */
  const take = (number) => {
    const sent = before.get(number);
    before.delete(number);
    return sent;
  };

  const open = (connection, entry, url) => {
    const socket = (entry.socket = wire.newSocket(url, SUB_PROTOCOL));
    let isAnswered = false;
    wire.url = url;
    socket.binaryType = "arraybuffer";
    socket.onopen = () => wire.core.opened(connection);
    socket.onclose = ({ code, reason, wasClean }) => {
      sockets.delete(connection);
      wire.lost(connection, code, reason, wasClean, 0);
    };
    socket.onmessage = ({ data, origin }) => {
      let message;
      try {
        message = isAnswered ? readMessage(data) : readAnswer(data);
        if (message.protocol && !entry.protocols.includes(message.protocol)) throw new SyntaxError();
      } catch {
        return wire.core.violated(connection);
      }
      if (isAnswered) receive(connection, message, data, origin);
      else answer(connection, message);
      isAnswered = true;
    };
  };

  /** What the session has to tell, in the order of `tell` in `client-wasm/src/session/outputs.rs`. */
  const events = [
    (outcome) => {
      if (outcome > 1) {
        before = kept;
        kept = new Map();
        acknowledged = 0;
      }
      // What was sent after the end of another session went nowhere.
      if (!outcome) wire.unsent = [...kept.values()].reduce((sum, { isWritten, bytes }) => (isWritten ? sum : sum + bytes), 0);
      if (outcome) wire.session(OUTCOMES[outcome]);
      if (outcome !== 1) wire.opened();
    },
    (from, to, kind, name) => wire.gap(kind === 2 ? words[name] : STREAMS[kind], from, to),
    (_epoch, _offset, kind, name) => wire.gap(kind === 2 ? words[name] : STREAMS[kind]),
    (request) => wire.push({ payload: "nobody handles requests here", bytes: 28, done() {}, fail() {} }, 3, request, NOBODY),
    () => {},
    (number) => {
      while (acknowledged < number) {
        kept.get(++acknowledged)?.done();
        kept.delete(acknowledged);
      }
    },
    (number) => take(number)?.fail(),
    (number, to) => kept.set(to, take(number)),
    () => {},
    () => {},
    (number) => {
      const sent = kept.get(number);
      kept.delete(number);
      if (!sent) return;
      wire.unsent -= sent.bytes;
      sent.fail(new RangeError(`staywire: the server takes messages of at most ${wire.maxMessageBytes} bytes, not ${sent.bytes}`));
    },
  ];

  Object.assign(wire, {
    /** Bytes that no socket has taken. */
    unsent: 0,
    maxMessageBytes: Infinity,
    /** The application's sub-protocol. */
    subProtocol: "",
    /** What a page that is left closes with. */
    closing: [],

    /** Accepts what was sent; its number, or why not (`staywire_push`). */
    push(sent, kind = 0, to = 0, code = 0) {
      pushed = sent;
      wire.unsent += sent.bytes;
      const number = wire.core.push(kind, to, code, 0, sent.bytes);
      pushed = undefined;
      if (number > 0) kept.set(number, sent);
      // As with a WebSocket, what is sent after the end stays buffered.
      else if (number !== ENDED) wire.unsent -= sent.bytes;
      return number;
    },

    // Commanded by Core.

    async dial(connection) {
      const entry = {};
      sockets.set(connection, entry);
      try {
        const [url, protocols, credential] = await wire.locate();
        // The answer may come too late: `detach` has taken the entry away.
        if (sockets.get(connection) !== entry) return;
        if (credential !== undefined && !CREDENTIAL.test(credential)) {
          throw new DOMException("staywire: a credential is a text of 1 to 4096 graphic ASCII characters", "SyntaxError");
        }
        entry.protocols = protocols;
        entry.credential = credential;
        open(connection, entry, url);
      } catch (error) {
        sockets.delete(connection);
        wire.undialable(connection, error);
      }
    },

    hold(kind, name, epoch, offset) {
      const stream = [KINDS[kind], words[epoch], offset];
      if (kind === 2) stream.push(words[name]);
      held.push(stream);
    },

    ask(connection, current, next, attempt, inbox, sent) {
      const { socket, protocols, credential } = sockets.get(connection);
      const [first, second] = [current, next].map((token) => (tokens[token] ??= newToken()));
      delete tokens[current - 1];
      const isHello = inbox < 0;
      wire.pinged();
      const fields = isHello ? [first, attempt] : [id, first, second, attempt, inbox, sent];
      socket.send(writeOpening(isHello ? "hello" : "resume", fields, credential, protocols, held));
      held = [];
    },

    write(connection, kind, number, to, code) {
      const type = WRITTEN[kind];
      if (type === "p") wire.pinged();
      const sent = kind > 3 && kind < 8 ? (kept.get(number) ?? pushed) : undefined;
      if (sent && !sent.isWritten) {
        sent.isWritten = true;
        wire.unsent -= sent.bytes;
      }
      const fields = kind === 3 ? [] : [number, to, code].slice(0, kind < 6 ? 1 : kind === 7 ? 3 : 2);
      const { socket } = sockets.get(connection) ?? {};
      // One that has begun to close would complain on the console; what it misses is sent again on the next.
      if (socket?.readyState === OPEN) socket.send(writeMessage(type, fields, sent?.payload));
    },

    tell(kind, ...args) {
      events[kind](...args);
    },

    hangup(connection) {
      sockets.get(connection)?.socket.close(...wire.closing);
    },

    detach(connection, code) {
      const { socket } = sockets.get(connection) ?? {};
      sockets.delete(connection);
      if (!socket) return;
      socket.onopen = socket.onmessage = socket.onclose = null;
      if (code === 1000) socket.close();
      else socket.close(code);
    },

    ended(...how) {
      for (const sent of kept.values()) sent.fail();
      kept.clear();
      acknowledged = 0;
      plain.ended.apply(wire, how);
    },
  });
}
