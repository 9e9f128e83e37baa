// A session's plumbing, in place of the plain one of `wire.js`: the parts, and which of them does what.
//
// Owns: whom the core reaches with what it tells. Never: decides anything.
//
//   the application ─► sending ─► core, socket; kept and requests until it is known what became of it
//   core ─► sending (write), connections (dial, hold, ask, hangup, detach)
//   socket ─► connections ─► core, streams ─► the application
//   core ─► tell ─► kept, requests, streams ─► the application
//
// The application's side extends it with `session`, with `respond`, with the error `tooLarge` if it has one, and with
// `streams`: who is told of each, by its kind (`i` for the inbox) and a topic's name as it travels.

import { OUTCOMES } from "./core.js";
import { newConnections } from "./session_connections.js";
import { newKept } from "./session_kept.js";
import { newRequests } from "./session_requests.js";
import { newSending } from "./session_sending.js";
import { newStreams } from "./session_streams.js";

/**
 * Has `wire` carry a session.
 *
 * `first`, if there is one, was dialled before the core could: `located` as `wire.locate()`, the `socket` and its
 * `events` so far, each as far as it has come.
 */
export function carrySession(wire, first) {
  const kept = newKept(wire);
  const requests = newRequests(wire);
  const streams = newStreams(wire);
  const connections = newConnections(wire, streams, first);
  const sending = newSending(wire, streams, kept, requests);
  const { ended } = wire;

  /** What the core has to tell, in the order of `tell` in `client-wasm/src/session/outputs.rs`. */
  const events = [
    (outcome) => {
      if (outcome !== 1) kept.begin(outcome > 1);
      if (outcome) wire.session(OUTCOMES[outcome]);
      if (outcome !== 1) wire.opened();
    },
    streams.gap,
    streams.reset,
    requests.handle,
    requests.abort,
    kept.done,
    kept.lose,
    kept.renumber,
    streams.end,
    requests.settle,
    kept.drop,
    streams.subscribed,
    kept.refuse,
  ];

  Object.assign(wire, {
    maxMessageBytes: Infinity,
    /** The application's sub-protocol. */
    subProtocol: "",
    /** What a page that is left closes with. */
    closing: [],
    /** Bytes that no socket has taken. */
    unsent: 0,

    ...connections,
    ...sending,

    // Commanded by Core, beside what the parts do.

    tell(kind, ...told) {
      events[kind](...told);
    },

    ended(...how) {
      kept.end();
      requests.end();
      ended.call(wire, ...how);
    },
  });
}
