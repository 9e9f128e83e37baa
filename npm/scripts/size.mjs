// Prints what the default entry costs: bytes raw, as gzip -9 and as brotli 11. `--json` for machines.

import { readFile } from "node:fs/promises";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const file = new URL("../dist/index.js", import.meta.url);
// The pointer to the source map is for developers; servers do not strip it, so it counts.
const bytes = await readFile(file);
const brotli = brotliCompressSync(bytes, {
  params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 22 },
});
const size = { raw: bytes.length, gzip: gzipSync(bytes, { level: 9 }).length, brotli: brotli.length };

if (process.argv.includes("--json")) console.log(JSON.stringify(size));
else console.log(`dist/index.js: ${size.raw} bytes, ${size.gzip} gzip -9, ${size.brotli} brotli 11`);
