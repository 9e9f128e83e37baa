// The page around a client: its events, its visibility and its address.

import { getEventListeners, setMaxListeners } from "node:events";
import { replace } from "./replace.js";

const TYPES = ["offline", "online", "visibilitychange", "freeze", "resume", "pagehide", "pageshow"];

const FIRED_AT_DOCUMENT = new Set(["visibilitychange", "freeze", "resume"]);

/** Of those, what does not bubble: at the window, only who captures them hears them. */
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

  /** Tells whoever listens; what has another `target` than the window, it captures on its way there. */
  tell(type, details = {}, target = FIRED_AT_DOCUMENT.has(type) ? this.document : undefined) {
    const event = Object.assign(new Event(type), details);
    if (target) Object.defineProperty(event, "target", { value: target });
    this.#target.dispatchEvent(event);
  }

  /** How many listeners there are. */
  get listeners() {
    return TYPES.reduce((sum, type) => sum + getEventListeners(this.#target, type).length, 0);
  }
}
