// Makes the core small: the wasm that wasm-bindgen left, under the names of the scripts, and optimised.
//
//   .build/wasm/staywire_bg.wasm ─ wasm-dis ─ names ─► .build/core.wat ─ wasm-opt ─► .build/core.wasm, .build/core.named.wasm
//   .build/session/… likewise ──────────────────────────────────────────────────► .build/session_core.wasm, …
//
// The one with the names of its functions is for `parts.mjs`; nothing else in it differs.
//
// Only integers cross between the core and JavaScript, so what wasm-bindgen
// generates to convert them has nothing to do, and stays out.

import { execFileSync } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { SHORT } from "./names.mjs";

/** The module that the core imports from. */
const IMPORTED = SHORT.commands;

/** What rustc emits for wasm32 without being asked; the text does not say. */
const FEATURES = ["bulk-memory", "mutable-globals", "nontrapping-float-to-int", "reference-types", "sign-ext"];

/** Control flow anew, for which it has to be flat; twice, as the first time leaves something to do; and the most called functions first, whose numbers are short and alike. */
const PASSES = ["--flatten", "--rereloop", "-Oz", "-Oz", "--reorder-functions"];

/** The stack grows down to the beginning of the memory, and never takes as much: an address plus an offset does not wrap. */
const ASSUMED = "--low-memory-unused";

/** Makes `.build/<core>.wasm` of what wasm-pack left in `.build/<compiled>`; its bytes. */
export async function shrinkCore(compiled, core) {
  const [binary, text] = [`.build/${compiled}/staywire_bg.wasm`, `.build/${core}.wat`];
  const [named, small] = [`.build/${core}.named.wasm`, `.build/${core}.wasm`];
  const disassembled = execFileSync("node_modules/.bin/wasm-dis", [binary], { encoding: "utf8", maxBuffer: 2 ** 26 });
  await writeFile(text, silence(rename(disassembled)));
  const flags = [...PASSES, ASSUMED, ...FEATURES.map((feature) => `--enable-${feature}`)];
  execFileSync("node_modules/.bin/wasm-opt", [...flags, "-g", text, "-o", named]);
  execFileSync("node_modules/.bin/wasm-opt", [...flags, "--strip-debug", text, "-o", small]);
  const bytes = await readFile(small);
  await checkImports(bytes);
  return bytes;
}

/** Leaves the exports `staywire_…`, without that, and gives them and each import the names that the scripts use. */
function rename(text) {
  return text
    .replace(/^ \(export "(?!staywire_).*\n/gm, "")
    .replace(/^ \(export "staywire_(\w+)"/gm, (_, name) => ` (export "${shortened(name.replace("create_session", "create"))}"`)
    .replace(/^ \(import "[^"]*" "__wbg_(\w+)_[0-9a-f]{16}"/gm, (_, name) => ` (import "${IMPORTED}" "${shortened(name)}"`);
}

function shortened(name) {
  return SHORT[name] ?? name;
}

/**
 * Has a panic trap without putting together what it would say, which nobody hears, and blanks the texts for that.
 *
 * What has only the letters of such texts, a path or all numbers of two digits, and is as long, is no table of the core.
 */
function silence(text) {
  const panics = /^( \(func \$"[^"]*::(?:panicking::\w+|handle_error|handle_alloc_error)".*\n)[^]*?^ \)$/gm;
  // An escaped byte first: its digits are no text.
  const texts = /\\(?:[\da-f]{2}|.)|([a-z ():<]{12,}|[\w./-]+\.rs|(?:\d\d){100})/g;
  return text
    .replace(panics, "$1  (unreachable)\n )")
    .replace(/^ \(data .*/gm, (data) => data.replace(texts, (bytes, words) => (words ? "\\00".repeat(words.length) : bytes)));
}

/** What else the wasm imported nobody would give it: that would fail only in the browser. */
async function checkImports(bytes) {
  const imports = WebAssembly.Module.imports(await WebAssembly.compile(bytes));
  const others = imports.filter(({ module }) => module !== IMPORTED);
  if (others.length) throw new Error(`the wasm imports what nobody gives it: ${JSON.stringify(others)}`);
}
