// Builds `dist`: the cores made small, one file with everything for plain mode, one more for sessions, and the types.
//
//   client-wasm ─ wasm-pack ─► .build/wasm ─ wasm.mjs ─► .build/core.wasm ─ printable.mjs ─┐
//   src/*.ts, client-wasm/js/*.js ──────────────────────────────────────────────── esbuild ─┴─► dist/index.js
//   .build/session ─ likewise ─ src/session.ts ─────────────────────────────────── esbuild ───► dist/session.js
//   LICENSE-* ─────────────────────────────────────► dist, since each copy has to carry them
//   src/*.ts ─ tsc ─► dist/*.d.ts ─ types.mjs ─► those of them that are public

import { copyFile, rm } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { printable } from "./printable.mjs";
import { emitTypes } from "./types.mjs";
import { shrinkCore } from "./wasm.mjs";

process.chdir(fileURLToPath(new URL("..", import.meta.url)));

await rm("dist", { recursive: true, force: true });
await bundle("src/index.ts", "dist/index.js", await shrinkCore("wasm", "core"));
await bundle("src/session.ts", "dist/session.js", await shrinkCore("session", "session_core"));
for (const name of ["LICENSE-APACHE", "LICENSE-MIT"]) await copyFile(`../${name}`, `dist/${name}`);
await emitTypes();

async function bundle(entry, outfile, core) {
  await build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    format: "esm",
    target: "es2022",
    minify: true,
    sourcemap: true,
    legalComments: "none",
    alias: {
      "#core": "../client-wasm/js/core.js",
      "#session": "../client-wasm/js/session.js",
      "#wire": "../client-wasm/js/wire.js",
    },
    plugins: [{ name: "session-on-demand", setup: sessionOnDemand }],
    // Not a module: names are made of a bundle's frequent characters, and those of the wasm are not those of the rest.
    define: { CORE: JSON.stringify(printable(core)) },
  });
}

/** Loaded by those pages alone that ask for a session. */
function sessionOnDemand({ onResolve }) {
  onResolve({ filter: /^#session-entry$/ }, () => ({ path: "./session.js", external: true }));
}
