// The path of each received message, once per message and therefore not in wasm:
// event → one call with an integer → the face. A wasm closure that takes the
// event costs nine times a native handler, this about as much as one.

/** Lets the messages of `socket` flow to `face`. */
export function attach(socket, connection, face) {
  const { core, heartbeat } = face;
  let answered = false;
  // Blobs are made at delivery; asking the browser for them would make their order asynchronous.
  socket.binaryType = "arraybuffer";
  socket.onmessage = ({ data }) => {
    if (!core.onData(connection)) return;
    if (heartbeat && typeof data === "string") {
      if (data === heartbeat.reply) return core.onAnswered(connection);
      if (!answered && (data === "PONG" || data === heartbeat.message)) {
        answered = true;
        core.onAnswered(connection);
      }
    }
    face.deliver(data);
  };
  face.socket = socket;
}

/** Ends the flow and forgets the socket. */
export function detach(socket, face) {
  socket.onmessage = null;
  if (face.socket === socket) face.socket = undefined;
}
