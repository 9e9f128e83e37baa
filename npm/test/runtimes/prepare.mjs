// `node prepare.mjs PROJECT`: installs the packed package into PROJECT, with the scripts of this folder's `app`, and
// prints where this machine's runtimes are, as JSON.

import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { makeProject } from "../user_project.mjs";

const RUNTIMES = { "node-20": "node", "node-22": "node", bun: "bun" };

const [project] = process.argv.slice(2);
const path = (relative) => fileURLToPath(new URL(relative, import.meta.url));

const programs = Object.entries(RUNTIMES).map(([runtime, program]) => {
  const name = `${runtime}-${process.platform}-${process.arch}`;
  const binary = path(`node_modules/${name}/bin/${program}`);
  // npm passes over an optional dependency that it cannot get.
  if (!existsSync(binary)) throw new Error(`no ${binary}: run \`npm ci\` in ${path(".")}, whose package.json has to name ${name}`);
  return [runtime, binary];
});
makeProject(project, path("app"));
console.log(JSON.stringify(Object.fromEntries(programs)));
