//! The examples' pages, built by Vite on the npm package as it is packed.
//!
//! Owns: how the package gets to them as it would from a registry, and when a
//! build can be skipped. Never: knows what is on a page; its Vite project does.
//!
//! ```text
//! npm/dist ── npm pack ─► examples/.build/*.tgz ── tar ─► examples/node_modules/staywire
//! examples/<example>/{as-written,today} ── vite build ─► dist in the same folder
//! ```

use std::error::Error;
use std::fs;
use std::path::PathBuf;

use crate::files;
use crate::project::Project;
use crate::step::Step;

/// The Vite projects, each with pages of one example.
const PROJECTS: [&str; 4] = [
    "examples/s5-order-alert/as-written",
    "examples/s5-order-alert/today",
    "examples/s8-vue-utilities/as-written",
    "examples/s8-vue-utilities/today",
];

/// What they have in common.
const SHARED: [&str; 5] = [
    "examples/package-lock.json",
    "examples/flat-build.js",
    "examples/seed-hosts.js",
    "npm/package.json",
    "npm/dist",
];

/// Where the package is packed to, in a file of one name whatever its version.
const TARBALLS: &str = "examples/.build";

/// Where the package is for them.
const INSTALLED: &str = "examples/node_modules/staywire";

/// Builds every page, unless it was built from these very inputs.
///
/// It takes the npm package as it is; [`wasm::build_package`](crate::wasm::build_package) comes before.
///
/// # Errors
///
/// What npm, tar or Vite says, or the file system.
pub(crate) fn build(project: &Project) -> Result<(), Box<dyn Error>> {
    let inputs = fingerprint(project)?;
    let stamp = project.path(TARBALLS).join("inputs");
    let is_built = PROJECTS.iter().all(|folder| project.path(folder).join("dist").exists());
    if is_built && files::read(&stamp).is_ok_and(|built_from| built_from == inputs) {
        return Ok(());
    }
    install_package(project)?;
    for folder in PROJECTS {
        let mut command = project.command("npm", ["exec", "--no", "--", "vite", "build"]);
        command.current_dir(project.path(folder));
        Step::new(format!("pages of {folder}"), command).require(project)?;
    }
    files::write(&stamp, &inputs)?;
    Ok(())
}

/// Of the sources, and of the package, which is built and no source.
fn fingerprint(project: &Project) -> Result<String, Box<dyn Error>> {
    let inputs = SHARED.iter().chain(&PROJECTS).map(|path| project.path(path));
    Ok(files::fingerprint(&inputs.collect::<Vec<_>>())?)
}

/// Installs the package from its tarball, in which are those files alone that would be published.
fn install_package(project: &Project) -> Result<(), Box<dyn Error>> {
    let tarballs = emptied(project.path(TARBALLS))?;
    let mut pack = project.command("npm", ["pack", "--pack-destination"]);
    pack.arg(&tarballs).current_dir(project.path("npm"));
    Step::new("npm pack", pack).require(project)?;
    let tarball = fs::read_dir(&tarballs)?.next().ok_or("npm pack left no tarball")??.path();
    let mut unpack = project.command("tar", ["-xz", "--strip-components=1", "-f"]);
    unpack.arg(tarball).arg("-C").arg(emptied(project.path(INSTALLED))?);
    Step::new("package for the examples", unpack).require(project)?;
    Ok(())
}

/// The folder, with nothing in it.
fn emptied(folder: PathBuf) -> Result<PathBuf, Box<dyn Error>> {
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(&folder)?;
    Ok(folder)
}
