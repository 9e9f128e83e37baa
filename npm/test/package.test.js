// The package as it is published.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { SourceMap } from "node:module";
import { join } from "node:path";
import { test } from "node:test";
import { build, transformSync } from "esbuild";
import { PACKAGE, UserProject } from "./fakes/tarball.js";

const manifest = JSON.parse(readFileSync(join(PACKAGE, "package.json"), "utf8"));
/** Without their endings. */
const SCRIPTS = ["index", "outbox", "session", "slim", "slim_session", "staywire.global", "vue", "vue_methods"];

test("the tarball holds the built files, the read-me and the licences, and nothing else", () => {
  const packed = execFileSync("npm", ["pack", "--dry-run", "--json"], { cwd: PACKAGE });
  const [{ files }] = JSON.parse(packed);
  const others = files.map(({ path }) => path).filter((path) => !/^dist\/\w+\.d\.ts$/.test(path));
  const scripts = SCRIPTS.flatMap((name) => [`dist/${name}.js`, `dist/${name}.js.map`]);
  const cores = ["dist/session.wasm", "dist/staywire.wasm"];
  const expected = ["README.md", "package.json", "dist/LICENSE-APACHE", "dist/LICENSE-MIT", ...cores, ...scripts];
  assert.deepEqual(others.sort(), expected.sort());
});

test("it depends on nothing but on a Vue that is there, and says that importing has no effects", () => {
  for (const kind of ["dependencies", "optionalDependencies"]) assert.equal(manifest[kind], undefined);
  assert.deepEqual(Object.keys(manifest.peerDependencies), ["vue"]);
  assert.deepEqual(manifest.peerDependenciesMeta, { vue: { optional: true } });
  assert.equal(manifest.sideEffects, false);
});

test("each entry names its types first, or TypeScript would not see them", () => {
  const entries = Object.values(manifest.exports).filter((entry) => typeof entry === "object");
  assert.equal(entries.length, 6);
  for (const entry of entries) assert.deepEqual(Object.keys(entry), ["types", "default"]);
});

test("the lock files name no registry", () => {
  for (const folder of [".", "test/bundlers", "test/others", "test/runtimes"]) {
    assert.doesNotMatch(readFileSync(join(PACKAGE, folder, "package-lock.json"), "utf8"), /"resolved"/, folder);
  }
});

test("no entry awaits at its top level, and none but a given core is found by URL", () => {
  for (const name of SCRIPTS) {
    const script = readFileSync(join(PACKAGE, `dist/${name}.js`), "utf8");
    // A bundler takes this form for a file to copy, and copies one that nobody loads.
    assert.doesNotMatch(script, /import\.meta/, name);
    transformSync(script, { format: "esm", target: "es2022", supported: { "top-level-await": false } });
  }
});

test("each script has its source map, with the sources inside", () => {
  for (const name of SCRIPTS) {
    const map = JSON.parse(readFileSync(join(PACKAGE, `dist/${name}.js.map`), "utf8"));
    assert.ok(map.sources.length > 0 && map.sourcesContent.every(Boolean), name);
    assert.match(readFileSync(join(PACKAGE, `dist/${name}.js`), "utf8"), /\n\/\/# sourceMappingURL=[\w.]+\.js\.map\n$/);
  }
});

test("a source map leads from a script to the line of the source", () => {
  const script = readFileSync(join(PACKAGE, "dist/index.js"), "utf8");
  const map = JSON.parse(readFileSync(join(PACKAGE, "dist/index.js.map"), "utf8"));
  const text = "there is no WebSocket here";
  const [before] = script.split(text, 1);
  const line = before.split("\n").length - 1;
  const { originalSource, originalLine } = new SourceMap(map).findEntry(line, before.length - before.lastIndexOf("\n") - 1);
  assert.match(originalSource, /src\/stay_wire\.ts$/);
  const source = map.sourcesContent[map.sources.indexOf(originalSource)];
  assert.match(source.split("\n")[originalLine], new RegExp(text));
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
  const names = "GapEvent,JsonEvent,OutcomeUnknownError,ReconnectingEvent,RequestError,SessionEvent,StayWire,Topic,initWebSocket";
  assert.equal(project.run("node", "main.js").trim(), names);
});

test("so can its other entries, and its cores are found", (t) => {
  const project = new UserProject(t);
  project.link("node_modules/vue");
  project.write("main.js", `
    import { init, StayWire } from "staywire/slim";
    import { init as initSession } from "staywire/slim/session";
    import { createStayWire, useStayWire } from "staywire/vue";
    import { readFileSync } from "node:fs";
    const compile = (core) => new WebAssembly.Module(readFileSync(new URL(import.meta.resolve(core))));
    const cores = ["staywire/staywire.wasm", "staywire/session.wasm"].map(compile);
    console.log([init, StayWire, initSession, createStayWire, useStayWire, ...cores].map((value) => typeof value).join());`);
  assert.equal(project.run("node", "main.js").trim(), "function,function,function,function,function,object,object");
});

test("publint and are-the-types-wrong find nothing to complain of", (t) => {
  const project = new UserProject(t);
  const tool = (name) => join(PACKAGE, "node_modules/.bin", name);
  assert.match(project.run(tool("publint"), "run", project.tarball, "--strict"), /All good!/);
  // What is no module has no types, and what asks for ES modules cannot be required by older Nodes.
  const excluded = ["--exclude-entrypoints", "./staywire.wasm", "./session.wasm"];
  project.run(tool("attw"), project.tarball, "--profile", "esm-only", "--format", "ascii", ...excluded);
});

test("the packed types compile, strictly and with their own files checked, under both module resolutions", (t) => {
  const project = new UserProject(t);
  project.copy("test/types", "src");
  project.link("node_modules/vue");
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
