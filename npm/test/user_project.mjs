// A project of a user's: the packed package installed as npm does it, and the user's scripts.

import { execFileSync } from "node:child_process";
import { cpSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const PACKAGE = fileURLToPath(new URL("..", import.meta.url));

/**
 * Makes the project in `folder`, with the scripts of the folder `app`.
 *
 * It is there and empty, and has to be outside of this package, or finds its modules.
 */
export function makeProject(folder, app) {
  cpSync(app, folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "project", private: true, type: "module" }));
  const npm = (args, cwd) => execFileSync("npm", args, { cwd, stdio: ["ignore", "pipe", "inherit"] });
  const packed = npm(["pack", "--json", "--silent", "--pack-destination", folder], PACKAGE);
  const [{ filename }] = JSON.parse(packed);
  // Nothing is asked of a registry: the package depends on nothing.
  npm(["install", "--silent", "--offline", "--no-audit", "--no-fund", `./${filename}`], folder);
}
