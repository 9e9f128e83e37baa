// A WebSocket whose server is the test.
//
// Owns: what WHATWG says of the states and of `send` and `close`. Never: does anything
// by itself; a socket that nobody answers hangs, as one on a dead network does.

const encoder = new TextEncoder();

class FakeWebSocket {
  readyState = 0;
  bufferedAmount = 0;
  protocol = "";
  extensions = "";
  binaryType = "blob";
  onopen = null;
  onmessage = null;
  onerror = null;
  onclose = null;
  /** What was sent, in order. */
  sent = [];
  /** The arguments of the first `close`. */
  closedWith = undefined;

  constructor(url, protocols) {
    this.url = url;
    this.protocols = protocols;
  }

  send(data) {
    if (this.readyState === 0) throw new DOMException("still in CONNECTING state", "InvalidStateError");
    if (this.readyState === 1) this.sent.push(data);
    else this.bufferedAmount += typeof data === "string" ? encoder.encode(data).length : (data.byteLength ?? data.size);
  }

  close(code, reason) {
    // What Chromium does; WHATWG would take a reason without a code.
    if (code === undefined && reason !== undefined) throw new DOMException("0 is no close code", "InvalidAccessError");
    if (this.readyState < 2) {
      this.closedWith = [code, reason];
      this.readyState = 2;
    }
  }

  // The server's side.

  /** Completes the opening handshake. */
  accept({ protocol = "", extensions = "" } = {}) {
    Object.assign(this, { readyState: 1, protocol, extensions });
    this.onopen?.(new Event("open"));
    return this;
  }

  /** Sends the client a message: text, or an ArrayBuffer. */
  deliver(message) {
    if (this.readyState !== 1) return;
    const data = typeof message === "string" || this.binaryType === "arraybuffer" ? message : new Blob([message]);
    this.onmessage?.(new MessageEvent("message", { data, origin: new URL(this.url).origin }));
  }

  /** Closes with a closing handshake; also answers the client's. */
  finish(code = this.closedWith?.[0] ?? 1005, reason = this.closedWith?.[1] ?? "") {
    this.#end({ code, reason, wasClean: true });
  }

  /** Ends the connection without a closing handshake, or refuses it. */
  drop() {
    this.readyState = 3;
    this.onerror?.(new Event("error"));
    this.#end({ code: 1006, reason: "", wasClean: false });
  }

  #end(details) {
    this.readyState = 3;
    this.onclose?.(Object.assign(new Event("close"), details));
  }
}

/** A `WebSocket` class of its own, which keeps what was made of it in `sockets`. */
export function fakeWebSocket() {
  return class WebSocket extends FakeWebSocket {
    static sockets = [];

    constructor(...args) {
      super(...args);
      WebSocket.sockets.push(this);
    }
  };
}
