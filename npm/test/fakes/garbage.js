// The garbage collector, and what it leaves.

import assert from "node:assert/strict";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { settle } from "./clock.js";

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc");

/** How many of each kind are made. Collectors promise nothing, so one may linger on the stack; a leak keeps all. */
export const COUNT = 20;

/** Collects until at most one of the weak references `objects` is left, and checks that it came to that. */
export async function assertCollected(objects) {
  const left = () => objects.filter((object) => object.deref()).length;
  for (let turns = 0; left() > 1 && turns < 100; turns++) {
    // A weak reference that was followed holds until the turn is over.
    await settle();
    collectGarbage();
  }
  assert.ok(left() <= 1, `${left()} of ${objects.length} are left`);
}
