// One file of `dist`: what an entry imports, in one piece and minified, but for what has a file of its own.

import { build } from "esbuild";
import { SHORT, SHORTENED } from "./names.mjs";
import { printable } from "./printable.mjs";

/**
 * Makes `outfile` of `entry`.
 *
 * With `core`, its bytes go in; without, whoever uses the file says where it is. `sessionFile` is what a page that asks
 * for a session loads. `isApart` is a file that uses the others as an application does. Resolves to the bytes of each
 * module in the file, and of the core.
 */
export async function bundle(entry, outfile, { core, sessionFile = "./session.js", isApart = false, ...format } = {}) {
  const text = core ? JSON.stringify(printable(core)) : "";
  const { metafile } = await build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    format: "esm",
    target: "es2022",
    minify: true,
    sourcemap: true,
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
    ...(core && textOfCore(text, format)),
    ...(isApart ? {} : { mangleProps: SHORTENED, mangleCache: SHORT }),
    ...format,
  });
  const { inputs } = metafile.outputs[outfile];
  const parts = Object.entries(inputs).map(([module, { bytesInOutput }]) => [module, bytesInOutput]);
  return { ...Object.fromEntries(parts), "the core, as text": text.length };
}

/**
 * Gives `src/inline_instance.ts` the core.
 *
 * Not as a module: names are made of a bundle's frequent characters, and those of the wasm are not those of the rest. And
 * at the end, where the file is a module and keeps it to itself: amid the scripts it compresses worse.
 */
function textOfCore(text, { format }) {
  return format === "iife" ? { define: { CORE: text } } : { footer: { js: `var CORE=${text};` } };
}

/** Has `path` loaded, and not bundled, where a module whose file is one of `importers` imports `name`. */
function fileOfItsOwn(name, path, importers = /./) {
  const setup = ({ onResolve }) =>
    onResolve({ filter: name }, ({ importer }) => (importers.test(importer) ? { path, external: true } : undefined));
  return { name: path, setup };
}
