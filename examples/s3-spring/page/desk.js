// One user's session, and the desk beside it.
//
// Owns: both. Whatever comes from outside is shown by `textContent`.

import { StayWire } from '/staywire/index.js';

const element = (id) => document.getElementById(id);
/** Where the desk's own addresses are, wherever the page is served. */
const at = (path) => new URL(path, location.href);

let socket;

onSubmit('connect', () => connect(element('id').value));
onSubmit('order', () => {
  const order = { id: element('to').value, message: element('message').value };
  socket.sendJson(order);
  log('log', 'out', order.message);
});
onSubmit('notify', () => notify(element('user').value, element('text').value));
element('user').addEventListener('pointerenter', showUsers);
showUsers();

function connect(id) {
  socket?.close();
  socket = new StayWire(`/myHandler/${encodeURIComponent(`ID=${id}`)}`, { session: true });
  socket.onmessage = ({ data }) => log('log', 'in', data);
  socket.onopen = showUsers;
  for (const change of ['open', 'session', 'reconnecting', 'close']) {
    socket.addEventListener(change, ({ currentTarget }) => currentTarget === socket && showStatus());
  }
  element('order').querySelector('button').disabled = false;
  showStatus();
}

async function notify(user, message) {
  const path = user ? `users/${encodeURIComponent(user)}/messages` : 'messages';
  const headers = { 'Content-Type': 'application/json' };
  const answer = await fetch(at(path), { method: 'POST', headers, body: JSON.stringify({ message }) });
  const { arrived } = await answer.json();
  log('outcomes', arrived ? 'in' : 'fault', `${user || 'everybody'}: ${message} (${arrived ? 'on its way' : 'not here'})`);
  showUsers();
}

async function showUsers() {
  const { online, users } = await (await fetch(at('users'))).json();
  element('online').textContent = `${online} online`;
  const chosen = element('user').value;
  element('user').replaceChildren(new Option('everybody', ''), ...users.map((user) => new Option(user)));
  element('user').value = users.includes(chosen) ? chosen : '';
}

function showStatus() {
  document.body.dataset.status = socket.status;
  element('status').textContent = socket.status;
}

function log(list, kind, text) {
  const line = document.createElement('li');
  line.className = kind;
  line.textContent = text;
  element(list).prepend(line);
}

function onSubmit(form, act) {
  element(form).addEventListener('submit', (event) => {
    event.preventDefault();
    act();
  });
}
