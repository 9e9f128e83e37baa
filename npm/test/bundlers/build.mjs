// `node build.mjs PROJECT OUT`: installs the packed package into PROJECT, and builds a page below OUT in every way.
// Then it serves the project with Vite, prints that address, and ends with its standard input.

import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { makeProject } from "../user_project.mjs";
import { serveWithVite, WAYS } from "./ways.mjs";

const [project, out] = process.argv.slice(2);

makeProject(project, fileURLToPath(new URL("app", import.meta.url)));
for (const [name, build] of Object.entries(WAYS)) {
  try {
    await build(project, join(out, name));
  } catch (error) {
    throw new Error(`${name}: ${error.message}`, { cause: error });
  }
}
console.log(`built ${Object.keys(WAYS).join(" ")}`);
console.log(`serving ${await serveWithVite(project)}`);
process.stdin.resume().on("end", () => process.exit());
