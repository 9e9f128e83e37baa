// A tester for the three controllers.
//
// Owns: one session at a time. In session mode a handshake that is rejected
// says why; a bare WebSocket knows no more than 1006.

import { StayWire } from '/staywire/index.js';

const element = (id) => document.getElementById(id);

let socket;

onSubmit('connect', connect);
onSubmit('send', () => {
  socket.send(element('message').value);
  log('out', element('message').value);
});
onSubmit('login', logIn);
element('disconnect').addEventListener('click', () => socket?.close(1000));

function connect() {
  socket?.close();
  socket = new StayWire(new URL(element('controller').value, location.href), { session: true });
  const current = socket;
  // What an older session still has to tell is of no interest.
  const on = (type, handle) => current.addEventListener(type, (event) => current === socket && handle(event));
  on('open', () => log('', 'connected'));
  on('message', ({ data }) => log('in', data));
  on('reconnecting', () => log('fault', 'reconnecting'));
  on('close', ({ code, reason }) => log(code === 1000 ? '' : 'fault', `disconnected: ${reason || code}`));
  for (const change of ['open', 'session', 'reconnecting', 'close']) on(change, showStatus);
  showStatus();
}

async function logIn() {
  const headers = { 'Content-Type': 'application/json' };
  const body = JSON.stringify({ name: element('name').value });
  const answer = await fetch(new URL('login', location.href), { method: 'POST', headers, body });
  log(answer.ok ? '' : 'fault', answer.ok ? `logged in as ${element('name').value}` : await answer.text());
}

function showStatus() {
  document.body.dataset.status = socket.status;
  element('status').textContent = socket.status;
  for (const button of [element('disconnect'), element('send').querySelector('button')]) button.disabled = socket.status === 'closed';
}

function log(kind, text) {
  const line = document.createElement('li');
  line.className = kind;
  line.textContent = text;
  element('log').append(line);
}

function onSubmit(form, act) {
  element(form).addEventListener('submit', (event) => {
    event.preventDefault();
    act();
  });
}
