// The core as text, as `src/inline_instance.ts` reads what `scripts/printable.mjs` writes.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { transformSync } from "esbuild";
import { printable } from "../scripts/printable.mjs";
import { PACKAGE } from "./fakes/tarball.js";

test("each byte is read back from printable ASCII, whatever stands beside it", async (t) => {
  const bytes = Uint8Array.from({ length: 3 * 256 }, (_, index) => (index < 256 ? index : index * 37));
  const text = printable(bytes);
  assert.match(text, /^[!-~]+$/);
  const source = readFileSync(join(PACKAGE, "src/inline_instance.ts"), "utf8");
  const { code } = transformSync(source, { loader: "ts", define: { CORE: JSON.stringify(text) } });
  const { instantiate } = await import(`data:text/javascript,${encodeURIComponent(code)}`);
  const { mock } = t.mock.method(WebAssembly, "instantiate", async () => ({ instance: "the core" }));
  assert.equal(await instantiate({}), "the core");
  assert.deepEqual(mock.calls[0].arguments[0], bytes);
});
