// A page of a user's, which runs what was built.

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Writes a page to `folder` that runs `script`. */
export function writePage(folder, script) {
  mkdirSync(folder, { recursive: true });
  const html = `<!doctype html>\n<meta charset="utf-8">\n<link rel="icon" href="data:,">\n${script}\n`;
  writeFileSync(join(folder, "index.html"), html);
}
