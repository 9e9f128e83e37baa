// `without_web_socket.js URL`: what a runtime without a `WebSocket` of its own says.

import { initWebSocket, StayWire } from "staywire";
import { tell } from "./tell.js";

for (const begin of [() => new StayWire(process.argv[2]), () => initWebSocket(process.argv[2])]) {
  try {
    begin();
    tell("made");
  } catch ({ name, message }) {
    tell(name, message);
  }
}
