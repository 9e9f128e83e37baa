// Draws the connection as an overhead wire between two poles.
//
// Owns: the canvas and the rope's physics. Never: knows of sockets; it is told
// `string()`, `cut()` and `pulse()`. At rest nothing is drawn, and with
// reduced motion each change is one still picture.

const NODES = 31;
const MIDDLE = Math.floor(NODES / 2);
const SAG = 0.45; // How far the wire hangs down, as a share of the poles' height,
const MOST_SAG = 0.2; // and at most, as a share of their distance: in a narrow window it would hang over the words.
const GRAVITY = 0.32; // Pixels per step and step.
const DAMPING = 0.988;
const STIFFNESS = 80; // Passes over the rope's links in each step.
const REST = 0.012; // Below this many pixels a step, the rope lies still.
const PULSE_STEPS = 34;
const SETTLE_STEPS = 600;

export class Wire {
  #canvas;
  #pen;
  #still = matchMedia('(prefers-reduced-motion: reduce)');
  #colours = {};
  #scene = null;
  #nodes = [];
  #isStrung = false;
  #cutAt = -1; // The link that is missing, or -1.
  #pulses = [];
  #isRunning = false;

  constructor(canvas) {
    this.#canvas = canvas;
    this.#pen = canvas.getContext('2d');
    new ResizeObserver(() => this.#layOut()).observe(canvas);
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.#layOut());
  }

  /** Hangs a whole wire between the poles. */
  string() {
    this.#isStrung = true;
    this.#cutAt = -1;
    this.#hang();
    this.#move();
  }

  /** Breaks the wire in the middle; its halves fall. */
  cut() {
    if (!this.#isStrung || this.#cutAt >= 0) return;
    this.#cutAt = MIDDLE;
    this.#pulses.length = 0;
    for (const [index, side] of [[MIDDLE, -1], [MIDDLE + 1, 1]]) {
      this.#nodes[index].beforeX -= side * 7;
      this.#nodes[index].beforeY += 9;
    }
    this.#move();
  }

  /** Sends a light along the wire, to the server or from it. */
  pulse(isOutgoing) {
    if (!this.#isStrung || this.#cutAt >= 0 || this.#still.matches || document.hidden) return;
    this.#pulses.push({ isOutgoing, step: 0 });
    this.#move();
  }

  #layOut() {
    const { clientWidth: width, clientHeight: height } = this.#canvas;
    if (width === 0 || height === 0) return;
    this.#canvas.width = width * devicePixelRatio;
    this.#canvas.height = height * devicePixelRatio;
    this.#pen.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
    const style = getComputedStyle(this.#canvas);
    for (const name of ['ink', 'soft', 'line', 'copper', 'open']) {
      this.#colours[name] = style.getPropertyValue(`--${name}`).trim();
    }
    const inset = Math.max(72, Math.min(width * 0.13, 210));
    const ground = height - 58;
    const [top, arm] = [56, 24];
    const span = width - 2 * (inset + arm);
    // A shallow parabola with this sag is longer than its span by 8/3 of the squared ratio.
    const sag = Math.min(SAG * (ground - top), MOST_SAG * span);
    const length = span * (1 + (8 / 3) * (sag / span) ** 2);
    this.#scene = { width, height, ground, top, left: inset, right: width - inset, arm, link: length / (NODES - 1) };
    if (this.#isStrung) this.#hang();
    this.#move();
  }

  /** Lays the nodes in a straight line, from which they fall into their sag. */
  #hang() {
    if (!this.#scene) return;
    const { left, right, top, arm } = this.#scene;
    const [from, to] = [left + arm, right - arm];
    this.#nodes = Array.from({ length: NODES }, (_, index) => {
      const x = from + ((to - from) * index) / (NODES - 1);
      return { x, y: top, beforeX: x, beforeY: top };
    });
  }

  #move() {
    if (!this.#scene) return;
    if (this.#still.matches) {
      for (let step = 0; step < SETTLE_STEPS; step += 1) this.#step();
      this.#draw();
    } else if (!this.#isRunning) {
      this.#isRunning = true;
      requestAnimationFrame(() => this.#frame());
    }
  }

  #frame() {
    const fastest = Math.max(this.#step(), this.#step());
    for (const pulse of this.#pulses) pulse.step += 1;
    this.#pulses = this.#pulses.filter((pulse) => pulse.step < PULSE_STEPS);
    this.#draw();
    this.#isRunning = fastest > REST || this.#pulses.length > 0;
    if (this.#isRunning) requestAnimationFrame(() => this.#frame());
  }

  /** One step of Verlet integration; returns the largest movement in pixels. */
  #step() {
    const { ground, link } = this.#scene;
    for (const node of this.#nodes.slice(1, -1)) {
      const [x, y] = [node.x, node.y];
      node.x += (x - node.beforeX) * DAMPING;
      node.y = Math.min(ground - 2, y + (y - node.beforeY) * DAMPING + GRAVITY);
      [node.beforeX, node.beforeY] = [x, y];
    }
    for (let pass = 0; pass < STIFFNESS; pass += 1) this.#pullTogether(link);
    return this.#nodes.reduce((most, node) => Math.max(most, Math.hypot(node.x - node.beforeX, node.y - node.beforeY)), 0);
  }

  #pullTogether(link) {
    for (let index = 0; index < this.#nodes.length - 1; index += 1) {
      if (index === this.#cutAt) continue;
      const [a, b] = [this.#nodes[index], this.#nodes[index + 1]];
      const [dx, dy] = [b.x - a.x, b.y - a.y];
      const excess = 1 - link / Math.max(Math.hypot(dx, dy), 0.01);
      if (excess <= 0) continue; // A wire pulls and does not push.
      const share = index === 0 || index === NODES - 2 ? 1 : 0.5; // The ends are nailed to the poles.
      if (index > 0) { a.x += dx * excess * share; a.y += dy * excess * share; }
      if (index < NODES - 2) { b.x -= dx * excess * share; b.y -= dy * excess * share; }
    }
  }

  #draw() {
    const { width, height } = this.#scene;
    this.#pen.clearRect(0, 0, width, height);
    this.#drawGround();
    this.#drawPole(this.#scene.left, 1);
    this.#drawPole(this.#scene.right, -1);
    if (!this.#isStrung || this.#cutAt >= 0) this.#drawSearchLine();
    if (this.#isStrung) this.#drawWire();
    for (const pulse of this.#pulses) this.#drawPulse(pulse);
  }

  #stroke(colour, thickness, points) {
    this.#pen.beginPath();
    for (const [x, y] of points) this.#pen.lineTo(x, y);
    this.#pen.strokeStyle = colour;
    this.#pen.lineWidth = thickness;
    this.#pen.lineJoin = this.#pen.lineCap = 'round';
    this.#pen.stroke();
  }

  #drawGround() {
    const { width, ground } = this.#scene;
    this.#stroke(this.#colours.line, 1.5, [[0, ground], [width, ground]]);
  }

  /** A pole with its cross-arm, and behind it the stay that holds it up. */
  #drawPole(x, inward) {
    const { top, ground, arm } = this.#scene;
    const { ink, copper } = this.#colours;
    this.#stroke(copper, 1.5, [[x, top + 12], [x - inward * Math.min(58, x * 0.7), ground]]);
    this.#stroke(ink, 6, [[x, top - 18], [x, ground]]);
    this.#stroke(ink, 4, [[x - arm - 6, top + 9], [x + arm + 6, top + 9]]);
    for (const offset of [-arm, 0, arm]) this.#stroke(copper, 5, [[x + offset, top + 4], [x + offset, top]]);
  }

  /** Where the wire belongs, while there is none. */
  #drawSearchLine() {
    const { left, right, top, arm } = this.#scene;
    this.#pen.setLineDash([2, 9]);
    this.#stroke(this.#colours.soft, 1.5, [[left + arm, top], [right - arm, top]]);
    this.#pen.setLineDash([]);
  }

  #drawWire() {
    const points = this.#nodes.map(({ x, y }) => [x, y]);
    const end = this.#cutAt < 0 ? NODES : this.#cutAt + 1;
    this.#stroke(this.#colours.ink, 2.5, points.slice(0, end));
    if (end < NODES) this.#stroke(this.#colours.ink, 2.5, points.slice(end));
  }

  #drawPulse({ isOutgoing, step }) {
    const travelled = step / PULSE_STEPS;
    const place = (isOutgoing ? travelled : 1 - travelled) * (NODES - 1);
    const [a, b] = [this.#nodes[Math.floor(place)], this.#nodes[Math.ceil(place)]];
    const part = place % 1;
    this.#pen.beginPath();
    this.#pen.arc(a.x + (b.x - a.x) * part, a.y + (b.y - a.y) * part, 5, 0, 2 * Math.PI);
    this.#pen.fillStyle = isOutgoing ? this.#colours.copper : this.#colours.open;
    this.#pen.fill();
  }
}
