/**
 * What session mode needs beside the default entry: its core and its plumbing, loaded on demand.
 *
 * The core has a `Core` of its own: each knows for which wire it is working.
 */

import { carrySession } from "#session";
import type { Face } from "./face.ts";
import { follow } from "./presence.ts";
import { respond } from "./respond.ts";

export { Core } from "#core";
export { loadCore } from "./wasm.ts";

/** Has the page's conversation carry a session. */
export function carry(face: Face): void {
  carrySession(face);
  face.follow = follow;
  face.respond = (...request) => respond(face, ...request);
}
