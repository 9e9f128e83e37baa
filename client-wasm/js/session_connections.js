// The connections of a session, of which there may be two at a time.
//
// Owns: their sockets, what they were dialled with, and the payload of what the core is telling (`wire.arrived`). Never:
// decides when to dial, or which one is written on.
//
//   dial ─► wire.locate ─► a socket, or the one that was dialled before the core
//   its first message ─► readAnswer ─► answer
//   each payload ──────► readMessage ─► core.payload(connection, alias, number) ─► deliver
//   the rest ──────────► readMessage ─► line, core.received

import { LINES, RECEIVED } from "./core.js";
import { newOpenings } from "./session_openings.js";
import { readAnswer, readMessage, SUB_PROTOCOL } from "./session_wire.js";

/** What a credential may be (PROTOCOL.md §3). */
const CREDENTIAL = /^[!-~]{1,4096}$/;

export function newConnections(wire, streams, first) {
  const { lost } = wire;
  const { hold, ask, answer } = newOpenings(wire, streams);
  /** By number: the socket, what its opening says beside the session, and by alias each stream and its epoch. */
  const connections = new Map();

  const receive = (connection, { streams: aliases }, { type, fields, at }, data, origin) => {
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
        const { stream, epoch } = aliases.get(alias);
        if (epoch) stream.at = { epoch, offset };
        stream.deliver(payload, origin);
      }
      if (verdict & 2) core.attend();
    } else if (LINES.includes(type)) {
      streams.line(connection, aliases, { type, fields });
    } else {
      const [first = 0, second = 0, third = 0] = fields;
      // For whoever the core tells of it.
      wire.arrived = payload;
      core.received(connection, RECEIVED.indexOf(type), first, second, third, bytes);
      wire.arrived = undefined;
      if (type === "o") wire.ponged();
    }
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
      else answer(connection, entry, message);
      isAnswered = true;
    };
    // One of them may end it, and the others are told to nobody.
    for (const event of events) socket[`on${event.type}`]?.(event);
  };

  return {
    async dial(connection) {
      const { located, socket, events } = first ?? {};
      first = undefined;
      const entry = { socket, streams: new Map([[-1, { stream: wire }]]) };
      connections.set(connection, entry);
      try {
        const [url, protocols, credential] = await (located ?? wire.locate());
        // The answer may come too late: `detach` has taken the entry away.
        if (connections.get(connection) !== entry) return;
        if (credential !== undefined && !CREDENTIAL.test(credential)) {
          throw new DOMException("staywire: a credential is a text of 1 to 4096 graphic ASCII characters", "SyntaxError");
        }
        entry.protocols = protocols;
        entry.credential = credential;
        streams.since();
        open(connection, entry, url, events);
      } catch (error) {
        socket?.close();
        wire.undialable(connection, error);
      }
    },

    hold,

    ask: (connection, ...opening) => ask(connections.get(connection), ...opening),

    lost(connection, ...how) {
      connections.delete(connection);
      lost.call(wire, connection, ...how);
    },

    hangup(connection) {
      connections.get(connection)?.socket.close(...wire.closing);
    },

    detach(connection, code) {
      const { socket } = connections.get(connection) ?? {};
      connections.delete(connection);
      if (!socket) return;
      socket.onopen = socket.onmessage = socket.onerror = socket.onclose = null;
      if (code === 1000) socket.close();
      else socket.close(code);
    },
  };
}
