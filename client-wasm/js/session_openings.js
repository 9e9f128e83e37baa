// The openings of a session: the first message of each connection, and its answer.
//
// Owns: the tokens, and which session the last answer was for. Never: decides which token or attempt an opening has.
//
//   hold, each stream ─► ask ─► writeOpening ─► socket
//   readAnswer ─► answer ─► core.line, core.answered; the wire's limits and its socket

import { KINDS, OUTCOMES } from "./core.js";
import { newToken, writeOpening } from "./session_wire.js";

/** A WebSocket's `readyState`. */
const OPEN = 1;

/** Sends `message` where it can still leave: a socket that has begun to close would complain on the console. */
export function sendOn(socket, message) {
  if (socket.readyState === OPEN) socket.send(message);
}

export function newOpenings(wire, { words, line }) {
  const tokens = [];
  let id;
  /** The streams of the opening that is about to be written. */
  let held = [];

  return {
    hold(kind, name, epoch, offset) {
      const stream = [KINDS[kind], words[epoch], offset];
      if (kind === 2) stream.push(words[name]);
      held.push(stream);
    },

    ask({ socket, protocols, credential }, current, next, attempt, inbox, sent) {
      const [first, second] = [current, next].map((token) => (tokens[token] ??= newToken()));
      delete tokens[current - 1];
      const isHello = inbox < 0;
      wire.pinged();
      const fields = isHello ? [first, attempt] : [id, first, second, attempt, inbox, sent];
      // One that was dialled before the core may have closed since.
      sendOn(socket, writeOpening(isHello ? "hello" : "resume", fields, credential, protocols, held));
      held = [];
    },

    answer(connection, { socket, streams: aliases }, { type, fields, limits, protocol, streams }) {
      const isResumed = type === "resumed";
      for (const stream of streams) line(-1, aliases, stream);
      if (!isResumed) id = fields[type === "fresh" ? 1 : 0];
      const [accepted, done] = isResumed ? fields.slice(1) : [0, 0];
      const [messageBytes, , ...others] = limits;
      wire.maxMessageBytes = messageBytes;
      wire.subProtocol = protocol;
      wire.socket = socket;
      const outcome = OUTCOMES.indexOf(type === "fresh" ? fields[0] : isResumed ? type : "new");
      wire.core.answered(connection, outcome, accepted, done, fields.at(-1), messageBytes, ...others);
      wire.ponged();
    },
  };
}
