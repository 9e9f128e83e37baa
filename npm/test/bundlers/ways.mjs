// The ways in which a page gets its scripts; each makes `out` a folder that can be served as it is.

import { cpSync } from "node:fs";
import { join } from "node:path";
import nodeResolve from "@rollup/plugin-node-resolve";
import { build as esbuild } from "esbuild";
import { rollup } from "rollup";
import { build as viteBuild, createServer } from "vite";
import webpack from "webpack";
import { writePage } from "./page.mjs";

const MODULE = '<script type="module" src="main.js"></script>';
const CLASSIC = '<script defer src="main.js"></script>';

/** By name: `(project, out)`. */
export const WAYS = {
  vite: (project, out) => vite(project, out, "main.js"),
  "vite-slim": (project, out) => vite(project, out, "slim_vite.js"),
  webpack: (project, out) => runWebpack(project, out, "main.js"),
  "webpack-slim": (project, out) => runWebpack(project, out, "slim_webpack.js"),
  async rollup(project, out) {
    const bundle = await rollup({ input: join(project, "main.js"), plugins: [nodeResolve({ browser: true })] });
    await bundle.write({ dir: out, format: "es" });
    writePage(out, MODULE);
  },
  esbuild: (project, out) => runEsbuild(project, out, "main.js", { format: "esm", splitting: true }, MODULE),
  "esbuild-iife": (project, out) => runEsbuild(project, out, "main.js", { format: "iife" }, CLASSIC),
  "esbuild-slim": (project, out) =>
    runEsbuild(project, out, "slim_esbuild.js", { format: "esm", splitting: true, loader: { ".wasm": "file" } }, MODULE),
  "plain-module"(project, out) {
    copyPackage(project, out);
    cpSync(join(project, "main.js"), join(out, "main.js"));
    cpSync(join(project, "report.js"), join(out, "report.js"));
    writePage(out, `<script type="importmap">{ "imports": { "staywire": "./staywire/index.js" } }</script>\n${MODULE}`);
  },
  "plain-script"(project, out) {
    copyPackage(project, out);
    cpSync(join(project, "report.js"), join(out, "report.js"));
    const report = 'import { report } from "./report.js"; report(staywire.StayWire);';
    writePage(out, `<script src="staywire/staywire.global.js"></script>\n<script type="module">${report}</script>`);
  },
};

/** Vite's own server, which serves the project's sources and bundles what they import; its address. */
export async function serveWithVite(project) {
  writePage(project, MODULE);
  const server = await createServer({ root: project, logLevel: "error", server: { host: "127.0.0.1", port: 0 } });
  await server.listen();
  return `http://127.0.0.1:${server.httpServer.address().port}/`;
}

async function vite(project, out, entry) {
  writePage(project, MODULE.replace("main.js", entry));
  await viteBuild({ root: project, base: "./", logLevel: "error", build: { outDir: out } });
}

async function runWebpack(project, out, entry) {
  const config = { mode: "production", context: project, entry: `./${entry}`, output: { path: out, filename: "main.js" } };
  const stats = await new Promise((resolve, reject) => {
    webpack(config, (error, stats) => (error ? reject(error) : resolve(stats)));
  });
  if (stats.hasErrors() || stats.hasWarnings()) throw new Error(stats.toString("errors-warnings"));
  writePage(out, CLASSIC);
}

async function runEsbuild(project, out, entry, options, script) {
  const entryPoints = { main: join(project, entry) };
  const { warnings } = await esbuild({ entryPoints, outdir: out, bundle: true, minify: true, logLevel: "silent", ...options });
  if (warnings.length) throw new Error(JSON.stringify(warnings));
  writePage(out, script);
}

function copyPackage(project, out) {
  cpSync(join(project, "node_modules/staywire/dist"), join(out, "staywire"), { recursive: true });
}
