/** What session mode needs beside the default entry: its core and its plumbing, loaded on demand. */

import { carrySession } from "#session";
import { instantiate } from "#instance";
import type { Face } from "./face.ts";
import type { FirstConnection } from "./first_connection.ts";
import { follow } from "./presence.ts";
import { respond } from "./respond.ts";
import { tellMessages } from "./session_message.ts";

/** What a core exports; and what has a conversation carry a session, if it is to. */
export type Loaded = [exports: WebAssembly.Exports, carry?: typeof carry];

/** By what they import: copies of the default entry share this file, and each has a core of its own. */
const loading = new WeakMap<WebAssembly.ModuleImports, Promise<Loaded>>();

/** What a session needs, of a core that imports `commands`; as `loadCore` of `wasm.ts`. */
export async function load(commands: WebAssembly.ModuleImports): Promise<Loaded> {
  if (!loading.has(commands)) {
    const core = instantiate({ commands });
    loading.set(commands, core.then(({ exports }) => [exports, carry]));
    core.catch(() => loading.delete(commands));
  }
  return loading.get(commands)!;
}

/** Has the page's conversation carry a session, on a connection that has been dialled. */
function carry(face: Face, target: EventTarget, first: FirstConnection | undefined): void {
  carrySession(face, first);
  tellMessages(face, target);
  face.follow = follow;
  face.tooLarge = (bytes) => new RangeError(`staywire: the server takes messages of at most ${face.maxMessageBytes} bytes, not ${bytes}`);
  face.respond = (...request) => respond(face, ...request);
}
