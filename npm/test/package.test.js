// The package as it is published.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { build } from "esbuild";
import { PACKAGE, UserProject } from "./fakes/tarball.js";

const manifest = JSON.parse(readFileSync(join(PACKAGE, "package.json"), "utf8"));

test("the tarball holds the built files, the read-me and the licences, and nothing else", () => {
  const packed = execFileSync("npm", ["pack", "--dry-run", "--json"], { cwd: PACKAGE });
  const [{ files }] = JSON.parse(packed);
  const others = files.map(({ path }) => path).filter((path) => !/^dist\/\w+\.d\.ts$/.test(path));
  const scripts = ["index", "session"].flatMap((name) => [`dist/${name}.js`, `dist/${name}.js.map`]);
  const expected = ["README.md", "package.json", "dist/LICENSE-APACHE", "dist/LICENSE-MIT", ...scripts];
  assert.deepEqual(others.sort(), expected.sort());
});

test("it depends on nothing and says that importing has no effects", () => {
  for (const kind of ["dependencies", "peerDependencies", "optionalDependencies"]) assert.equal(manifest[kind], undefined);
  assert.equal(manifest.sideEffects, false);
});

test("its exports name the types first, or TypeScript would not see them", () => {
  assert.deepEqual(Object.keys(manifest.exports["."]), ["types", "default"]);
});

test("a bundler drops what is imported and not used", async () => {
  const contents = 'import { StayWire } from "staywire"; console.log("page");';
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: PACKAGE },
    bundle: true,
    format: "esm",
    write: false,
    logLevel: "error",
  });
  assert.equal(outputFiles[0].text.includes("StayWire"), false);
  assert.ok(outputFiles[0].text.length < 200);
});

test("the packed package can be imported in Node, and names what it exports", (t) => {
  const project = new UserProject(t);
  project.write("main.js", 'import * as all from "staywire"; console.log(Object.keys(all).sort().join());');
  const names = "GapEvent,JsonEvent,OutcomeUnknownError,ReconnectingEvent,SessionEvent,StayWire,initWebSocket";
  assert.equal(project.run("node", "main.js").trim(), names);
});

test("the packed types compile, strictly and with their own files checked, under both module resolutions", (t) => {
  const project = new UserProject(t);
  project.copy("test/types", "src");
  const tsc = join(PACKAGE, "node_modules/.bin/tsc");
  for (const [module, moduleResolution] of [
    ["ESNext", "bundler"],
    ["NodeNext", "NodeNext"],
  ]) {
    const lib = ["ES2022", "DOM", "DOM.Iterable"];
    const compilerOptions = { module, moduleResolution, lib, target: "ES2022", types: [], strict: true, skipLibCheck: false, noEmit: true };
    project.write("tsconfig.json", JSON.stringify({ compilerOptions, include: ["src"] }));
    assert.equal(project.run(tsc), "", moduleResolution);
  }
});
