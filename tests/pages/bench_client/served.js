// What a message costs end to end, with a server on the same machine.

import io from '/others/socket_io_client.js';
import { costs, each } from './batches.js';
import { CLIENTS, PAYLOAD } from './clients.js';

/** Enough for a median: what the server and the browser's other processes do meanwhile disturbs most of them. */
const BATCHES = 32;

/** As many as the servers send for `flood`. */
const MESSAGES = 1_000;

/**
 * What a received and a sent message costs by way of each client.
 *
 * `servers.staywire` sends many messages for `flood`, and answers `last`, as does that of Socket.IO.
 */
export async function measureServed(servers) {
  const clients = {};
  for (const name in CLIENTS) clients[name] = await connect(CLIENTS[name](servers.staywire));
  clients['socket.io'] = await connectSocketIo(servers.socketIo);
  const measured = { received: await costs(clients, BATCHES, receive), sent: await costs(clients, BATCHES, send) };
  for (const name in clients) clients[name].close();
  return measured;
}

/** The least that all clients have in common. */
async function connect(client) {
  const connected = { send: (text) => client.send(text), close: () => client.close() };
  client.onmessage = ({ data }) => connected.heard(data);
  await new Promise((resolve) => client.addEventListener('open', resolve, { once: true }));
  return connected;
}

async function connectSocketIo(url) {
  const client = io(url, { transports: ['websocket'] });
  const connected = { send: (text) => client.emit('message', text), close: () => client.close() };
  client.on('message', (text) => connected.heard(text));
  await new Promise((resolve) => client.on('connect', resolve));
  return connected;
}

/** From the question to the last message. */
function receive(connected) {
  return timed((done) => {
    let count = 0;
    connected.heard = () => ++count === MESSAGES && done();
    connected.send('flood');
  });
}

/** From the first message to the answer to the last one. */
function send(connected) {
  return timed((done) => {
    connected.heard = done;
    for (let count = 1; count < MESSAGES; count++) connected.send(PAYLOAD);
    connected.send('last');
  });
}

async function timed(run) {
  const begun = performance.now();
  await new Promise(run);
  return each(MESSAGES, performance.now() - begun);
}
