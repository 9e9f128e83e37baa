/** What was asked of the server, or of the application, and failed. */

/**
 * What kind of failure it is: an application's (`failed`), the protocol's (PROTOCOL.md §3), or this side's, which has no
 * code: `timeout`, `outcomeUnknown` (the session was lost, or ended first), `closed`.
 */
export type FailureKind =
  | "failed"
  | "interrupted"
  | "unhandled"
  | "panicked"
  | "tooMany"
  | "notAllowed"
  | "unknownName"
  | "unavailable"
  | "tooLarge"
  | "timeout"
  | "outcomeUnknown"
  | "closed";

/** By code. */
const KINDS: readonly FailureKind[] = ["failed", "interrupted", "unhandled", "panicked", "tooMany", "notAllowed", "unknownName", "unavailable", "failed", "tooLarge"];

/** A request, a subscription or a publication has failed. */
export class RequestError extends Error {
  override readonly name = "RequestError";
  /** What kind of failure it is. */
  readonly kind: FailureKind;
  /** Its code: the application's from 1000, below it the protocol's; undefined where the failure is this side's. */
  readonly code: number | undefined;
  /** Why, as the other side says it; may be empty. */
  readonly reason: string;

  /** Where a handler of the server's requests throws it, its code, which is at least 1000, and its reason are told to the server. */
  constructor(failure: number | FailureKind, reason = "") {
    const [code, kind] = typeof failure === "number" ? [failure, KINDS[failure] ?? "failed"] : [undefined, failure];
    super(`staywire: ${kind}${reason && `: ${reason}`}`);
    this.kind = kind;
    this.code = code;
    this.reason = reason;
  }
}
