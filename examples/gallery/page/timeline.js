// Draws the states of the last minute as a signal trace, and lists them.
//
// Owns: the history of states. Never: decides what a state is; it is told.

const SPAN = 60_000; // Milliseconds from the left edge to the right one.
const LOG_LENGTH = 6;
const HEIGHTS = { open: 22, waiting: 56, closed: 90 }; // Of 112, from the top.
const SVG = 'http://www.w3.org/2000/svg';

/** The three levels of the trace; `status` tells them more finely apart. */
function levelOf(status) {
  if (status === 'open') return 'open';
  return status === 'connecting' || status === 'reconnecting' ? 'waiting' : 'closed';
}

export class Timeline {
  #svg;
  #log;
  #states = []; // { status, since }, oldest first.

  constructor(svg, log) {
    this.#svg = svg;
    this.#log = log;
  }

  /** Notes that `status` begins now; `detail` goes to the list. */
  enter(status, detail) {
    const last = this.#states.at(-1);
    if (last?.status !== status) this.#states.push({ status, since: performance.now() });
    this.#list(status, detail);
    this.draw();
  }

  /** Draws the trace up to now. */
  draw() {
    const now = performance.now();
    const oldest = now - SPAN;
    while (this.#states.length > 1 && this.#states[1].since < oldest) this.#states.shift();
    const width = this.#svg.clientWidth || 1000;
    this.#svg.setAttribute('viewBox', `0 0 ${width} 112`);
    const x = (time) => ((Math.max(time, oldest) - oldest) / SPAN) * width;
    const shapes = [1, 2, 3].map((quarter) => path('grid', `M${(quarter * width) / 4} 0V112`));
    this.#states.forEach(({ status, since }, index) => {
      const level = levelOf(status);
      const [from, to] = [x(since), x(this.#states[index + 1]?.since ?? now)];
      const y = HEIGHTS[level];
      if (level === 'open') shapes.push(path('fill', `M${from} ${y}H${to}V112H${from}Z`));
      shapes.push(path(level, `M${from} ${y}H${to}`));
      const before = this.#states[index - 1];
      if (before && levelOf(before.status) !== level) shapes.push(path('edge', `M${from} ${HEIGHTS[levelOf(before.status)]}V${y}`));
    });
    this.#svg.replaceChildren(...shapes);
  }

  #list(status, detail) {
    const now = new Date();
    const time = document.createElement('time');
    time.dateTime = now.toISOString();
    time.textContent = `${now.toTimeString().slice(0, 8)}.${String(now.getMilliseconds()).padStart(3, '0')}`;
    const name = document.createElement('b');
    name.className = status;
    name.textContent = status;
    const words = document.createElement('span');
    words.append(name, ` ${detail}`);
    const line = document.createElement('li');
    line.append(time, words);
    this.#log.prepend(line);
    while (this.#log.children.length > LOG_LENGTH) this.#log.lastChild.remove();
  }
}

function path(className, definition) {
  const element = document.createElementNS(SVG, 'path');
  element.setAttribute('class', className);
  element.setAttribute('d', definition);
  return element;
}
