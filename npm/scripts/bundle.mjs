// One file of `dist`: what an entry imports, in one piece and minified, but for what has a file of its own.

import { writeFile } from "node:fs/promises";
import { basename } from "node:path";
import { build } from "esbuild";
import { minify } from "terser";
import { SHORT, SHORTENED } from "./names.mjs";
import { printable } from "./printable.mjs";

/**
 * Makes `outfile` of `entry`, and its source map.
 *
 * With `core`, its bytes go in; without, whoever uses the file says where it is. `sessionFile` is what a page that asks
 * for a session loads. `isApart` is a file that uses the others as an application does. Resolves to the bytes of each
 * module in the file as esbuild leaves it, and of the core.
 */
export async function bundle(entry, outfile, { core, sessionFile = "./session.js", isApart = false, ...format } = {}) {
  const text = core ? JSON.stringify(printable(core)) : "";
  const isModule = format.format !== "iife";
  const { metafile, outputFiles } = await build({
    entryPoints: [entry],
    outfile,
    write: false,
    bundle: true,
    format: "esm",
    target: "es2022",
    minify: true,
    sourcemap: "external",
    metafile: true,
    legalComments: "none",
    external: ["vue"],
    alias: {
      "#core": "../client-wasm/js/core.js",
      "#session": "../client-wasm/js/session.js",
      "#session-wire": "../client-wasm/js/session_wire.js",
      "#wire": "../client-wasm/js/wire.js",
      "#instance": core ? "./src/inline_instance.ts" : "./src/given_instance.ts",
    },
    plugins: [fileOfItsOwn(/^#session-entry$/, sessionFile), fileOfItsOwn(/^\.\/index\.ts$/, "./index.js", /\/vue\w*\.ts$/)],
    ...(isApart ? {} : { mangleProps: SHORTENED, mangleCache: SHORT }),
    ...(core && !isModule ? { define: { CORE: text } } : {}),
    ...format,
  });
  const [map, script] = outputFiles.map((file) => file.text);
  // The core comes last, where a module keeps it to itself: amid the rest it compresses worse, and its characters would
  // have a say in the names that are made of the frequent ones.
  await writeSmaller(outfile, script, map, core && isModule ? `var CORE=${text};\n` : "", isModule);
  const { inputs } = metafile.outputs[outfile];
  const parts = Object.entries(inputs).map(([module, { bytesInOutput }]) => [module, bytesInOutput]);
  return { ...Object.fromEntries(parts), "the core, as text": text.length };
}

/**
 * Writes what terser makes of a minified script, of which `last` comes last.
 *
 * It puts constants where they are used. Functions come first, and never into others: in a loop or a method each call
 * would make them anew.
 */
async function writeSmaller(outfile, script, map, last, isModule) {
  const name = basename(outfile);
  const sourceMap = { content: map, filename: name };
  const small = await minify(script, { module: isModule, ecma: 2022, compress: { reduce_funcs: false, hoist_funs: true }, sourceMap });
  await writeFile(outfile, `${small.code}\n${last}//# sourceMappingURL=${name}.map\n`);
  await writeFile(`${outfile}.map`, small.map);
}

/** Has `path` loaded, and not bundled, where a module whose file is one of `importers` imports `name`. */
function fileOfItsOwn(name, path, importers = /./) {
  const setup = ({ onResolve }) =>
    onResolve({ filter: name }, ({ importer }) => (importers.test(importer) ? { path, external: true } : undefined));
  return { name: path, setup };
}
