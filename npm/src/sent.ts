/** A message of a session, from `send` to its acknowledgement. */

import { RequestError } from "./failure.ts";
import { byteLength, type Payload, snapshot, toPayload } from "./payload.ts";

/** Nobody knows whether the message took effect: its session was lost, or has ended, before it was acknowledged. */
export class OutcomeUnknownError extends Error {
  override readonly name = "OutcomeUnknownError";

  /** @internal */
  constructor() {
    super("staywire: the session was lost before the message was acknowledged; it may have taken effect or not");
  }
}

/** What `send` returns in session mode; to `await` it is to wait for `acknowledged`. */
export class Sent implements PromiseLike<void> {
  /** What is transmitted, again where it is needed. @internal */
  readonly payload: unknown;
  /** Its size in UTF-8 or as it is. @internal */
  readonly bytes: number;
  /** Whether it has left. @internal */
  isWritten = false;
  #outcome: "done" | Error | undefined;
  #acknowledged: Promise<void> | undefined;
  #settle: (() => void) | undefined;

  /** @internal */
  constructor(data: Payload) {
    const payload = toPayload(data);
    this.payload = snapshot(payload);
    this.bytes = byteLength(payload);
  }

  /**
   * Fulfilled when the server's listener is done with the message; costs nothing unless it is read.
   *
   * Rejected with an {@link OutcomeUnknownError} where that cannot be known, with a RangeError where the message turned
   * out to be larger than the server takes, so that it never left, and with a {@link RequestError} where it was for a
   * topic and the server refused it.
   */
  get acknowledged(): Promise<void> {
    return (this.#acknowledged ??= new Promise((resolve, reject) => {
      this.#settle = () => (this.#outcome === "done" ? resolve() : reject(this.#outcome));
      if (this.#outcome) this.#settle();
    }));
  }

  /** As `acknowledged.then`. */
  then<Done = void, Failed = never>(
    onDone?: (() => Done | PromiseLike<Done>) | null,
    onFailed?: ((reason: Error) => Failed | PromiseLike<Failed>) | null,
  ): Promise<Done | Failed> {
    return this.acknowledged.then(onDone, onFailed);
  }

  /** @internal */
  done(): void {
    this.#outcome = "done";
    this.#settle?.();
  }

  /** The server does not do what was asked. @internal */
  refuse(code: number, reason: string): void {
    this.fail(new RequestError(code, reason));
  }

  /** @internal */
  fail(reason: Error = new OutcomeUnknownError()): void {
    this.#outcome = reason;
    this.#settle?.();
  }
}
