/**
 * The page's own requests, from `request` to the reply.
 *
 * Owns: how a request ends, once. Never: transmits it; that is the session's.
 */

import type { Face } from "./face.ts";
import { RequestError } from "./failure.ts";
import { time } from "./options.ts";
import type { Payload } from "./payload.ts";
import { Sent } from "./sent.ts";

/** A message as it is delivered: text, or binary as `binaryType` says. */
export type Data = string | ArrayBuffer | Blob;

/** How long a request waits. */
export interface RequestOptions {
  /** Milliseconds that the reply may take. @default no end */
  timeout?: number;
  /** Gives the request up, of which the server's handler is told. */
  signal?: AbortSignal;
}

/** What is accepted, as `push` of `client-wasm/js/session_sending.js` numbers it. */
const REQUEST = 1;

/** A request that waits for its reply. @internal */
export class PendingRequest extends Sent {
  settle!: (data: string | ArrayBuffer) => void;
  #reject!: (reason: unknown) => void;
  readonly reply = new Promise<string | ArrayBuffer>((resolve, reject) => {
    this.settle = resolve;
    this.#reject = reject;
  });

  /** The server's handler has it: that is not the reply. */
  override done(): void {}

  override fail(reason: unknown = new RequestError("outcomeUnknown")): void {
    this.#reject(reason);
  }
}

/** Asks the server, and waits for its reply. @internal */
export async function request(face: Face, data: Payload, options: RequestOptions): Promise<Data> {
  const { timeout, signal } = options;
  signal?.throwIfAborted();
  const pending = new PendingRequest(data);
  const giveUp = (reason: unknown) => {
    face.lane.cancel(pending);
    pending.fail(reason);
  };
  const abort = () => giveUp(signal!.reason);
  const timer = timeout === undefined ? timeout : setTimeout(() => giveUp(new RequestError("timeout")), time(options, "timeout", 0));
  signal?.addEventListener("abort", abort);
  try {
    const failure = face.lane.accept(pending, REQUEST);
    if (failure) throw new RequestError(failure);
    return face.readable(await pending.reply);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", abort);
  }
}
