// How long it takes from a page's `import` of a client until the browser is asked for a WebSocket.

const STARTS = 5;

/** What is imported, and made of it; the session's second file is part of its way. */
const CLIENTS = {
  plain: ['/staywire/index.js', ({ StayWire }, url) => new StayWire(url)],
  session: ['/staywire/index.js', ({ StayWire }, url) => new StayWire(url, { session: true })],
  'reconnecting-websocket': ['/others/reconnecting_websocket.js', ({ default: Client }, url) => new Client(url)],
  partysocket: ['/others/partysocket.js', ({ default: Client }, url) => new Client(url)],
  'socket.io': ['/others/socket_io_client.js', ({ default: io }, url) => io(url, { transports: ['websocket'] })],
};

/** Medians in milliseconds, by client; each start in a frame of its own, which has nothing loaded. */
export async function measureStart() {
  const measured = {};
  for (const name in CLIENTS) measured[name] = [];
  for (let start = 0; start < STARTS; start++) {
    for (const name in CLIENTS) measured[name].push(await startOf(name));
  }
  for (const name in measured) measured[name] = measured[name].sort((one, other) => one - other)[(STARTS - 1) / 2];
  return measured;
}

async function startOf(name) {
  const frame = document.createElement('iframe');
  frame.src = 'frame.html';
  await new Promise((resolve) => {
    frame.onload = resolve;
    document.body.append(frame);
  });
  const [path, make] = CLIENTS[name];
  const elapsed = await frame.contentWindow.start(path, make);
  frame.remove();
  return elapsed;
}
