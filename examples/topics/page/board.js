// The order board: reads the topic `orders`, publishes to it, and shows who else does.

import { StayWire } from 'staywire';
import { Orders } from './orders.js';

const NAMES = ['Ann', 'Bao', 'Chen', 'Dora', 'Emil', 'Fatma', 'Gong', 'Hana', 'Ines', 'Jun', 'Kofi', 'Lin', 'Mei', 'Noor', 'Otto', 'Ping'];
const LATE_COMERS_SEE = 20;
const CELLS = 40;
const SHOWN = 12;
const LOG_LENGTH = 20;

const element = (id) => document.getElementById(id);
const visitor = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');

// Both are the tab's: a second tab is somebody else, with a board of their own.
const name = (sessionStorage.name ??= NAMES[Math.floor(Math.random() * NAMES.length)] + Math.floor(Math.random() * 90 + 10));
const board = new Orders(sessionStorage, 'board');

const socket = new StayWire(`/board/wire/${visitor}`, { session: true, credential: name });
const orders = socket.subscribe('orders', { since: board.position, last: LATE_COMERS_SEE });
const members = orders.presence();
let connectedAt = Infinity; // By the wall clock, as orders are.
let cuts = 0;

orders.onmessage = ({ data, lastEventId }) => {
  const order = JSON.parse(data);
  if (board.take(order, lastEventId, order.at < connectedAt)) show(true);
};
orders.onreset = () => {
  board.reset();
  show();
};
orders.onerror = ({ error }) => answer(`The board is closed: ${error.reason || error.kind}`, true);

orders.onpresence = ({ change, member }) => {
  const words = { join: 'came', leave: 'left', suspend: 'is away', resume: 'is back' };
  if (member) log(`${member.user} ${words[change]}`, change === 'leave' ? 'fault' : change === 'suspend' ? 'out' : 'in');
  showMembers();
};

socket.onopen = () => connected();
socket.onsession = () => connected();
socket.onreconnecting = () => (document.body.dataset.status = element('status').textContent = socket.status);
socket.onclose = ({ code, reason }) => {
  document.body.dataset.status = element('status').textContent = socket.status;
  element('leave').textContent = 'Come back';
  element('cut').disabled = true;
  showMembers();
  if (code !== 1_000) answer(`It is over: code ${code} ${reason}`, true);
};

function connected() {
  connectedAt = Date.now();
  document.body.dataset.status = element('status').textContent = 'open';
}

element('order').addEventListener('submit', async (event) => {
  event.preventDefault();
  const { dish, portions } = event.target.elements;
  answer(socket.status === 'open' ? 'Ordered …' : 'Ordered; it goes out when the wire is mended');
  try {
    const order = { by: name, at: Date.now(), dish: dish.value, portions: portions.valueAsNumber };
    await orders.publish(JSON.stringify(order)).acknowledged;
    answer('The kitchen has it');
  } catch (error) {
    answer(`Not taken: ${error.reason || error.message}`, true);
  }
});

element('cut').addEventListener('click', async () => {
  const { ok, status } = await fetch(`/board/cut/${visitor}`, { method: 'POST' });
  if (!ok) return answer(`The wire was not cut: ${status}`, true);
  cuts += 1;
  element('cuts').textContent = `cut ${cuts === 1 ? 'once' : `${cuts} times`}`;
});

element('leave').addEventListener('click', () => (socket.status === 'closed' ? location.reload() : socket.close()));

function show(isFresh = false) {
  const lines = board.rows.filter(({ order }) => order).slice(-SHOWN).reverse().map(orderLine);
  lines[0]?.classList.toggle('fresh', isFresh);
  element('orders').replaceChildren(...lines);
  element('ribbon').replaceChildren(...cells());
  element('numbers').textContent = board.first === undefined ? '–' : `${board.first}–${board.last}`;
  element('received').textContent = board.received;
  for (const fault of ['missing', 'twice']) {
    element(fault).textContent = board[fault];
    element(fault).classList.toggle('fault', board[fault] > 0);
  }
}

function orderLine({ number, order }) {
  const line = document.createElement('li');
  line.dataset.number = number;
  line.classList.toggle('mine', order.by === name);
  line.append(text('number', `No. ${number}`), text('what', `${order.portions} × ${order.dish}`), text('by', order.by));
  return line;
}

function cells() {
  const rows = board.rows.slice(-CELLS);
  return Array.from({ length: CELLS }, (_, place) => {
    const row = rows[place - CELLS + rows.length];
    return Object.assign(document.createElement('i'), row && { title: `No. ${row.number}`, className: row.isLost ? 'lost' : row.isLate ? 'caught' : 'live' });
  });
}

function showMembers() {
  const all = [...members.values()];
  element('members').replaceChildren(...all.map(({ user, state }) => Object.assign(document.createElement('li'), { textContent: user, className: state })));
  element('count').textContent = `${all.filter(({ state }) => state === 'connected').length} of ${all.length} connected`;
}

function log(words, className) {
  element('log').prepend(Object.assign(document.createElement('li'), { textContent: words, className }));
  while (element('log').children.length > LOG_LENGTH) element('log').lastChild.remove();
}

function answer(words, isFault = false) {
  element('answer').textContent = words;
  element('answer').classList.toggle('fault', isFault);
}

function text(className, textContent) {
  return Object.assign(document.createElement('span'), { className, textContent });
}

element('name').textContent = name;
show();
