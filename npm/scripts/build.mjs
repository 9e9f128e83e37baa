// Builds `dist`: the cores made small, a file for each entry of the package, and the types.
//
//   client-wasm ─ wasm-pack ─► .build/wasm ─ wasm.mjs ─► .build/core.wasm ─► dist/staywire.wasm
//                                                            │ printable.mjs
//   src/*.ts, client-wasm/js/*.js ────────────────────────── ▼ ─ esbuild ─ terser ─► dist/*.js
//   .build/session ─ likewise ─► dist/session.wasm, dist/session.js
//   LICENSE-* ─► dist, since each copy has to carry them
//   src/*.ts ─ tsc ─► dist/*.d.ts ─ types.mjs ─► those of them that are public

import { copyFile, mkdir, rm, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { bundle } from "./bundle.mjs";
import { emitTypes } from "./types.mjs";
import { shrinkCore } from "./wasm.mjs";

process.chdir(fileURLToPath(new URL("..", import.meta.url)));

await rm("dist", { recursive: true, force: true });
await mkdir("dist");
const [plain, session] = [await shrinkCore("wasm", "core"), await shrinkCore("session", "session_core")];
// With the core inside; and with the core beside it, for pages that fetch it themselves.
const parts = {
  "dist/index.js": await bundle("src/index.ts", "dist/index.js", { core: plain }),
  "dist/session.js": await bundle("src/session.ts", "dist/session.js", { core: session }),
};
await writeFile(".build/parts.json", JSON.stringify(parts));
await bundle("src/slim.ts", "dist/slim.js", { sessionFile: "./slim_session.js" });
await bundle("src/slim_session.ts", "dist/slim_session.js");
await bundle("src/index.ts", "dist/staywire.global.js", { core: plain, format: "iife", globalName: "staywire" });
await bundle("src/outbox.ts", "dist/outbox.js", { isApart: true });
await bundle("src/vue.ts", "dist/vue.js", { isApart: true });
await bundle("src/vue_methods.ts", "dist/vue_methods.js", { isApart: true });
await writeFile("dist/staywire.wasm", plain);
await writeFile("dist/session.wasm", session);
for (const name of ["LICENSE-APACHE", "LICENSE-MIT"]) await copyFile(`../${name}`, `dist/${name}`);
await emitTypes(["index", "outbox", "slim", "slim_session", "vue", "vue_methods"]);
