// The requests of a session, both ways, while they are under way.
//
// Owns: whose an own request is, and what aborts the handling of the server's. Never: transmits one, or keeps its payload.
//
//   ask ─► settle, or forget
//   handle ─► wire.respond ─► the application's handler; abort

import { REPLIED, UNKNOWN } from "./core.js";

export function newRequests(wire) {
  /** Own requests, by what the core knows their askers by. */
  const asked = new Map();
  let askers = 0;
  /** What aborts the handling of the server's requests, by their numbers. */
  const handlers = new Map();

  return {
    /** What the core is to know the asker by. */
    ask(request) {
      asked.set((request.asker = ++askers), request);
      return request.asker;
    },

    /** Whether it was under way. */
    forget: (request) => asked.delete(request.asker),

    /** Ends an own request, as `code` says. */
    settle(code, _, __, asker) {
      const request = asked.get(asker);
      asked.delete(asker);
      // It may have been given up just now.
      if (code === REPLIED) request?.settle(wire.arrived);
      else if (code === UNKNOWN) request?.fail();
      else if (code >= 0) request?.refuse(code, wire.arrived);
    },

    /** Has the application answer the server's request `number`. */
    handle(number) {
      const handler = new AbortController();
      handlers.set(number, handler);
      // A new session has a request of that number, too.
      wire.respond(number, wire.arrived, handler.signal).finally(() => handler.signal.aborted || handlers.delete(number));
    },

    /** The server has given up its request `number`. */
    abort(number) {
      handlers.get(number)?.abort();
      handlers.delete(number);
    },

    end() {
      for (const handler of handlers.values()) handler.abort();
      handlers.clear();
    },
  };
}
