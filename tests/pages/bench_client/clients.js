// The clients that are compared, each made as its users make it.

import { StayWire } from '/staywire/index.js';
import ReconnectingWebSocket from '/others/reconnecting_websocket.js';
import PartySocket from '/others/partysocket.js';

/** By name: what makes one that has the shape of a WebSocket. */
export const CLIENTS = {
  native: (url) => new WebSocket(url),
  plain: (url) => new StayWire(url),
  session: (url) => new StayWire(url, { session: true }),
  'reconnecting-websocket': (url) => new ReconnectingWebSocket(url),
  partysocket: (url) => new PartySocket(url),
};

export const PAYLOAD = 'x'.repeat(64);
