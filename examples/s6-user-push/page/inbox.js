// A user's inbox, and a back end to fill it.
//
// Owns: the session and the form. What comes from outside is shown by
// `textContent`, and what goes into a URL is encoded.

import { StayWire } from '/staywire/index.js';

const element = (id) => document.getElementById(id);

const user = new URLSearchParams(location.search).get('user') ?? '10086';
element('user').textContent = user;

const socket = new StayWire(`/websocket/${encodeURIComponent(user)}`, { session: true });
socket.onmessage = ({ data }) => log('inbox', 'in', data);
socket.ongap = () => log('inbox', 'fault', 'some messages are lost: this page was away for too long');
for (const change of ['open', 'session', 'reconnecting', 'close']) {
  socket.addEventListener(change, showStatus);
}

element('publish').addEventListener('submit', async (event) => {
  event.preventDefault();
  const parameters = new URLSearchParams({ userId: element('to').value, message: element('message').value });
  const answer = await fetch(`/socket/publish?${parameters}`);
  log('answers', answer.ok ? 'in' : 'fault', `${answer.status}: ${await answer.text()}`);
});

async function showStatus() {
  document.body.dataset.status = socket.status;
  element('status').textContent = socket.status;
  const online = await fetch('/socket/online').catch(() => null);
  element('online').textContent = online ? `${await online.text()} online` : '';
}

function log(list, kind, text) {
  const line = document.createElement('li');
  line.className = kind;
  line.textContent = text;
  element(list).prepend(line);
}
