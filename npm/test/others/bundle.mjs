// `node bundle.mjs OUT`: makes one minified module of each client that staywire is measured against.

import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const CLIENTS = {
  reconnecting_websocket: 'export { default } from "reconnecting-websocket";',
  partysocket: 'export { default } from "partysocket/ws";',
  socket_io_client: 'export { io as default } from "socket.io-client";',
};

const [outdir] = process.argv.slice(2);
for (const [name, contents] of Object.entries(CLIENTS)) {
  await build({
    stdin: { contents, resolveDir: fileURLToPath(new URL(".", import.meta.url)) },
    outfile: `${outdir}/${name}.js`,
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2022",
    define: { "process.env.NODE_ENV": '"production"' },
    logLevel: "error",
  });
}
