// Numbers both ways over one session, and the buttons that break what carries it.

import { StayWire } from 'staywire';
import { Ledger } from './ledger.js';
import { Strip } from './strip.js';

const SLEEP = 10_000; // Milliseconds.
const REDRAW = matchMedia('(prefers-reduced-motion: reduce)').matches ? 500 : 60;
const LOG_LENGTH = 8;

const visitor = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
const element = (id) => document.getElementById(id);
const strip = new Strip(element('strip'));

const socket = new StayWire(`/session/wire/${visitor}`, { session: true });

// From the page: each number is kept until the server is done with it.
const waiting = new Set(); // Not acknowledged yet.
const unknown = new Set(); // The page was told that nobody knows whether the server has had them.
const departures = new Map(); // When each left, for the round trip.
let sent = 0;

// From the server: the page counts its numbers, and it counts the page's.
const incoming = new Ledger();
let heard = { last: 0, missing: [], twice: 0, disordered: 0 };
let fastest = Infinity; // The shortest way of a message from the server, the difference of the clocks included.
let roundTrips = [];

const seen = { attempts: 0, resumes: 0 };

function sendNumber() {
  setTimeout(sendNumber, 1_000 / element('rate').valueAsNumber);
  if (socket.readyState >= StayWire.CLOSING) return;
  const n = sent + 1;
  const message = socket.sendJson({ n, rate: element('rate').valueAsNumber });
  const line = strip.leaves();
  sent = n;
  waiting.add(n);
  departures.set(n, performance.now());
  message.acknowledged
    .then(line.arrived, () => {
      unknown.add(n);
      line.unknown();
    })
    .finally(() => waiting.delete(n));
}

socket.onJson((message) => {
  incoming.note(message.n);
  const delay = Date.now() - message.at;
  fastest = Math.min(fastest, delay);
  strip.arrives(delay - fastest);
  heard = message.heard;
  measure(heard.last, message.held);
});

/** The server had `number` `held` milliseconds before it sent the message that says so. */
function measure(number, held) {
  if (!departures.has(number)) return;
  roundTrips = [performance.now() - departures.get(number) - held, ...roundTrips].slice(0, 9);
  for (const older of departures.keys()) if (older <= number) departures.delete(older);
}

socket.onopen = () => {
  strip.band();
  tell('open', 'a session has begun');
};
socket.onsession = ({ outcome }) => {
  strip.band();
  seen.resumes += 1;
  if (outcome === 'resumed') return tell('open', 'resumed: the same session on another connection', '--open');
  // What the old session had for this page is gone, and this event says so.
  incoming.excuse();
  tell('open', `${outcome}: another session`, '--closed');
};
socket.ongap = ({ stream, from, to }) => {
  // The numbers are in the inbox; nothing is broadcast here.
  if (stream === 'inbox') incoming.excuse(to - from + 1 || Infinity);
  tell('open', `gap in ${stream}: ${from ?? '?'} to ${to ?? '?'}`, '--closed');
};
socket.onstale = () => tell('reconnecting', 'the server has fallen silent');
socket.onreconnecting = ({ attempt, cause, code, delay }) => {
  strip.band('reconnecting');
  seen.attempts += 1;
  tell('reconnecting', `${cause}, code ${code}; attempt ${attempt + 1} in ${Math.round(delay)} ms`);
};
socket.onclose = ({ code, reason }) => {
  strip.band('closed');
  incoming.excuse();
  tell('closed', `code ${code} ${reason}`);
};

for (const button of document.querySelectorAll('[data-deed]')) button.addEventListener('click', () => order(button.dataset.deed));
element('sleep').addEventListener('click', sleep);
element('close').addEventListener('click', () => (socket.status === 'closed' ? socket.reconnect() : socket.close()));
element('rate').addEventListener('input', () => (element('rate-value').textContent = `${element('rate').value} a second`));

async function order(deed) {
  strip.flag(deed, '--ink', true);
  const answer = await fetch(`/session/${deed}/${visitor}`, { method: 'POST' });
  if (!answer.ok) tell(socket.status, `the demo did not ${deed}: ${answer.status}`);
}

/** The event loop stands still: no timer, no message, no answer to a heartbeat. */
function sleep() {
  strip.flag('asleep', '--ink', true);
  const end = performance.now() + SLEEP;
  while (performance.now() < end);
  strip.flag('awake', '--ink', true);
}

/** Says what happened in the log, and on the strip where it has a colour. */
function tell(status, text, colour) {
  if (colour) strip.flag(text.split(':')[0], colour);
  const time = document.createElement('time');
  time.textContent = new Date().toTimeString().slice(0, 8);
  const line = document.createElement('li');
  line.className = status;
  line.append(time, ` ${text}`);
  element('log').prepend(line);
  while (element('log').children.length > LOG_LENGTH) element('log').lastChild.remove();
  element('detail').textContent = text;
}

function write(id, value) {
  const text = String(value);
  if (element(id).textContent !== text) element(id).textContent = text;
}

function redraw() {
  strip.draw();
  document.body.dataset.status = socket.status;
  write('status', socket.status);
  const isClosed = socket.status === 'closed';
  write('close-word', isClosed ? 'Begin' : 'Close');
  write('close-what', isClosed ? 'another session' : 'the session');
  write('queue', waiting.size);
  write('round-trip', roundTrips.length ? `${roundTrips.toSorted((a, b) => a - b)[roundTrips.length >> 1].toFixed(1)} ms` : '–');
  write('attempts', seen.attempts);
  write('resumes', seen.resumes);
  write('sent', sent);
  write('received', incoming.next - 1 - incoming.told - incoming.lost);

  const lost = heard.missing.flatMap(([from, to]) => Array.from({ length: to - from + 1 }, (_, index) => from + index));
  count('out', { lost: lost.filter((number) => !unknown.has(number)).length, twice: heard.twice, disordered: heard.disordered, told: unknown.size });
  count('in', incoming);
}

function count(way, counts) {
  for (const what of ['lost', 'twice', 'disordered', 'told']) {
    write(`${way}-${what}`, counts[what]);
    element(`${way}-${what}`).className = counts[what] ? (what === 'told' ? 'told' : 'fault') : '';
  }
}

sendNumber();
setInterval(redraw, REDRAW);
