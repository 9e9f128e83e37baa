// Emits the types that a user can reach from the entries, and no others.
//
//   src/*.ts ─ tsc ─► dist/*.d.ts ─ follow the imports of the entries ─► the rest is removed

import { execFileSync } from "node:child_process";
import { readdir, readFile, rm } from "node:fs/promises";

/** The types of internal files name what is not in the package, such as the core's glue. */
export async function emitTypes(entries) {
  execFileSync("node_modules/.bin/tsc", { stdio: "inherit" });
  const isPublic = await reachableFrom(entries.map((entry) => `${entry}.d.ts`));
  for (const name of await readdir("dist")) {
    if (name.endsWith(".d.ts") && !isPublic.has(name)) await rm(`dist/${name}`);
  }
}

async function reachableFrom(entries) {
  const reached = new Set(entries);
  // A set's iteration also visits what is added while it runs.
  for (const name of reached) {
    const text = await readFile(`dist/${name}`, "utf8");
    for (const [, module] of text.matchAll(/from "\.\/(\w+)\.ts"/g)) reached.add(`${module}.d.ts`);
  }
  return reached;
}
