// What the client has sent in a session, until it is acknowledged.
//
// Owns: the payloads by their numbers, and how many of their bytes no socket has taken (`wire.unsent`). Never: writes
// one, or decides what becomes of it.
//
//   keep ─► leave, each time it is written ─► done, refuse, drop
//   another session ─► begin ─► renumber, lose: what was kept in the one before

export function newKept(wire) {
  /** From the number `lowest` on, with holes where nothing is kept; and of the session before, while it is sorted out. */
  let kept = [];
  let lowest = 1;
  let before;
  let lowestBefore;

  const renew = () => {
    kept = [];
    lowest = 1;
  };

  const take = (number, from = kept, least = lowest) => {
    const sent = from[number - least];
    delete from[number - least];
    return sent;
  };

  const takeBefore = (number) => take(number, before, lowestBefore);

  const count = ({ isWritten, bytes }) => {
    if (!isWritten) wire.unsent += bytes;
  };

  const keep = (number, sent) => {
    kept[number - lowest] = sent;
    count(sent);
  };

  return {
    /** What is written under `number`, maybe not for the first time. */
    leave(number) {
      const sent = kept[number - lowest];
      if (sent && !sent.isWritten) {
        sent.isWritten = true;
        wire.unsent -= sent.bytes;
      }
      return sent;
    },

    /** All up to `number` is acknowledged. */
    done(number) {
      const done = kept.splice(0, number + 1 - lowest);
      lowest = number + 1;
      // Without those that had nothing to keep.
      done.forEach((sent) => sent.done());
    },

    refuse: (number, code) => take(number).refuse(code, wire.arrived),

    /** It is larger than the server takes, and never leaves. */
    drop(number) {
      const sent = take(number);
      if (!sent) return;
      wire.unsent -= sent.bytes;
      sent.fail(wire.tooLarge?.(sent.bytes));
    },

    /** There is a session; where it takes the place of another, each message of that one is renumbered or lost next. */
    begin(isAnother) {
      if (isAnother) {
        before = kept;
        lowestBefore = lowest;
        renew();
      }
      // What was sent after the end of another session went nowhere, and of the one before some is not sent again.
      wire.unsent = 0;
      kept.forEach(count);
    },

    renumber(number, to) {
      const sent = takeBefore(number);
      if (!sent) return;
      sent.number = to;
      keep(to, sent);
    },

    /** Nobody knows what became of it. */
    lose: (number) => takeBefore(number)?.fail(),

    keep,

    /** Nobody will know any more what becomes of anything. */
    end() {
      kept.forEach((sent) => sent.fail());
      renew();
    },
  };
}
