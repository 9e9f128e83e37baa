// What a message costs on a mock socket, received and sent.

import { costs, each } from './batches.js';
import { CLIENTS, PAYLOAD } from './clients.js';
import { CallingSocket, DispatchingSocket } from './mock_sockets.js';

const BATCHES = 40;

/** So few that the system seldom takes the processor away meanwhile. */
const RECEIVED = 250;

/** So many that the clock can tell what a mock takes for them: a few nanoseconds each. */
const SENT = 10_000;

/** A server acknowledges many at a time: staywire's, of a flood, from each thirtieth to each three hundredth. */
const ACKNOWLEDGED_AT_ONCE = 100;

const { WebSocket: native } = window;

/** By mock: what a received and a sent message costs by way of each client. */
export async function measureMocked() {
  const measured = {};
  for (const [name, Mock] of [['dispatched', DispatchingSocket], ['called', CallingSocket]]) {
    window.WebSocket = Mock;
    const clients = {};
    for (const client in CLIENTS) clients[client] = await connect(Mock, CLIENTS[client]);
    measured[name] = { received: await costs(clients, BATCHES, receive), sent: await costs(clients, BATCHES, send) };
    for (const client in clients) clients[client].client.close();
  }
  window.WebSocket = native;
  return measured;
}

async function connect(Mock, make) {
  Mock.newest = undefined;
  const client = make('wss://server.example/');
  await until(() => Mock.newest);
  const { newest: socket } = Mock;
  socket.open();
  await until(() => client.readyState === 1);
  return { client, socket, offset: 0, sent: 0 };
}

async function until(condition) {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 1));
}

/** The cost of a message that the client's handler reads. */
function receive(connected) {
  const { client, socket } = connected;
  let count = 0;
  client.onmessage = ({ data }) => (count += data.endsWith('x'));
  const events = Array.from({ length: RECEIVED }, (_, index) => socket.prepare(message(connected.offset + index + 1)));
  connected.offset += RECEIVED;
  const begun = performance.now();
  for (const event of events) socket.receive(event);
  const elapsed = performance.now() - begun;
  if (count !== RECEIVED) throw new Error(`${count} messages were delivered`);
  return each(RECEIVED, elapsed);
}

/** The same text for all of them; joined, because a string that is not yet in one piece costs who first reads it. */
function message(number) {
  return ['s4 ', number, '\n', PAYLOAD].join('');
}

/** The cost of a message, the acknowledgements that a session gets for it included. */
function send(connected) {
  const { client, socket } = connected;
  const begun = performance.now();
  for (const end = connected.sent + SENT; connected.sent < end; ) {
    for (let count = 0; count < ACKNOWLEDGED_AT_ONCE; count++) client.send(PAYLOAD);
    socket.acknowledge((connected.sent += ACKNOWLEDGED_AT_ONCE));
  }
  return each(SENT, performance.now() - begun);
}
