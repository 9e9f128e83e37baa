// A copy of the package that nothing is known to: neither its files nor its cores are loaded yet.

import { copyFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

/** The default entry of a copy that is there until the test `t` ends. */
export async function freshPackage(t) {
  const folder = await mkdtemp(join(tmpdir(), "staywire-"));
  t.after(() => rm(folder, { recursive: true }));
  for (const file of ["index.js", "session.js"]) await copyFile(new URL(`../../dist/${file}`, import.meta.url), join(folder, file));
  return import(pathToFileURL(join(folder, "index.js")).href);
}

/** Holds compilation up until the returned function is called. */
export function holdCompilation(t) {
  const { instantiate } = WebAssembly;
  let release;
  const held = new Promise((resolve) => (release = resolve));
  t.mock.method(WebAssembly, "instantiate", async (...args) => {
    await held;
    return instantiate.apply(WebAssembly, args);
  });
  return release;
}
