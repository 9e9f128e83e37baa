// A Vite plugin for pages from the seeds: what they dial on the host that served them, they dial there.
//
// Owns: the one change to them, host and port, and for one of them the path
// that it leaves out. Never: edits a file; the sources stay word for word.

/** `paths` says what takes the place of a path, where that differs from the seed's. */
export function seedHosts(paths = {}) {
  const adapted = (path) => paths[path] ?? path;
  const adapt = (code) =>
    code
      .replace(/"ws:\/\/127\.0\.0\.1:8080([^"]*)"/g, (_, path) => `"ws://" + location.host + "${adapted(path)}"`)
      .replace(/":8080([^"]*)"/g, (_, path) => `":" + location.port + "${adapted(path)}"`)
      .replace(/'http:\/\/localhost:8080/g, "location.origin + '");
  return {
    name: "seed-hosts",
    enforce: "pre",
    transform: { filter: { id: { exclude: /node_modules/ } }, handler: adapt },
  };
}
