// Sockets without a network: what is left is what a client itself costs.
//
// Either one answers a session as its server does: with a welcome, and, where it is told to, with acknowledgements.

const WELCOME = [
  `welcome ${'a'.repeat(32)} ${'b'.repeat(32)} 1`,
  'limits 262144 120000 15000 5000 65536 1000 1048576',
  'recovered 4 b abc 0',
].join('\n');

/** What is left of the credit is never the question here. */
const CREDIT = 2 ** 50;

const ORIGIN = 'wss://server.example';

/** What both have of a WebSocket. */
const mocked = (Base) =>
  class extends Base {
    static newest;
    // Looked at by clients that make sure of what they are given.
    static OPEN = 1;
    static CLOSING = 2;
    OPEN = 1;
    readyState = 0;
    bufferedAmount = 0;
    protocol = '';
    extensions = '';
    binaryType = 'blob';
    #isAnswered = false;

    constructor(url, protocols) {
      super();
      this.url = url;
      this.isSession = protocols === 'staywire.v1';
      this.constructor.newest = this;
    }

    send() {
      if (!this.isSession || this.#isAnswered) return;
      this.#isAnswered = true;
      queueMicrotask(() => this.#welcome());
    }

    /** Answers an opening; not from within `send`, as no server does. */
    #welcome() {
      this.tell(WELCOME);
      this.tell(`c${CREDIT}`);
    }

    /** Acknowledges the first `count` that were sent; likewise. */
    acknowledge(count) {
      if (this.isSession) this.tell(`a${count}`);
    }

    close() {}

    open() {
      this.readyState = 1;
      this.fire(new Event('open'));
    }

    tell(data) {
      this.receive(this.prepare(data));
    }
  };

/**
 * Does with a message the least that a browser does before `send` returns or after the message has come: writes the text
 * in UTF-8 where it will be sent from; makes an event of what has come and dispatches that.
 */
export class DispatchingSocket extends mocked(EventTarget) {
  #handlers = {};
  #encoder = new TextEncoder();
  /** Larger than any message of the measurement. */
  #outgoing = new Uint8Array(65_536);

  constructor(...args) {
    super(...args);
    for (const type of ['open', 'message', 'close', 'error']) {
      const [get, set] = [() => this.#handlers[type], (handler) => (this.#handlers[type] = handler)];
      Object.defineProperty(this, `on${type}`, { get, set });
      this.addEventListener(type, (event) => this.#handlers[type]?.(event));
    }
  }

  fire(event) {
    this.dispatchEvent(event);
  }

  send(text) {
    super.send();
    this.#encoder.encodeInto(text, this.#outgoing);
  }

  /** What is done before the clock runs. */
  prepare(data) {
    return data;
  }

  receive(data) {
    this.dispatchEvent(new MessageEvent('message', { data, origin: ORIGIN }));
  }
}

/** Calls its handlers with an event that is there already, and forgets what is sent, so that nothing is measured but what a client does. */
export class CallingSocket extends mocked(Object) {
  #listeners = { open: [], message: [], close: [], error: [] };

  addEventListener(type, listener) {
    this.#listeners[type].push(listener);
  }

  removeEventListener(type, listener) {
    this.#listeners[type] = this.#listeners[type].filter((other) => other !== listener);
  }

  fire(event) {
    this[`on${event.type}`]?.(event);
    for (const listener of this.#listeners[event.type]) listener(event);
  }

  prepare(data) {
    return new MessageEvent('message', { data, origin: ORIGIN });
  }

  receive(event) {
    this.onmessage?.(event);
    for (const listener of this.#listeners.message) listener(event);
  }
}
