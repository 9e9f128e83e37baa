// Prints what each file of the package costs a page: bytes raw, as gzip -9 and as brotli 11. `--json` for machines.
//
// The second one is loaded only by pages that ask for a session, the third only by components.

import { readFile } from "node:fs/promises";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const FILES = ["dist/index.js", "dist/session.js", "dist/vue.js"];

const sizes = Object.fromEntries(await Promise.all(FILES.map(async (file) => [file, await sizeOf(file)])));

if (process.argv.includes("--json")) console.log(JSON.stringify(sizes));
else for (const file of FILES) console.log(lineOf(file, sizes[file]));

async function sizeOf(file) {
  // The pointer to the source map is for developers; servers do not strip it, so it counts.
  const bytes = await readFile(new URL(`../${file}`, import.meta.url));
  const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 22 };
  return { raw: bytes.length, gzip: gzipSync(bytes, { level: 9 }).length, brotli: brotliCompressSync(bytes, { params }).length };
}

function lineOf(file, { raw, gzip, brotli }) {
  return `${file}: ${raw} bytes, ${gzip} gzip -9, ${brotli} brotli 11`;
}
