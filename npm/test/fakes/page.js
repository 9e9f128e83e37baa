// The page around a client: its events, its visibility and its address.

import { getEventListeners, setMaxListeners } from "node:events";
import { replace } from "./replace.js";

const TYPES = ["offline", "online", "visibilitychange", "freeze", "resume", "pagehide", "pageshow"];

/** Fired at the document and not bubbling: at the window, only who captures them hears them. */
const CAPTURED = new Set(["freeze", "resume"]);

export class FakePage {
  #target = new EventTarget();
  document = { hidden: false, baseURI: "https://shop.example/orders/list?page=2" };

  constructor(t) {
    const { addEventListener } = this.#target;
    this.#target.addEventListener = function (type, listener, options) {
      if (options?.capture || !CAPTURED.has(type)) addEventListener.call(this, type, listener, options);
    };
    setMaxListeners(0, this.#target);
    for (const name of ["addEventListener", "removeEventListener", "dispatchEvent"]) {
      replace(t, globalThis, name, this.#target[name].bind(this.#target));
    }
    replace(t, globalThis, "document", this.document);
  }

  /** Tells whoever listens. */
  tell(type, details = {}) {
    this.#target.dispatchEvent(Object.assign(new Event(type), details));
  }

  /** How many listeners there are. */
  get listeners() {
    return TYPES.reduce((sum, type) => sum + getEventListeners(this.#target, type).length, 0);
  }
}
