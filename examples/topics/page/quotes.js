// Two readers of one market, side by side: a fast one, and one whose wire carries less than is published.

import { Chart } from './chart.js';
import { Reader } from './reader.js';

const REDRAW = matchMedia('(prefers-reduced-motion: reduce)').matches ? 1_000 : 100; // Milliseconds.

const element = (id) => document.getElementById(id);
const market = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');

const readers = { fast: new Reader('fast', market), slow: new Reader('slow', market) };
const charts = { fast: new Chart(element('fast-chart'), '--fast'), slow: new Chart(element('slow-chart'), '--slow') };
let isPaused = false;

// The market opens when both can see its first quote.
await Promise.all([readers.fast.subscribed, readers.slow.subscribed]);
tell();
setInterval(redraw, REDRAW);

element('rate').addEventListener('input', () => {
  element('rate-value').textContent = `${element('rate').value} quotes a second`;
  tell();
});
element('pause').addEventListener('click', () => {
  isPaused = !isPaused;
  element('pause').textContent = isPaused ? 'Go on' : 'Pause';
  tell();
});

/** Says how many quotes a second there are to be. */
function tell() {
  readers.fast.socket.sendJson({ rate: isPaused ? 0 : element('rate').valueAsNumber });
}

function redraw() {
  const { fast, slow } = readers;
  document.body.dataset.status = fast.socket.status;
  write('status', isPaused ? 'paused' : fast.socket.status);
  const newestAt = Math.max(fast.newestAt, slow.newestAt);
  const symbols = [...fast.prices.keys()].sort();
  for (const [name, reader] of Object.entries(readers)) {
    charts[name].draw(symbols, reader.prices, performance.now());
    write(`${name}-got`, reader.got.toLocaleString('en'));
    write(`${name}-left-out`, reader.leftOut.toLocaleString('en'));
    write(`${name}-newest`, `No. ${reader.newest.toLocaleString('en')}`);
    write(`${name}-lag`, reader.got ? `${((newestAt - reader.newestAt) / 1_000).toFixed(2)} s` : '–');
  }
  judge(fast, slow);
}

/** Whether the slow reader has what it has to have; while quotes are under way nobody can say. */
function judge(fast, slow) {
  const isSame = (symbol) => slow.prices.get(symbol)?.at(-1).price === fast.prices.get(symbol).at(-1).price;
  const isRight = slow.newest === fast.newest && slow.got + slow.leftOut === fast.got && [...fast.prices.keys()].every(isSame);
  element('verdict').classList.toggle('right', isPaused && isRight);
  if (!isPaused) write('verdict', 'Pause, and see whether the slow reader has the newest quote of each symbol.');
  else if (isRight) write('verdict', `The same newest price of each symbol. ${slow.got.toLocaleString('en')} got + ${slow.leftOut.toLocaleString('en')} left out = ${fast.got.toLocaleString('en')} published.`);
  else write('verdict', 'The last quotes are still under way to the slow reader …');
}

function write(id, words) {
  if (element(id).textContent !== words) element(id).textContent = words;
}
