// Time that passes only when a test says so.
//
// Owns: `setTimeout`, `Date.now` and `performance.now` while a test runs. Unlike the
// mock timers of node:test it moves both clocks, runs each timer at its own time, also
// those that others set, and lets promises settle in between.

import { replace } from "./replace.js";

const { setImmediate: turn } = globalThis;

/** Lets every promise that can settle do so. */
export function settle() {
  return new Promise((resolve) => turn(resolve));
}

export class FakeClock {
  /** Milliseconds that have passed. */
  now = 0;
  #timers = new Map();
  #lastId = 0;

  constructor(t) {
    replace(t, globalThis, "setTimeout", (callback, delay) => {
      this.#timers.set(++this.#lastId, { callback, due: this.now + delay });
      return this.#lastId;
    });
    replace(t, globalThis, "clearTimeout", (id) => void this.#timers.delete(id));
    replace(t, performance, "now", () => this.now);
    replace(t, Date, "now", () => this.now);
  }

  /** How many timers wait. */
  get timers() {
    return this.#timers.size;
  }

  /** Milliseconds until the next timer is due. */
  get untilNext() {
    return Math.min(...[...this.#timers.values()].map(({ due }) => due)) - this.now;
  }

  /** Lets `ms` milliseconds pass, and every timer run that is due in them. */
  async pass(ms) {
    const end = this.now + ms;
    await settle();
    for (let timer; (timer = this.#nextUntil(end)); await settle()) {
      const [id, { callback, due }] = timer;
      this.#timers.delete(id);
      this.now = Math.max(this.now, due);
      callback();
    }
    this.now = end;
  }

  /** Lets `ms` milliseconds pass in which no timer runs, as in a background tab or a sleeping machine. */
  skip(ms) {
    this.now += ms;
  }

  #nextUntil(end) {
    const [first] = [...this.#timers].sort(([, a], [, b]) => a.due - b.due);
    return first && first[1].due <= end ? first : undefined;
  }
}
