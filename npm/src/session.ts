/**
 * What session mode needs beside the default entry: its core and its plumbing, loaded on demand.
 *
 * The core has a `Core` of its own: each knows for which wire it is working.
 */

import { carrySession } from "#session";
import type { Face } from "./face.ts";
import type { FirstConnection } from "./first_connection.ts";
import { follow } from "./presence.ts";
import { respond } from "./respond.ts";

export { Core } from "#core";
export { loadCore } from "./wasm.ts";

/** Has the page's conversation carry a session, on a connection that has been dialled. */
export function carry(face: Face, first: FirstConnection | undefined): void {
  carrySession(face, first);
  face.follow = follow;
  face.respond = (...request) => respond(face, ...request);
}
