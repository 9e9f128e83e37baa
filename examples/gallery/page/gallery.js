// The live panel: this page's own connection to `/gallery/live`, made visible.
//
// Owns: the connection and the figures. Everything that comes from outside is
// written with `textContent`, never as markup.

import { Timeline } from './timeline.js';
import { Wire } from './wire.js';

const PROBE_INTERVAL = 2_000; // Milliseconds between two measurements of the round trip.
const REDRAW_INTERVAL = 100;
const SMOOTHED = 5; // Round trips whose median is shown.

const element = (id) => document.getElementById(id);
const write = (id, text) => {
  if (element(id).textContent !== text) element(id).textContent = text;
};

const wire = new Wire(element('wire'));
const timeline = new Timeline(element('timeline'), element('log'));

const panel = {
  session: null,
  openedAt: null,
  retryAt: null,
  connections: 0,
  sent: 0,
  received: 0,
  roundTrips: [],
  probe: { number: 0, sentAt: 0, isPending: false },
};

try {
  const { StayWire } = await import('/staywire/index.js');
  watch(new StayWire('/gallery/live', { heartbeat: { interval: 10_000, reply: 'PONG', expectReply: true } }));
} catch (error) {
  timeline.enter('closed', 'the SDK did not load');
  show('closed', 'the SDK did not load');
  complain(`The client SDK did not load: ${error.message}\nBuild it and start this gallery with:  cargo xtask demo`);
}

function watch(socket) {
  socket.addEventListener('open', () => onOpen(socket));
  socket.onJson(onJson);
  socket.addEventListener('reconnecting', (event) => onReconnecting(event));
  socket.addEventListener('stale', () => timeline.enter('reconnecting', 'the server fell silent'));
  socket.addEventListener('close', (event) => onClose(event));
  element('cut').addEventListener('click', cut);
  timeline.enter(socket.status, 'the first connection');
  setInterval(() => probe(socket), PROBE_INTERVAL);
  setInterval(() => redraw(socket), REDRAW_INTERVAL);
}

function onOpen(socket) {
  panel.connections += 1;
  panel.openedAt = performance.now();
  panel.retryAt = null;
  panel.probe.isPending = false;
  timeline.enter('open', `connection ${panel.connections}`);
  show('open', 'messages are passing');
  write('attempt', '–');
  wire.string();
  probe(socket);
}

/** The server's first message on each connection names the session; the rest are our probes coming back. */
function onJson(message) {
  panel.received += 1;
  wire.pulse(false);
  if (message.session) {
    panel.session = message.session;
    write('session', `session ${message.session.slice(0, 8)}…`);
    element('cut').disabled = false;
  } else if (message.probe === panel.probe.number) {
    panel.probe.isPending = false;
    panel.roundTrips = [performance.now() - panel.probe.sentAt, ...panel.roundTrips].slice(0, SMOOTHED);
  }
}

function onReconnecting({ attempt, delay, code, reason }) {
  disconnected();
  panel.retryAt = performance.now() + delay;
  write('attempt', String(attempt + 1));
  const why = reason ? `code ${code}, ${reason}` : `code ${code}`;
  timeline.enter('reconnecting', `${why}; attempt ${attempt + 1} in ${Math.round(delay)} ms`);
  show('reconnecting', why);
}

function onClose({ code, reason }) {
  disconnected();
  timeline.enter('closed', `code ${code} ${reason}`);
  show('closed', `the SDK gave up: code ${code} ${reason}`);
}

function disconnected() {
  panel.openedAt = null;
  panel.retryAt = null;
  panel.session = null;
  write('session', 'no session');
  element('cut').disabled = true;
  wire.cut();
}

async function cut() {
  if (!panel.session) return;
  element('cut').disabled = true;
  const answer = await fetch(`/gallery/cut/${encodeURIComponent(panel.session)}`, { method: 'POST' });
  if (!answer.ok) complain(`The server did not cut the connection: ${answer.status} ${await answer.text()}`);
}

function probe(socket) {
  if (socket.readyState !== WebSocket.OPEN || panel.probe.isPending || document.hidden) return;
  panel.probe = { number: panel.probe.number + 1, sentAt: performance.now(), isPending: true };
  socket.sendJson({ probe: panel.probe.number });
  panel.sent += 1;
  wire.pulse(true);
}

function show(status, detail) {
  element('status').closest('.scene').dataset.status = status;
  write('status', status);
  write('detail', detail);
}

function complain(text) {
  element('notice').textContent = text;
  element('notice').hidden = false;
}

function redraw(socket) {
  const now = performance.now();
  write('page-state', `readyState ${socket.readyState}`);
  write('uptime', panel.openedAt === null ? '–' : seconds(now - panel.openedAt));
  if (panel.retryAt === null) {
    write('next', '–');
  } else {
    const left = seconds(Math.max(0, panel.retryAt - now));
    write('next', left);
    write('detail', `next attempt in ${left}`);
  }
  write('connections', String(panel.connections));
  write('sent', String(panel.sent));
  write('received', String(panel.received));
  write('round-trip', panel.roundTrips.length === 0 ? '–' : `${median(panel.roundTrips).toFixed(1)} ms`);
  write('buffered', `${socket.bufferedAmount} B`);
  timeline.draw();
}

function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}

function seconds(milliseconds) {
  const whole = Math.floor(milliseconds / 1_000);
  if (whole < 60) return `${(milliseconds / 1_000).toFixed(1)} s`;
  return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, '0')} s`;
}
