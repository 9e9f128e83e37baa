// The server for Socket.IO's row: sends 1,000 messages for `flood`, and answers `last`.
// Prints where it listens, and ends with its standard input.

import { createServer } from "node:http";
import { Server } from "socket.io";

const MESSAGES = 1_000;

const http = createServer();
const server = new Server(http, { transports: ["websocket"], cors: { origin: true } });

server.on("connection", (socket) => {
  socket.on("message", (text) => {
    // Each another text, as staywire's server sends them.
    if (text === "flood") for (let count = 0; count < MESSAGES; count++) socket.emit("message", `${count}`.padStart(64, "x"));
    if (text === "last") socket.emit("message", "done");
  });
});

http.listen(0, "127.0.0.1", () => console.log(`listening on ${http.address().port}`));
process.stdin.resume().on("end", () => process.exit());
