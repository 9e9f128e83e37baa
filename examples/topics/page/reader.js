// One reader of the market's quotes, over a wire of its own.

import { StayWire } from 'staywire';

const REMEMBERED = 10_000; // Milliseconds.

export class Reader {
  got = 0;
  /** How many quotes the server told it that it was not given. */
  leftOut = 0;
  /** The number of the newest quote. */
  newest = 0;
  /** When that was published, in milliseconds of the server's clock. */
  newestAt = 0;
  /** By symbol: { at, price } of the last 10 seconds, and one before, by when they came. */
  prices = new Map();
  socket;
  topic;

  constructor(wire, market) {
    this.socket = new StayWire(`/quotes/wire/${wire}/${market}`, { session: true });
    this.topic = this.socket.subscribe(`quotes/${market}`);
    this.topic.onJson((quote) => this.#take(quote));
    this.topic.ongap = ({ from, to }) => (this.leftOut += to - from + 1);
  }

  /** Fulfilled when quotes come from now on. */
  get subscribed() {
    return new Promise((resolve) => this.topic.addEventListener('subscribed', resolve, { once: true }));
  }

  #take({ symbol, price, n, at }) {
    this.got += 1;
    this.newest = n;
    this.newestAt = at;
    const now = performance.now();
    const row = this.prices.get(symbol) ?? [];
    row.push({ at: now, price });
    while (row.length > 2 && row[1].at < now - REMEMBERED) row.shift();
    this.prices.set(symbol, row);
  }
}
