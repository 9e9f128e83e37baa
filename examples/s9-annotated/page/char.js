// A conversation with either endpoint, and the opening handshake before it.
//
// Owns: one connection after the other; `online` and `offline` are what the
// document's notes make of `onopen` and `onclose`.

import { StayWire } from '/staywire/index.js';

/** What RFC 6455 §1.3 has the server put behind the key. */
const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

const element = (id) => document.getElementById(id);

let socket;

element('choose').addEventListener('submit', (event) => {
  event.preventDefault();
  connect();
});
element('send').addEventListener('submit', (event) => {
  event.preventDefault();
  const text = element('message').value;
  socket.send(event.submitter.name === 'binary' ? new TextEncoder().encode(text) : text);
  log('out', text);
});
connect();

function connect() {
  socket?.close();
  socket = new StayWire(new URL(element('endpoint').value, location.href), 'char.v1');
  const current = socket;
  // What an older connection still has to tell is of no interest.
  const on = (type, handle) => current.addEventListener(type, (event) => current === socket && handle(event));
  // The first message of each connection is its handshake; the rest is conversation.
  let isGreeted = false;
  on('open', () => {
    isGreeted = false;
    show('online');
  });
  on('message', ({ data }) => {
    if (isGreeted) log('in', data);
    else showHandshake(data);
    isGreeted = true;
  });
  on('reconnecting', () => show('offline'));
  on('close', () => show('offline'));
  show('offline');
}

async function showHandshake(lines) {
  const headers = lines.split('\n').map((line) => line.split(': '));
  const { 'sec-websocket-key': key } = Object.fromEntries(headers);
  const hash = await crypto.subtle.digest('SHA-1', new TextEncoder().encode(key + GUID));
  const accept = btoa(String.fromCharCode(...new Uint8Array(hash)));
  element('handshake').replaceChildren(
    ...headers.flatMap(([name, value]) => [item('dt', name), item('dd', value)]),
    item('dt', 'sec-websocket-accept'),
    item('dd', accept, 'computed'),
  );
}

function show(word) {
  document.body.dataset.status = socket.status;
  element('status').textContent = word;
}

function log(kind, text) {
  element('log').append(item('li', text, kind));
}

function item(kind, text, className = '') {
  const made = document.createElement(kind);
  made.className = className;
  made.textContent = text;
  return made;
}
