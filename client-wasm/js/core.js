// The border between a wire and the core, which is one for all conversations and knows them by number.
//
// Owns: for which wire the core is working, and what the numbers of a session mean on either side. Never: reads what passes.
//
//   wire.core.closed(connection, …) ─► exports.closed(number, connection, …) ─► commands.dial(…) ─► wire.dial(…)

/** The wire for which the core is working now. */
let current;

/** Reports an error as uncaught, which must not unwind what is under way. */
export function report(error) {
  queueMicrotask(() => {
    throw error;
  });
}

/** What the core imports: each method of the wire that it works for. */
export const commands = /* @__PURE__ */ new Proxy(
  {},
  {
    get:
      (_, name) =>
      (...args) => {
        try {
          return current[name](...args);
        } catch (error) {
          // An exception that unwound the core would leave it half-way for ever.
          report(error);
        }
      },
  },
);

/**
 * What is asked for each message goes straight to the core, which calls nothing back.
 *
 * `__KEY__` tells the npm package's build that a text is the name of a method, which it may shorten.
 */
const QUESTIONS = ["data", /* @__KEY__ */ "payload", "send", "status", /* @__KEY__ */ "buffered"];

/** Takes numbers back whose `Core` nobody can reach any more. */
const numbers = /* @__PURE__ */ new FinalizationRegistry(([free, number]) => free(number));

/** One conversation: `exports`, each without its number and on behalf of `wire`; what is a boolean in Rust is a number. */
export class Core {
  constructor(exports, wire, ...settings) {
    const onBehalf =
      (call) =>
      (...args) => {
        wire.catchUp?.();
        const outer = current;
        current = wire;
        try {
          return call(...args);
        } finally {
          current = outer;
        }
      };
    const number = onBehalf(exports.create)(...settings);
    for (const name in exports) {
      const call = exports[name].bind(undefined, number);
      this[name] = QUESTIONS.includes(name) ? call : onBehalf(call);
    }
    // An array and no closure, which would keep the wire that it never reads.
    numbers.register(this, [exports.free, number]);
  }
}

/** In the order of `write`, with how many fields beside a name each has, `received`, `line` and the kinds of streams in `client-wasm/src/session`. */
export const WRITTEN = ["a", "p", "o", "goodbye", "d", "r", "y", "e", "w", "x", "u", "t"];
export const COUNTS = [1, 1, 1, 0, 1, 1, 2, 3, 1, 2, 1, 3];
export const RECEIVED = ["a", "p", "o", "c", "r", "y", "e", "x", "move", "gone", "skip", "goodbye"];
export const LINES = ["recovered", "gap", "reset"];
export const KINDS = ["b", "u", "t", "i"];
export const OUTCOMES = ["new", "resumed", "expired", "unknown", "identity", "restarted"];

/** What a request comes to, where that is no failure's code. */
export const REPLIED = -1;
export const UNKNOWN = -2;

/** What is pushed that has a reply. */
export const REQUEST = 1;

/** Why the core accepts nothing: the session has ended. */
export const ENDED = -5;

/** Bytes of messages that may be written between two questions to the core, as in `client-wasm/src/session/exports.rs`. */
export const AHEAD = 16384;

/** The least that a message counts as, in bytes. */
export const MIN_CHARGE = 16;
