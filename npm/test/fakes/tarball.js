// The package as a user gets it: packed, and unpacked into a project of its own.

import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const PACKAGE = fileURLToPath(new URL("../..", import.meta.url));

/** A project that has installed the packed package; gone after the test `t`. */
export class UserProject {
  #folder = mkdtempSync(join(tmpdir(), "staywire-user-"));
  /** The packed package. */
  tarball;

  constructor(t) {
    t.after(() => rmSync(this.#folder, { recursive: true }));
    const packed = execFileSync("npm", ["pack", "--json", "--pack-destination", this.#folder], { cwd: PACKAGE });
    const [{ filename }] = JSON.parse(packed);
    this.tarball = join(this.#folder, filename);
    const installed = join(this.#folder, "node_modules", "staywire");
    mkdirSync(installed, { recursive: true });
    execFileSync("tar", ["-xzf", filename, "-C", installed, "--strip-components=1"], { cwd: this.#folder });
    this.write("package.json", JSON.stringify({ type: "module" }));
  }

  write(name, text) {
    writeFileSync(join(this.#folder, name), text);
  }

  /** Copies a folder of the package's sources. */
  copy(from, to) {
    cpSync(join(PACKAGE, from), join(this.#folder, to), { recursive: true });
  }

  /** Has the project use what is in a folder of the package's own, by its own path or another one. */
  link(path, as = path) {
    mkdirSync(dirname(join(this.#folder, as)), { recursive: true });
    symlinkSync(join(PACKAGE, path), join(this.#folder, as));
  }

  /** What `command` prints when it is run in the project. */
  run(command, ...args) {
    return execFileSync(command, args, { cwd: this.#folder, encoding: "utf8" });
  }
}
