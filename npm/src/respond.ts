/** What the page says to the server's requests; part of the file for sessions. */

import type { Face } from "./face.ts";
import type { RequestError } from "./failure.ts";
import type { Payload } from "./payload.ts";
import type { Data } from "./request.ts";

/** Answers a request of the server; `signal` is aborted where the server gives it up, or the session is lost. */
export type RequestHandler = (data: Data, context: { signal: AbortSignal }) => Payload | undefined | Promise<Payload | undefined>;

/** What is accepted, as `push` of `client-wasm/js/session_sending.js` numbers it. */
const REPLY = 2;
const FAILURE = 3;

/** What kind of failure it is (PROTOCOL.md §3). */
const UNHANDLED = 2;
const FAILED = 8;

/** Has the application answer the server's request `number`. @internal */
export async function respond(face: Face, number: number, data: string | ArrayBuffer, signal: AbortSignal): Promise<void> {
  // Nobody waits for an answer to what was given up.
  const answer = (kind: number, payload: Payload, code = 0) => signal.aborted || face.answer(payload, kind, number, code);
  const { requestHandler: handler } = face;
  if (!handler) return void answer(FAILURE, "nobody handles requests here", UNHANDLED);
  try {
    answer(REPLY, (await handler(face.readable(data), { signal })) ?? "");
  } catch (error) {
    // By its name: this file has no class of the other.
    const { name, code, reason } = error as RequestError;
    const isMeant = name === "RequestError" && code;
    answer(FAILURE, isMeant ? reason : "the handler failed", isMeant || FAILED);
    if (!isMeant) throw error;
  }
}
