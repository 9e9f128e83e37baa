/**
 * The application's side of one conversation: where to dial, and what its events look like.
 *
 * Owns: the order of the events and their shapes. Never: decides when they happen; that is the core's.
 */

import { Core } from "#core";
import { Wire } from "#wire";
import { EarlyCore } from "./early_core.ts";
import { CAUSES, JsonEvent, ReconnectingEvent } from "./events.ts";
import { absoluteUrl, type Protocols, protocolList, resolve, type Url } from "./location.ts";
import { coreSettings, heartbeatOptions, maxQueueBytes, type StayWireOptions } from "./options.ts";
import { CLOSED, CONNECTING } from "./status.ts";
import { loadCore } from "./wasm.ts";

/** A conversation and what is known of it. */
export class Face extends Wire {
  /** A stand-in until the real one is compiled. */
  override core: Core | EarlyCore;
  override readonly heartbeat;
  /** How binary messages are delivered. */
  binaryType: BinaryType = "blob";
  /** Whether anybody ever asked for JSON. */
  wantsJson = false;
  readonly #target: EventTarget;
  readonly #where: Url;
  readonly #protocols: Protocols;
  readonly #options: StayWireOptions;

  constructor(target: EventTarget, where: Url, options: StayWireOptions) {
    super();
    const { protocols = [] } = options;
    const heartbeat = heartbeatOptions(options);
    if (typeof where !== "function") this.url = absoluteUrl(where);
    this.#target = target;
    this.#where = this.url || where;
    this.#protocols = typeof protocols === "function" ? protocols : protocolList(protocols);
    this.#options = options;
    this.heartbeat = heartbeat && { message: heartbeat.message ?? "PING", reply: heartbeat.reply };
    this.core = this.#begin();
  }

  /** Replaces the connection now, also after the end. */
  reconnect(): void {
    const { core } = this;
    if (core instanceof EarlyCore) {
      if (core.stage === CLOSED) this.core = this.#begin();
      else core.stage = CONNECTING;
    } else {
      this.listen();
      core.connect();
    }
  }

  /** Compiles the core and connects; what is called until then waits in the stand-in that is returned. */
  #begin(): EarlyCore {
    const early = new EarlyCore(maxQueueBytes(this.#options));
    // Checked here and not when the core is there: a mistake throws where it was made.
    const settings = coreSettings(this.#options);
    loadCore().then(
      (exports) => {
        if (early.stage) return this.#endEarly(early, false, "");
        const core = new Core(exports, this, Math.random(), ...settings);
        this.core = core;
        early.handOver(core);
        this.listen();
        core.connect();
      },
      (error: unknown) => this.#endEarly(early, true, `the WebAssembly core did not load: ${String(error)}`),
    );
    return early;
  }

  #endEarly(early: EarlyCore, failed: boolean, reason: string): void {
    early.stage = CLOSED;
    this.closed(failed, false, 1006, reason);
  }

  override async locate(): Promise<[string, string[]]> {
    const [url, protocols] = await Promise.all([resolve(this.#where), resolve(this.#protocols)]);
    return [absoluteUrl(url), protocolList(protocols)];
  }

  override deliver(data: string | ArrayBuffer, origin: string): void {
    const isText = typeof data === "string";
    const body = isText || this.binaryType === "arraybuffer" ? data : new Blob([data]);
    this.#tell(new MessageEvent("message", { data: body, origin }));
    if (isText && this.wantsJson) this.#tell(new JsonEvent(data));
  }

  override opened(): void {
    this.#tell(new Event("open"));
  }

  override stale(): void {
    this.#tell(new Event("stale"));
  }

  override retrying(attempt: number, delay: number, cause: number, code: number, reason: string): void {
    this.#tell(new ReconnectingEvent(attempt, delay, CAUSES[cause]!, code, reason));
  }

  override closed(failed: boolean, wasClean: boolean, code: number, reason: string): void {
    if (failed) this.#tell(new Event("error"));
    // An `error` handler may have begun again.
    if (this.core.status() !== CLOSED) return;
    const details = { wasClean, code, reason };
    // Node has a `WebSocket` from version 22 and a `CloseEvent` from version 23.
    this.#tell(globalThis.CloseEvent ? new CloseEvent("close", details) : Object.assign(new Event("close"), details));
  }

  #tell(event: Event): void {
    // Not the target's own method: as with a WebSocket, a subclass has no say in it.
    EventTarget.prototype.dispatchEvent.call(this.#target, event);
  }
}
