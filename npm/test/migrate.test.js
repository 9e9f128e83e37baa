// docs/migrate.md: its code compiles against the packages it is about, and it leaves none of their options out.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { PACKAGE, UserProject } from "./fakes/tarball.js";

const GUIDE = readFileSync(join(PACKAGE, "../docs/migrate.md"), "utf8");

const OTHERS = "test/others/node_modules";

/** Each code block of the guide: its language, which side of a migration it is, and its code, without a component's markup. */
const blocks = [...GUIDE.matchAll(/```(\w+)(?: (\w+))?\n(.*?)```/gs)].map(([, language, side, code]) => ({
  side,
  code: language === "vue" ? /<script setup>(.*)<\/script>/s.exec(code)[1] : code,
}));

test("every sample compiles, those of before against what is migrated from", (t) => {
  const sides = blocks.flatMap(({ side }) => side ?? []);
  assert.deepEqual(sides, Array(4).fill(["before", "after"]).flat());
  const project = new UserProject(t);
  for (const name of ["reconnecting-websocket", "partysocket", "@vueuse", "@vue", "vue", "socket.io-client"]) {
    project.link(join(OTHERS, name), join("node_modules", name));
  }
  blocks.forEach(({ side, code }, index) => project.write(`${index}-${side}.ts`, `${code}\nexport {};\n`));
  const compilerOptions = {
    module: "ESNext",
    moduleResolution: "bundler",
    target: "ES2022",
    lib: ["ES2022", "DOM", "DOM.Iterable"],
    types: [],
    strict: true,
    noEmit: true,
    // Not all of the others' own types compile; ours are checked elsewhere.
    skipLibCheck: true,
  };
  project.write("tsconfig.json", JSON.stringify({ compilerOptions, include: ["*.ts"] }));
  assert.equal(project.run(join(PACKAGE, "node_modules/.bin/tsc")), "");
});

/** Where each package declares its options: in a file, from one text to another. */
const DECLARED = [
  ["reconnecting-websocket", "reconnecting-websocket/dist/reconnecting-websocket.d.ts", "type Options = {", "};"],
  ["partysocket", "partysocket/ws-DfTZCobx.d.ts", "type Options = {", "};"],
  ["partysocket", "partysocket/index.d.ts", "type PartySocketOptions =", "};"],
  ["vueuse", "@vueuse/core/dist/index.d.ts", "interface UseWebSocketOptions {", "interface UseWebSocketReturn"],
  ["vueuse", "@vueuse/core/dist/index.d.ts", "interface UseWebSocketReturn", "declare function"],
  ["socket.io", "socket.io-client/build/esm/manager.d.ts", "interface ManagerOptions", "\n}"],
  ["socket.io", "socket.io-client/build/esm/socket.d.ts", "interface SocketOptions", "\n}"],
];

for (const [name, file, begin, end] of DECLARED) {
  test(`every option of ${name} in ${file} after '${begin}' is in the guide`, () => {
    const text = readFileSync(join(PACKAGE, OTHERS, file), "utf8").split(begin)[1].split(end)[0];
    const declared = text.replace(/\/\*.*?\*\//gs, "").matchAll(/^\s+(\w+)\??:/gm);
    const options = [...declared].map(([, option]) => option);
    assert.ok(options.length > 1, `${options}`);
    const named = new Set([...GUIDE.matchAll(/`(\w+)[^`]*`/g)].map(([, word]) => word));
    assert.deepEqual(options.filter((option) => !named.has(option)), []);
  });
}

test("every default that the guide gives for ours is the one of the sources", () => {
  const sources = readFileSync(join(PACKAGE, "src/options.ts"), "utf8");
  const defaults = new Map([...sources.matchAll(/@default (\S+) \*\/\n  (\w+)\?:/g)].map(([, value, option]) => [option, value]));
  const rows = [...GUIDE.matchAll(/\| `(\w+)`(?:,[^|]*)? \| `?(\d+|Infinity)`? \|$/gm)];
  const ours = rows.filter(([, option]) => defaults.has(option));
  assert.ok(ours.length > 8, `${ours.length} rows`);
  for (const [row, option, value] of ours) assert.equal(value, defaults.get(option), row);
});
