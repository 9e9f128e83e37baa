// The page's half of the count: what is wrong with a row of numbers, from the numbers alone.

export class Ledger {
  next = 1;
  told = 0;
  twice = 0;
  disordered = 0;
  #missing = new Set();
  #excused = 0;

  /** Numbers that were passed over and that nobody told about. */
  get lost() {
    return this.#missing.size;
  }

  /** The server says that so many of the numbers that would be next are lost; it may not know how many. */
  excuse(count = Infinity) {
    this.#excused += count;
  }

  note(number) {
    if (number >= this.next) {
      const excused = Math.min(number - this.next, this.#excused);
      this.told += excused;
      for (let lost = this.next + excused; lost < number; lost += 1) this.#missing.add(lost);
      this.#excused = 0;
      this.next = number + 1;
    } else if (this.#missing.delete(number)) {
      this.disordered += 1;
    } else {
      this.twice += 1;
    }
  }
}
