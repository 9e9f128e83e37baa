// The room, as one member sees it.
//
// Owns: the session and what is shown of it. Everything that others wrote is
// shown by `textContent`, never as markup.

import { StayWire } from '/staywire/index.js';

const element = (id) => document.getElementById(id);

const ON = {
  joined: ({ nick }) => tell(`${nick} joined`),
  left: ({ nick }) => tell(`${nick} left`),
  lost: ({ nick }) => tell(`${nick} was lost`),
  said: ({ nick, text }) => add(bubble(nick, text)),
  members: ({ members }) => show({ members }),
};

/** What the next frame shows: however many come and go at once, the page is laid out once. */
const next = { items: [], members: null, isAsked: false };

/** This page's own nickname, once it is in. */
let me;
let socket;

const asked = new URLSearchParams(location.search).get('nick');
if (asked) {
  enter(asked);
} else {
  element('door').showModal();
}
element('join').addEventListener('submit', (event) => {
  event.preventDefault();
  element('door').close();
  enter(element('nick').value);
});
element('composer').addEventListener('submit', (event) => {
  event.preventDefault();
  say(element('text').value);
  element('text').value = '';
});

function enter(nick) {
  me = nick;
  socket = new StayWire(`/1901/ws/room/${encodeURIComponent(nick)}`, { session: true });
  socket.onJson((message) => ON[message.event](message));
  socket.ongap = () => tell('some messages are lost: you were away for too long');
  for (const change of ['open', 'session', 'reconnecting', 'close']) {
    socket.addEventListener(change, showStatus);
  }
  showStatus();
  element('text').focus();
}

/** What is said without a connection is shown as waiting, until the server has it and everybody gets it. */
function say(text) {
  const waiting = socket.status === 'open' ? null : add(bubble(me, text));
  const { acknowledged } = socket.send(text);
  if (!waiting) return;
  waiting.classList.add('waiting');
  acknowledged.catch(() => tell(`perhaps not sent: ${text}`)).finally(() => waiting.remove());
}

function showStatus() {
  document.body.dataset.status = socket.status;
  element('status').textContent = socket.status;
}

function showMembers() {
  const { members } = next;
  next.members = null;
  element('member-count').textContent = `· ${members.length}`;
  element('members').replaceChildren(
    ...members.map(({ nick, away }) => {
      const item = document.createElement('li');
      item.append(face(nick), nick);
      item.classList.toggle('away', away);
      item.classList.toggle('me', nick === me);
      return item;
    }),
  );
}

function tell(text) {
  const item = document.createElement('li');
  item.className = 'told';
  item.textContent = text;
  add(item);
}

function bubble(nick, text) {
  const item = document.createElement('li');
  item.className = nick === me ? 'said mine' : 'said';
  const [name, words] = [document.createElement('b'), document.createElement('p')];
  name.textContent = nick;
  words.textContent = text;
  item.append(face(nick), name, words);
  return item;
}

/** A nickname's first letter on a colour that is always the same for it. */
function face(nick) {
  const circle = document.createElement('span');
  circle.className = 'face';
  circle.ariaHidden = 'true';
  circle.textContent = [...nick][0].toUpperCase();
  circle.style.setProperty('--hue', [...nick].reduce((hue, letter) => (hue * 31 + letter.codePointAt(0)) % 360, 7));
  return circle;
}

function add(item) {
  next.items.push(item);
  show({});
  return item;
}

function show(what) {
  if (!next.isAsked) requestAnimationFrame(draw);
  Object.assign(next, what, { isAsked: true });
}

function draw() {
  next.isAsked = false;
  const messages = element('messages');
  const isAtEnd = messages.scrollHeight - messages.scrollTop - messages.clientHeight < 40;
  messages.append(...next.items.splice(0));
  if (isAtEnd) messages.scrollTop = messages.scrollHeight;
  if (next.members) showMembers();
}
