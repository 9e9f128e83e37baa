// The streams that a session reads, which `wire.streams` has by kind and name.
//
// Owns: where their readers are, and the words that the core knows by number. Never: decides what was missed, or delivers.
//
//   a stream's line ─► line ─► what its alias means on that connection; core.line
//   tell ─► gap, reset, subscribed, end ─► the stream's reader, unless that is nobody any more

import { KINDS, LINES } from "./core.js";

export function newStreams(wire) {
  /** Names of topics, and epochs; the first stands for no position. */
  const words = ["*"];

  const numberOf = (word) => {
    const index = words.indexOf(word);
    return index < 0 ? words.push(word) - 1 : index;
  };

  const streamOf = (kind, name) => wire.streams.get(KINDS[kind] + (name ? words[name] : ""));

  /** Puts the reader of a stream at a position. */
  const place = (epoch, offset, kind, name) => {
    const stream = streamOf(kind, name);
    if (stream) stream.at = { epoch: words[epoch], offset };
    return stream;
  };

  return {
    words,
    numberOf,

    /** Has a session that is about to begin go on where the application has read to. */
    since() {
      // The streams that every session reads: the broadcasts and the user's.
      for (const kind of [0, 1]) {
        const { epoch, offset } = streamOf(kind).at ?? {};
        if (epoch) wire.core.since(kind, numberOf(epoch), offset);
      }
    },

    /** Takes a stream's line, which came on `connection`, or in an answer if that is negative; `aliases` are what they mean there. */
    line(connection, aliases, { type, fields: [alias, kind, epoch, offset, ...others] }) {
      const name = kind === "t" ? others.pop() : "";
      const [second = 0, last = 0] = others;
      const isReset = type === "reset";
      const stream = wire.streams.get(kind + name);
      aliases.set(alias, { stream, epoch: isReset ? second : epoch });
      // Where a topic begins, the core says: it knows whether the line answers what is still wanted.
      if (!name) stream.at ??= { epoch, offset };
      wire.core.line(
        connection,
        LINES.indexOf(type),
        alias,
        KINDS.indexOf(kind),
        name && numberOf(name),
        numberOf(epoch),
        offset,
        isReset ? numberOf(second) : second,
        last,
      );
    },

    /** The messages from `from` to `to` are lost. */
    gap(from, to, kind, name) {
      const stream = streamOf(kind, name);
      if (!stream) return;
      stream.at &&= { epoch: stream.at.epoch, offset: to };
      stream.gap(from, to);
    },

    /** Nobody knows which messages are lost. */
    reset: (...where) => place(...where)?.gap(),

    subscribed: (...where) => place(...where)?.subscribed(),

    end: (code, _, kind, name) => streamOf(kind, name)?.end(code, wire.arrived),
  };
}
