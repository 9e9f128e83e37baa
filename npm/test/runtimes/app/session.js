// `session.js URL COUNT`: sends the numbers from 1 to COUNT at once, asks for something while it has no connection,
// and closes when the numbers and the reply are back and all is acknowledged.

import { StayWire } from "staywire";
import { tell } from "./tell.js";

const [url, count] = process.argv.slice(2);
const numbers = Array.from({ length: count }, (_, index) => String(index + 1));

const socket = new StayWire(url, { session: true, maxReconnectDelay: 100 });
const acknowledged = numbers.map((number) => socket.send(number).acknowledged);
let heard = 0;
const allHeard = new Promise((resolve) => {
  socket.onmessage = ({ data }) => {
    tell("text", data);
    if (++heard === numbers.length) resolve();
  };
});
const reply = new Promise((resolve) => {
  socket.onreconnecting = ({ attempt }) => {
    tell("reconnecting", attempt);
    if (attempt === 0) resolve(socket.request("what is the time?"));
  };
});
socket.onopen = () => tell("open");
socket.onsession = ({ outcome }) => tell("session", outcome);
socket.ongap = ({ from, to }) => tell("gap", from, to);
socket.onerror = ({ message }) => tell("error", message);
socket.onclose = ({ wasClean }) => tell("close", wasClean);

await Promise.all([allHeard, ...acknowledged]);
tell("reply", await reply);
socket.close();
