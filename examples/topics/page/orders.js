// The orders that a tab has, and what is wrong with their numbers, across reloads.
//
// Owns: what is stored, the orders together with the position after the last of them: one is never there without the
// other. Never: asks the SDK what is missing; it counts the numbers itself.

const KEPT = 40;

export class Orders {
  /** Where to go on. */
  position;
  /** The newest last: { number, order, isLate }, or { number, isLost }. */
  rows = [];
  first;
  received = 0;
  missing = 0;
  twice = 0;
  #storage;
  #name;

  constructor(storage, name) {
    this.#storage = storage;
    this.#name = name;
    Object.assign(this, JSON.parse(storage.getItem(name)));
  }

  /** The number of the last order, if there is one. */
  get last() {
    return this.rows.at(-1)?.number;
  }

  /** Puts an order on the board; says whether it was not there. */
  take(order, position, isLate) {
    const number = numberOf(position);
    if (number <= this.last) {
      this.twice += 1;
      return false;
    }
    for (let lost = this.last + 1; lost < number; lost += 1) {
      this.missing += 1;
      this.#push({ number: lost, isLost: true });
    }
    this.first ??= number;
    this.received += 1;
    this.position = position;
    this.#push({ number, order, isLate });
    this.#store();
    return true;
  }

  /** The server numbers anew. */
  reset() {
    this.rows = [];
    this.first = undefined;
    this.received = 0;
  }

  #push(row) {
    this.rows.push(row);
    if (this.rows.length > KEPT) this.rows.shift();
  }

  #store() {
    const { position, rows, first, received, missing, twice } = this;
    this.#storage.setItem(this.#name, JSON.stringify({ position, rows, first, received, missing, twice }));
  }
}

/** A position is the name of the topic's life and, after a hyphen, a number. */
function numberOf(position) {
  return Number(position.split('-')[1]);
}
