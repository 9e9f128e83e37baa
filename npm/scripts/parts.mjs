// Prints where the bytes of each file are, before compression: its modules, and the sections and functions of its core.
//
//   .build/parts.json (esbuild's account) ─┐
//   .build/*.named.wasm ─ wasm_parts.mjs ──┴─► lines, the largest first

import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { wasmParts } from "./wasm_parts.mjs";

process.chdir(fileURLToPath(new URL("..", import.meta.url)));

/** What is inside of each file, and how many of its functions are worth a line. */
const CORES = { "dist/index.js": ".build/core.named.wasm", "dist/session.js": ".build/session_core.named.wasm" };
const MOST_FUNCTIONS = 20;

const accounts = JSON.parse(await readFile(".build/parts.json", "utf8"));

for (const [file, core] of Object.entries(CORES)) {
  print(`${file}, its modules`, Object.entries(accounts[file]));
  const { sections, functions } = wasmParts(await readFile(core));
  // The names are not shipped.
  print(`${file}, its core's sections`, sections.filter(([name]) => name !== "custom: name"));
  print(`${file}, its core's functions`, functions.map(([name, bytes]) => [readable(name), bytes]), MOST_FUNCTIONS);
}

function print(title, parts, most = parts.length) {
  const sorted = parts.toSorted(([, one], [, other]) => other - one);
  const shown = sorted.slice(0, most);
  const rest = sorted.slice(most);
  if (rest.length) shown.push([`${rest.length} more`, sum(rest)]);
  console.log(`\n${title}: ${sum(parts)} bytes`);
  for (const [name, bytes] of shown) console.log(`${String(bytes).padStart(8)}  ${name}`);
}

function sum(parts) {
  return parts.reduce((total, [, bytes]) => total + bytes, 0);
}

/** Without what the compiler adds, to tell versions and instances apart. */
function readable(name) {
  return name.replace(/::h[0-9a-f]{16}$/, "").replace(/\[[0-9a-f]{16}\]/g, "");
}
