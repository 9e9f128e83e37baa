// Makes the core small: the wasm that wasm-bindgen left, optimised, under short names, and its glue likewise.
//
//   .build/wasm/staywire_bg.wasm ─ wasm-opt ─► .build/core.wasm
//   .build/wasm/staywire_bg.js ─── renamed ──► .build/glue.js

import { execFileSync } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";

const GLUE = ".build/wasm/staywire_bg.js";
const WASM = ".build/wasm/staywire_bg.wasm";

/** Optimises; the result imports one module `a`, which is what `glue.js` exports as `imports`. */
export async function shrinkCore() {
  // No feature flags: wasm-opt reads from the file which ones it was compiled with.
  const flags = ["-Oz", "--strip-debug", "--strip-producers", "--strip-target-features"];
  const minify = "--minify-imports-and-exports-and-modules";
  const log = execFileSync("node_modules/.bin/wasm-opt", [...flags, minify, WASM, "-o", ".build/core.wasm"]);
  const { imports, exports } = parseNames(log.toString());
  const glue = await readFile(GLUE, "utf8");
  await writeFile(".build/glue.js", rename(glue, imports, exports));
  await checkImports(imports);
}

/** wasm-opt prints its renaming as JSON with a comma too few. */
function parseNames(text) {
  const names = JSON.parse(text.slice(text.indexOf("{"), text.lastIndexOf("}") + 1).replace(/\]\s*"exports"/, '],"exports"'));
  return {
    imports: names.imports.map(([, long, short]) => [long, short]),
    exports: names.exports.map(([long, short]) => [long, short]),
  };
}

/** What wasm-bindgen's glue has for users that the core does not have; 0.2 KB brotli. */
const IDLE = [
  // The core throws only where it is misused, by code of this package: the text has no reader.
  [/throw new Error\(getStringFromWasm0\(arg0, arg1\)\)/, 'throw new Error("staywire: the core is misused")'],
  // Then nothing decodes text any more, but a decoder that is tried out looks like a side effect to bundlers.
  [/let cachedTextDecoder = .*\ncachedTextDecoder\.decode\(\);/, "let cachedTextDecoder;"],
  [/if \(Symbol\.dispose\) .*\n/, ""],
];

function rename(glue, imports, exports) {
  let renamed = IDLE.reduce(leaveOut, glue).replace(/^export (?=function __wbg_(?!set_wasm)|function __wbindgen)/gm, "");
  for (const [long, short] of exports) renamed = renamed.replace(new RegExp(`\\bwasm\\.${long}\\b`, "g"), `wasm.${short}`);
  const members = imports.map(([long, short]) => `${short}: ${long}`);
  const [, start] = exports.find(([long]) => long === "__wbindgen_start");
  return `${renamed}
export const imports = { a: { ${members.join(", ")} } };
export function start(instance) {
  __wbg_set_wasm(instance.exports);
  wasm.${start}();
}
`;
}

function leaveOut(glue, [pattern, instead]) {
  if (!pattern.test(glue)) throw new Error(`wasm-bindgen's glue has changed: ${pattern} is not in it`);
  return glue.replace(pattern, instead);
}

/** What the wasm imports has to be what the glue gives; anything else would fail only in the browser. */
async function checkImports(given) {
  const names = new Set(given.map(([, short]) => `a.${short}`));
  const wanted = WebAssembly.Module.imports(await WebAssembly.compile(await readFile(".build/core.wasm")));
  const missing = wanted.filter(({ module, name }) => !names.has(`${module}.${name}`));
  if (missing.length) throw new Error(`the wasm imports what nobody gives it: ${JSON.stringify(missing)}`);
}
