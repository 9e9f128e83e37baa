// A project of a user's: the packed package installed as npm does it, and the pages' scripts.

import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const path = (relative) => fileURLToPath(new URL(relative, import.meta.url));

/** Makes the project in `folder`, which is there and empty; it has to be outside of this package, or finds its modules. */
export function makeProject(folder) {
  cpSync(path("app"), folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "page", private: true, type: "module" }));
  const npm = (args, cwd) => execFileSync("npm", args, { cwd, stdio: ["ignore", "pipe", "inherit"] });
  const packed = npm(["pack", "--json", "--silent", "--pack-destination", folder], path("../.."));
  const [{ filename }] = JSON.parse(packed);
  // Nothing is asked of a registry: the package depends on nothing.
  npm(["install", "--silent", "--offline", "--no-audit", "--no-fund", `./${filename}`], folder);
}

/** Writes a page to `folder` that runs `script`. */
export function writePage(folder, script) {
  mkdirSync(folder, { recursive: true });
  const html = `<!doctype html>\n<meta charset="utf-8">\n<link rel="icon" href="data:,">\n${script}\n`;
  writeFileSync(join(folder, "index.html"), html);
}
