// Draws the prices of one reader: a small chart for each symbol, steps from quote to quote over the last ten seconds.
//
// Owns: the canvas. Never: keeps a price; it is handed them.

import { Canvas } from '/canvas.js';

const SPAN = 10_000; // Milliseconds from the left edge to the right one.
const RANGE = [85, 115]; // The prices at the bottom and at the top.
const GAP = 10;
const NAME = 15; // The height of a symbol's line of words.

export class Chart {
  #canvas;
  #colour;

  /** `colour` names the custom property that its lines have. */
  constructor(element, colour) {
    this.#canvas = new Canvas(element, ['--soft', '--ink', '--line', colour]);
    this.#colour = colour;
  }

  /** Draws the `prices` of each of `symbols`, as they are at `now`. */
  draw(symbols, prices, now) {
    const { width, height } = this.#canvas.clear();
    const columns = width < 420 ? 3 : 4;
    const rows = Math.ceil(symbols.length / columns);
    const cell = { width: (width - GAP * (columns - 1)) / columns, height: (height - GAP * (rows - 1)) / rows };
    symbols.forEach((symbol, place) => {
      const left = (place % columns) * (cell.width + GAP);
      const top = Math.floor(place / columns) * (cell.height + GAP);
      this.#drawCell(symbol, prices.get(symbol) ?? [], now, { left, top, ...cell });
    });
  }

  #drawCell(symbol, row, now, { left, top, width, height }) {
    this.#words(symbol, left, top + 11, '--soft', 'left');
    if (row.length) this.#words(row.at(-1).price.toFixed(2), left + width, top + 11, '--ink', 'right');
    const [low, high] = RANGE;
    const x = (at) => left + Math.max(0, 1 - (now - at) / SPAN) * width;
    const y = (price) => top + NAME + (1 - Math.min(1, Math.max(0, (price - low) / (high - low)))) * (height - NAME);
    this.#line('--line', 1, [[left, top + height], [left + width, top + height]]);
    const steps = row.flatMap(({ at, price }, place) => (place ? [[x(at), y(row[place - 1].price)], [x(at), y(price)]] : [[x(at), y(price)]]));
    if (row.length) this.#line(this.#colour, 1.5, [...steps, [left + width, y(row.at(-1).price)]]);
  }

  #words(words, x, y, colour, align) {
    const { pen, colours } = this.#canvas;
    pen.font = '11px system-ui, sans-serif';
    pen.textAlign = align;
    pen.fillStyle = colours[colour];
    pen.fillText(words, x, y);
  }

  #line(colour, width, points) {
    const { pen, colours } = this.#canvas;
    pen.strokeStyle = colours[colour];
    pen.lineWidth = width;
    pen.beginPath();
    for (const [x, y] of points) pen.lineTo(x, y);
    pen.stroke();
  }
}
