// What the client sends in a session, once it is open.
//
// Owns: how much may be written before the core is asked, and under which numbers. Never: keeps what it sends, or decides
// what is sent again.
//
//   push, each message where none waits ─► transmit ─► writeMessage ─► socket; core.wrote, later for all of them
//   push, all else ─► core.push ─► core.drive ─► write ─► transmit

import { AHEAD, COUNTS, ENDED, MIN_CHARGE, report, REQUEST, WRITTEN } from "./core.js";
import { sendOn } from "./session_openings.js";
import { dataHeader, writeMessage } from "./session_wire.js";

export function newSending(wire, { words, numberOf }, kept, requests) {
  /** The number of the next message, how many bytes may be written of it and those after it, and how many were. */
  let next;
  let room = 0;
  let written = 0;

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

  /** On the connection that was answered last, on no other; what misses it is sent again on the next. */
  const transmit = (header, payload) => sendOn(wire.socket, writeMessage(header, payload));

  return {
    /** Accepts what was sent; its number, or why not (`staywire_push`). */
    push(sent, kind = 0, topic = "", to = 0, code = 0) {
      const taken = kind ? 0 : takeNumber(sent.bytes);
      if (taken) {
        sent.isWritten = true;
        kept.keep(taken, sent);
        try {
          transmit(dataHeader(taken), sent.payload);
        } catch (error) {
          // As where the core has it written: the message is kept.
          report(error);
        }
        return taken;
      }
      const name = kind === REQUEST ? requests.ask(sent) : topic && numberOf(topic);
      const number = wire.core.push(kind, name, sent.bytes, to, code);
      sent.number = number;
      if (number > 0) kept.keep(number, sent);
      else requests.forget(sent);
      // As with a WebSocket, what is sent after the end stays buffered.
      if (number === ENDED) wire.unsent += sent.bytes;
      wire.core.drive();
      return number;
    },

    /** Tells the core what was written without asking. */
    catchUp() {
      const [count, bytes] = [written, AHEAD - room];
      room = written = 0;
      if (count) wire.core.wrote(count, bytes);
    },

    /** Gives up an own request. */
    cancel(request) {
      // Its number may be another one's by now, in another session.
      if (requests.forget(request)) instruct(7, "", 0, request.number);
    },

    /** Reads a topic right after a position, or with the last `offset` messages; 0, or why not. */
    subscribe: (topic, offset, epoch) => instruct(5, topic, topic.length, epoch ? numberOf(epoch) : 0, offset),

    unsubscribe: (topic) => instruct(6, topic),

    /** Writes a message of the core's, which `kept` may have the payload of. */
    write(kind, number, to, code, name) {
      const type = WRITTEN[kind];
      if (type === "p") wire.pinged();
      const sent = kind > 3 && kind < 9 ? kept.leave(number) : undefined;
      const fields = [number, type === "t" ? words[to] : to, code].slice(0, COUNTS[kind]);
      if (name) fields.push(words[name]);
      transmit(type + fields.join(" ") + (sent ? "\n" : ""), sent?.payload);
    },
  };
}
