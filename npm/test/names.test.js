// The names that the build shortens are the package's own affair.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { SHORT, SHORTENED } from "../scripts/names.mjs";
import { PACKAGE } from "./fakes/tarball.js";

const words = Object.keys(SHORT);

const textOf = (folder, ending) =>
  readdirSync(join(PACKAGE, folder))
    .filter((name) => name.endsWith(ending))
    .map((name) => readFileSync(join(PACKAGE, folder, name), "utf8"))
    .join("\n");

test("each has a short name of its own, which is no word itself", () => {
  assert.equal(new Set(Object.values(SHORT)).size, words.length);
  assert.ok(words.every((word) => SHORT[word].length <= 2 && SHORTENED.test(word)));
});

test("each is in use", () => {
  const sources = textOf("src", ".ts") + textOf("../client-wasm/js", ".js");
  const unused = words.filter((word) => !new RegExp(`\\b${word}\\b(?!["'])`).test(sources));
  assert.deepEqual(unused, []);
});

test("none is a member of what the types of `staywire` promise, or of what a peer may send", () => {
  const entry = ["index", "events", "failure", "init_web_socket", "location", "options", "presence", "request", "sent", "stay_wire", "topic"];
  const types = entry.map((name) => readFileSync(join(PACKAGE, `dist/${name}.d.ts`), "utf8")).join("\n");
  const promised = [...types.matchAll(/^ +(?:(?:readonly|static|get|set) )*(\w+)\??[(:<]/gm)].map(([, name]) => name);
  assert.ok(promised.includes("bufferedAmount") && promised.includes("connectTimeout"));
  assert.deepEqual(promised.filter((name) => SHORTENED.test(name)), []);
  const wire = readFileSync(join(PACKAGE, "../client-wasm/js/session_wire.js"), "utf8");
  const [, sent] = /^const WORDS = \{(.*?)^\}/ms.exec(wire);
  assert.deepEqual([...sent.matchAll(/(\w+):/g)].map(([, name]) => name).filter((name) => SHORTENED.test(name)), []);
});
