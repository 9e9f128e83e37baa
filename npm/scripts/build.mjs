// Builds `dist`: the core made small, one file with everything in it, and the types.
//
//   client-wasm ─ wasm-pack ─► .build/wasm ─ wasm.mjs ─► .build/core.wasm ─ printable.mjs ─┐
//   src/*.ts, client-wasm/js/*.js ──────────────────────────────────────────────── esbuild ─┴─► dist/index.js
//   LICENSE-* ─────────────────────────────────────► dist, since each copy has to carry them
//   src/*.ts ─ tsc ─► dist/*.d.ts ─ types.mjs ─► those of them that are public

import { copyFile, readFile, rm } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { printable } from "./printable.mjs";
import { emitTypes } from "./types.mjs";
import { shrinkCore } from "./wasm.mjs";

process.chdir(fileURLToPath(new URL("..", import.meta.url)));

await rm("dist", { recursive: true, force: true });
await shrinkCore();
await build({
  entryPoints: ["src/index.ts"],
  outfile: "dist/index.js",
  bundle: true,
  format: "esm",
  target: "es2022",
  minify: true,
  sourcemap: true,
  legalComments: "none",
  alias: { "#core": "../client-wasm/js/core.js", "#wire": "../client-wasm/js/wire.js" },
  // Not a module: names are made of a bundle's frequent characters, and those of the wasm are not those of the rest.
  define: { CORE: JSON.stringify(printable(await readFile(".build/core.wasm"))) },
});
for (const name of ["LICENSE-APACHE", "LICENSE-MIT"]) await copyFile(`../${name}`, `dist/${name}`);
await emitTypes();
