// A session's plumbing, in place of the plain one of `wire.js`: up to two sockets at a time, and what they carry.
//
// Owns: the payloads that are not acknowledged, and the words (tokens, names,
// epochs) that the core knows by number. Never: decides anything.
//
//   each payload ─► readMessage ─► core.payload(connection, alias, number) ─► deliver
//   the rest ─────► readMessage ─► core.received / line / answered ─► tell
//   push, each message where none waits ─► transmit ─► writeMessage ─► socket; core.wrote, later for all of them
//   push, all else ─► core.push ─► core.drive ─► write ─► transmit
//
// The application's side extends it with `session`, with `respond`, with the error `tooLarge` if it has one, and with
// `streams`: who is told of each, by its kind (`i` for the inbox) and a topic's name as it travels.

import { AHEAD, COUNTS, ENDED, KINDS, LINES, MIN_CHARGE, OUTCOMES, RECEIVED, REPLIED, report, REQUEST, UNKNOWN, WRITTEN } from "./core.js";
import { dataHeader, newToken, readAnswer, readMessage, SUB_PROTOCOL, writeMessage, writeOpening } from "./session_wire.js";

/** A WebSocket's `readyState`. */
const OPEN = 1;

/** What a credential may be (PROTOCOL.md §3). */
const CREDENTIAL = /^[!-~]{1,4096}$/;

/**
 * Has `wire` carry a session.
 *
 * `first`, if there is one, was dialled before the core could: `located` as `wire.locate()`, the `socket` and its
 * `events` so far, each as far as it has come.
 */
export function carrySession(wire, first) {
  const plain = Object.getPrototypeOf(wire);
  /** By connection: its socket, once it is known where to dial, and what its opening says beside the session. */
  const sockets = new Map();
  const tokens = [];
  /** The first stands for no position. */
  const words = ["*"];
  /** What is not acknowledged, from the number `lowest` on; and of the session before, while it is sorted out. */
  let kept;
  let lowest;
  let before;
  let lowestBefore;
  /** The number of the next message, how many bytes may be written of it and those after it, and how many were. */
  let next;
  let room = 0;
  let written = 0;
  /** Own requests, by what the core knows their askers by. */
  const asked = new Map();
  let askers = 0;
  /** What aborts the handling of the server's requests, by their numbers. */
  const handlers = new Map();
  /** The payload of what is being told. */
  let arrived;
  /** The session that the last answer was for. */
  let id;
  /** The streams of the opening that is about to be written. */
  let held = [];

  const numberOf = (word) => {
    const index = words.indexOf(word);
    return index < 0 ? words.push(word) - 1 : index;
  };

  /** Tells who reads a stream, unless that is nobody any more. */
  const of = (tell) => (first, second, kind, name) => {
    const stream = wire.streams.get(KINDS[kind] + (name ? words[name] : ""));
    if (stream) tell(stream, first, second);
  };

  const takeLine = (connection, place, { type, fields: [alias, kind, epoch, offset, ...others] }) => {
    const name = kind === "t" ? others.pop() : "";
    const [second = 0, last = 0] = others;
    const isReset = type === "reset";
    const stream = wire.streams.get(kind + name);
    sockets.get(connection).streams.set(alias, { stream, epoch: isReset ? second : epoch });
    // Where a topic begins, the core says: it knows whether the line answers what is still wanted.
    if (!name) stream.at ??= { epoch, offset };
    wire.core.line(place, LINES.indexOf(type), alias, KINDS.indexOf(kind), name && numberOf(name), numberOf(epoch), offset, isReset ? numberOf(second) : second, last);
  };

  const answer = (connection, { type, fields, limits, protocol, streams }) => {
    const { core } = wire;
    const isResumed = type === "resumed";
    for (const line of streams) takeLine(connection, -1, line);
    if (!isResumed) id = fields[type === "fresh" ? 1 : 0];
    const [accepted, done] = isResumed ? fields.slice(1) : [0, 0];
    const [messageBytes, , ...others] = limits;
    wire.maxMessageBytes = messageBytes;
    wire.subProtocol = protocol;
    wire.socket = sockets.get(connection).socket;
    core.answered(connection, OUTCOMES.indexOf(type === "fresh" ? fields[0] : isResumed ? type : "new"), accepted, done, fields.at(-1), messageBytes, ...others);
    wire.ponged();
  };

  const receive = (connection, { streams }, { type, fields, at }, data, origin) => {
    const { core } = wire;
    const payload = at && data.slice(at);
    const bytes = payload ? (payload.byteLength ?? payload.length) : 0;
    if (type === "d" || type === "s") {
      const isOwn = type === "d";
      const alias = isOwn ? -1 : fields[0];
      const offset = fields[isOwn ? 0 : 1];
      // Bit 0: it is to be delivered. Bit 1: there is something to do afterwards.
      const verdict = core.payload(connection, alias, offset, bytes);
      if (verdict & 1) {
        const { stream, epoch } = streams.get(alias);
        if (epoch) stream.at = { epoch, offset };
        stream.deliver(payload, origin);
      }
      if (verdict & 2) core.attend();
    } else if (LINES.includes(type)) {
      takeLine(connection, connection, { type, fields });
    } else {
      const [first = 0, second = 0, third = 0] = fields;
      arrived = payload;
      core.received(connection, RECEIVED.indexOf(type), first, second, third, bytes);
      arrived = undefined;
      if (type === "o") wire.ponged();
    }
  };

  /** What was kept under `number`; not any more. */
  const take = (number, from = kept, least = lowest) => {
    number -= least;
    const sent = from[number];
    delete from[number];
    return sent;
  };

  const begin = () => {
    kept = [];
    lowest = 1;
  };

  const keep = (number, sent) => {
    kept[number - lowest] = sent;
    sent.number = number;
  };

  /** The number of a message that may be written without asking; otherwise 0. */
  const takeNumber = (bytes) => {
    const charge = Math.max(bytes, MIN_CHARGE);
    if (charge > room && charge <= AHEAD) {
      next = wire.core.next();
      if (next) room = AHEAD;
    }
    if (charge > room || bytes > wire.maxMessageBytes) return 0;
    room -= charge;
    written++;
    return next++;
  };

  /** Pushes what has nothing to keep. */
  const instruct = (kind, topic, bytes, to, code) => {
    const number = wire.core.push(kind, topic && numberOf(topic), bytes, to, code);
    wire.core.drive();
    return number;
  };

  /** Only on the connection that was answered last does the core have anything transmitted. */
  const transmit = (header, payload) => {
    // One that has begun to close would complain on the console; what it misses is sent again on the next.
    if (wire.socket.readyState === OPEN) wire.socket.send(writeMessage(header, payload));
  };

  const open = (connection, entry, url, events = []) => {
    const socket = (entry.socket ??= wire.newSocket(url, SUB_PROTOCOL));
    let isAnswered = false;
    wire.url = url;
    socket.binaryType = "arraybuffer";
    wire.watch(socket, connection);
    // Asking each event would cost more than reading its message.
    const { origin } = new URL(url);
    socket.onmessage = ({ data }) => {
      let message;
      try {
        message = isAnswered ? readMessage(data) : readAnswer(data);
        if (message.protocol && !entry.protocols.includes(message.protocol)) throw new SyntaxError();
      } catch {
        return wire.core.violated(connection);
      }
      if (isAnswered) receive(connection, entry, message, data, origin);
      else answer(connection, message);
      isAnswered = true;
    };
    // One of them may end it, and the others are told to nobody.
    for (const event of events) socket[`on${event.type}`]?.(event);
  };

  /** What the session has to tell, in the order of `tell` in `client-wasm/src/session/outputs.rs`. */
  const events = [
    (outcome) => {
      if (outcome > 1) {
        before = kept;
        lowestBefore = lowest;
        begin();
      }
      // What was sent after the end of another session went nowhere, and of the one before some is not sent again.
      if (outcome !== 1) wire.unsent = kept.reduce((sum, { isWritten, bytes }) => (isWritten ? sum : sum + bytes), 0);
      if (outcome) wire.session(OUTCOMES[outcome]);
      if (outcome !== 1) wire.opened();
    },
    of((stream, from, to) => {
      stream.at &&= { epoch: stream.at.epoch, offset: to };
      stream.gap(from, to);
    }),
    of((stream, epoch, offset) => {
      stream.at = { epoch: words[epoch], offset };
      stream.gap();
    }),
    (request) => {
      const handler = new AbortController();
      handlers.set(request, handler);
      // A new session has a request of that number, too.
      wire.respond(request, arrived, handler.signal).finally(() => handler.signal.aborted || handlers.delete(request));
    },
    (request) => {
      handlers.get(request)?.abort();
      handlers.delete(request);
    },
    (number) => {
      const done = kept.splice(0, number + 1 - lowest);
      lowest = number + 1;
      // Without those that had nothing to keep.
      done.forEach((sent) => sent.done());
    },
    (number) => take(number, before, lowestBefore)?.fail(),
    (number, to) => {
      const sent = take(number, before, lowestBefore);
      if (!sent) return;
      keep(to, sent);
      if (!sent.isWritten) wire.unsent += sent.bytes;
    },
    of((stream, code) => stream.end(code, arrived)),
    (code, _, __, asker) => {
      const request = asked.get(asker);
      asked.delete(asker);
      // It may have been given up just now.
      if (code === REPLIED) request?.settle(arrived);
      else if (code === UNKNOWN) request?.fail();
      else if (code >= 0) request?.refuse(code, arrived);
    },
    (number) => {
      const sent = take(number);
      if (!sent) return;
      wire.unsent -= sent.bytes;
      sent.fail(wire.tooLarge?.(sent.bytes));
    },
    of((stream, epoch, offset) => {
      stream.at = { epoch: words[epoch], offset };
      stream.subscribed();
    }),
    (number, code) => take(number).refuse(code, arrived),
  ];

  begin();

  Object.assign(wire, {
    /** Bytes that no socket has taken. */
    unsent: 0,
    maxMessageBytes: Infinity,
    /** The application's sub-protocol. */
    subProtocol: "",
    /** What a page that is left closes with. */
    closing: [],

    /** Accepts what was sent; its number, or why not (`staywire_push`). */
    push(sent, kind = 0, topic = "", to = 0, code = 0) {
      const taken = kind ? 0 : takeNumber(sent.bytes);
      if (taken) {
        kept[taken - lowest] = sent;
        sent.isWritten = true;
        try {
          transmit(dataHeader(taken), sent.payload);
        } catch (error) {
          // As where the core has it written: the message is kept.
          report(error);
        }
        return taken;
      }
      if (kind === REQUEST) asked.set((sent.asker = ++askers), sent);
      const number = wire.core.push(kind, sent.asker ?? (topic && numberOf(topic)), sent.bytes, to, code);
      if (number > 0) keep(number, sent);
      else asked.delete(sent.asker);
      // As with a WebSocket, what is sent after the end stays buffered.
      if (number > 0 || number === ENDED) wire.unsent += sent.bytes;
      wire.core.drive();
      return number;
    },

    catchUp() {
      const [count, bytes] = [written, AHEAD - room];
      room = written = 0;
      if (count) wire.core.wrote(count, bytes);
    },

    /** Gives up an own request. */
    cancel(request) {
      // Its number may be another one's by now, in another session.
      if (asked.delete(request.asker)) instruct(7, "", 0, request.number);
    },

    /** Reads a topic right after a position, or with the last `offset` messages; 0, or why not. */
    subscribe(topic, offset, epoch) {
      return instruct(5, topic, topic.length, epoch ? numberOf(epoch) : 0, offset);
    },

    unsubscribe(topic) {
      instruct(6, topic);
    },

    // Commanded by Core.

    async dial(connection) {
      const { located, socket, events } = first ?? {};
      first = undefined;
      const entry = { socket, streams: new Map([[-1, { stream: wire }]]) };
      sockets.set(connection, entry);
      try {
        const [url, protocols, credential] = await (located ?? wire.locate());
        // The answer may come too late: `detach` has taken the entry away.
        if (sockets.get(connection) !== entry) return;
        if (credential !== undefined && !CREDENTIAL.test(credential)) {
          throw new DOMException("staywire: a credential is a text of 1 to 4096 graphic ASCII characters", "SyntaxError");
        }
        entry.protocols = protocols;
        entry.credential = credential;
        for (const kind of ["b", "u"]) {
          const { epoch, offset } = wire.streams.get(kind).at ?? {};
          if (epoch) wire.core.since(KINDS.indexOf(kind), numberOf(epoch), offset);
        }
        open(connection, entry, url, events);
      } catch (error) {
        socket?.close();
        wire.undialable(connection, error);
      }
    },

    lost(connection, ...how) {
      sockets.delete(connection);
      plain.lost.call(wire, connection, ...how);
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
      // One that was dialled before the core may have closed since, and would complain on the console.
      if (socket.readyState === OPEN) socket.send(writeOpening(isHello ? "hello" : "resume", fields, credential, protocols, held));
      held = [];
    },

    write(kind, number, to, code, name) {
      const type = WRITTEN[kind];
      if (type === "p") wire.pinged();
      const sent = kind > 3 && kind < 9 ? kept[number - lowest] : undefined;
      if (sent && !sent.isWritten) {
        sent.isWritten = true;
        wire.unsent -= sent.bytes;
      }
      const fields = [number, type === "t" ? words[to] : to, code].slice(0, COUNTS[kind]);
      if (name) fields.push(words[name]);
      transmit(type + fields.join(" ") + (sent ? "\n" : ""), sent?.payload);
    },

    tell(kind, a, b, c, name) {
      events[kind](a, b, c, name);
    },

    hangup(connection) {
      sockets.get(connection)?.socket.close(...wire.closing);
    },

    detach(connection, code) {
      const { socket } = sockets.get(connection) ?? {};
      sockets.delete(connection);
      if (!socket) return;
      socket.onopen = socket.onmessage = socket.onerror = socket.onclose = null;
      if (code === 1000) socket.close();
      else socket.close(code);
    },

    ended(...how) {
      kept.forEach((sent) => sent.fail());
      for (const handler of handlers.values()) handler.abort();
      handlers.clear();
      begin();
      plain.ended.apply(wire, how);
    },
  });
}
