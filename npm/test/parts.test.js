// Where the bytes of a core are: nothing of it is left out of the account.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { wasmParts } from "../scripts/wasm_parts.mjs";
import { PACKAGE } from "./fakes/tarball.js";

const sum = (parts) => parts.reduce((total, [, bytes]) => total + bytes, 0);

for (const name of ["staywire", "session"]) {
  test(`the sections and functions of ${name}.wasm account for its bytes`, () => {
    const bytes = readFileSync(join(PACKAGE, `dist/${name}.wasm`));
    const { sections, functions } = wasmParts(bytes);
    // Each section has a byte of its kind and up to three of its size before it; the file has eight.
    const rest = bytes.length - sum(sections) - 8;
    assert.ok(rest >= 2 * sections.length && rest <= 4 * sections.length, `${rest} bytes are nobody's`);
    const [, code] = sections.find(([section]) => section === "code");
    assert.ok(code - sum(functions) > 0 && code - sum(functions) < 4 * functions.length, `${code} bytes of code`);
  });

  test(`nothing in ${name}.wasm is what a panic would say`, () => {
    const text = readFileSync(join(PACKAGE, `dist/${name}.wasm`), "latin1");
    assert.doesNotMatch(text, /\.rs|capacity|index|failed|000102/);
  });
}

test("functions have the names that they have in the source", () => {
  const { functions } = wasmParts(readFileSync(join(PACKAGE, ".build/core.named.wasm")));
  const named = functions.map(([name]) => name);
  assert.ok(named.some((name) => name.includes("handle_input")) && !named.some((name) => /^function \d/.test(name)), `${named}`);
});
