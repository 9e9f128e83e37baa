// `plain.js URL`: greets each connection with text and binary, tells what it hears, and closes when asked to.

import { StayWire } from "staywire";
import { tell } from "./tell.js";

// A heartbeat, for its timer has to end, too. The short delay: after a cut it is drawn from 2.5 s otherwise.
const socket = new StayWire(process.argv[2], { maxReconnectDelay: 100, heartbeat: true });
socket.onopen = () => {
  tell("open");
  socket.send("zażółć");
  socket.send(new Uint8Array([0, 10, 255]));
  socket.send(new Blob(["a blob"]));
};
socket.onmessage = async ({ data }) => {
  if (data === "close") return socket.close();
  if (data === "as buffers") socket.binaryType = "arraybuffer";
  if (typeof data === "string") tell("text", data);
  else tell(data.constructor.name, [...new Uint8Array(await new Response(data).arrayBuffer())]);
};
socket.onreconnecting = ({ attempt }) => tell("reconnecting", attempt);
socket.onerror = ({ message }) => tell("error", message);
socket.onclose = ({ code, wasClean }) => tell("close", code, wasClean);
