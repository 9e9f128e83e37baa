// Draws the last half minute: a line for each message, from where and when it left to where and when it arrived.
//
//   server ───────────/──/──   what the page sent, from its leaving to its acknowledgement
//   page   ──────────/──/─\──
//   server ───────────────/──   what the server sent
//
// Owns: the history that is on the canvas. Never: decides what happened; it is told.

import { Canvas } from '/canvas.js';

const SPAN = 30_000; // Milliseconds from the left edge to the right one.
const EDGE = 20; // Above and below the rails, for the words.
const COLOURS = ['--ink', '--soft', '--line', '--out', '--in', '--waiting', '--open', '--closed', '--band'];

export class Strip {
  #canvas;
  #out = []; // { from, to }: `to` is undefined until it is acknowledged, and null if nobody knows.
  #in = []; // { from, to }
  #bands = []; // { from, to, name }
  #flags = []; // { at, name, colour, isBelow }

  constructor(element) {
    this.#canvas = new Canvas(element, COLOURS);
  }

  /** A message leaves the page; what is returned says what became of it. */
  leaves() {
    const line = { from: performance.now() };
    this.#out.push(line);
    return { arrived: () => (line.to = performance.now()), unknown: () => (line.to = null) };
  }

  /** A message of the server arrives, `delay` milliseconds after it was sent. */
  arrives(delay) {
    const to = performance.now();
    this.#in.push({ from: to - delay, to });
  }

  /** The connection is gone (`name` says how), or with no name is there again. */
  band(name) {
    const now = performance.now();
    const last = this.#bands.at(-1);
    if (last && last.to === undefined) last.to = now;
    if (name) this.#bands.push({ from: now, name });
  }

  /** Something happened at this moment: the visitor did it, or the session tells it. */
  flag(name, colour, isBelow = false) {
    this.#flags.push({ at: performance.now(), name, colour, isBelow });
  }

  draw() {
    const now = performance.now();
    const { width, height } = this.#canvas.clear();
    this.#forget(now - SPAN);
    const x = (time) => width - ((now - time) / SPAN) * width;
    const [top, middle, bottom] = [EDGE, height / 2, height - EDGE];

    for (const { from, to = now } of this.#bands) this.#fill('--band', x(from), top, x(to) - x(from), bottom - top);
    for (const y of [top, middle, bottom]) this.#lines('--line', [[0, y, width, y]], 1);
    this.#lines('--out', this.#out.filter(({ to }) => to).map(({ from, to }) => [x(from), middle, x(to), top]));
    this.#lines('--waiting', this.#out.filter(({ to }) => to === undefined).map(({ from }) => [x(from), middle, x(from), middle - 12]));
    this.#lines('--closed', this.#out.filter(({ to }) => to === null).map(({ from }) => [x(from), middle, x(from), middle - 24]));
    this.#lines('--in', this.#in.map(({ from, to }) => [x(from), bottom, x(to), middle]));
    this.#drawFlags(x, top, bottom, width);
  }

  #drawFlags(x, top, bottom, edge) {
    const { pen, colours } = this.#canvas;
    pen.font = '12px system-ui, sans-serif';
    const ends = { true: -Infinity, false: -Infinity };
    for (const { at, name, colour, isBelow } of this.#flags) {
      const place = x(at);
      this.#lines(colour, [[place, top, place, bottom]], 1.5, isBelow ? [2, 3] : []);
      const { width } = pen.measureText(name);
      // At the right edge the word stands before its line; over another word it would not be readable.
      const left = Math.min(place + 3, edge - width - 2);
      if (left < ends[isBelow] + 6) continue;
      ends[isBelow] = left + width;
      pen.fillStyle = colours[colour];
      pen.fillText(name, left, isBelow ? bottom + 14 : top - 6);
    }
  }

  #fill(colour, ...rectangle) {
    const { pen, colours } = this.#canvas;
    pen.fillStyle = colours[colour];
    pen.fillRect(...rectangle);
  }

  #lines(colour, lines, width = 1.25, dashes = []) {
    const { pen, colours } = this.#canvas;
    pen.strokeStyle = colours[colour];
    pen.lineWidth = width;
    pen.setLineDash(dashes);
    let drawn = '';
    // Each by itself: one path of hundreds of lines that touch takes thirty times as long.
    for (const [fromX, fromY, toX, toY] of lines) {
      const pixels = `${[fromX, fromY, toX].map(Math.round)}`;
      if (pixels === drawn) continue;
      drawn = pixels;
      pen.beginPath();
      pen.moveTo(fromX, fromY);
      pen.lineTo(toX, toY);
      pen.stroke();
    }
  }

  /** What ended before `oldest` is off the canvas; each row is in the order of its ends, but for what waits. */
  #forget(oldest) {
    while (this.#out[0]?.to !== undefined && (this.#out[0].to ?? this.#out[0].from) < oldest) this.#out.shift();
    while (this.#in[0]?.to < oldest) this.#in.shift();
    while (this.#bands[0]?.to < oldest) this.#bands.shift();
    while (this.#flags[0]?.at < oldest) this.#flags.shift();
  }
}
