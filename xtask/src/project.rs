//! Where the project is, and how its child processes see the world.
//!
//! Owns: the root folder, the folder of installed tools, and the `PATH` that
//! puts those tools first. Never: runs anything.

use std::env::{self, JoinPathsError};
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The checkout that this program was built from.
pub(crate) struct Project {
    root: PathBuf,
    /// The caller's `PATH` with the project's own tools in front.
    search_path: OsString,
    /// Streams the output of every step instead of hiding it until a failure.
    pub(crate) verbose: bool,
}

impl Project {
    /// Takes the folder above this crate as the root.
    ///
    /// # Errors
    ///
    /// The root's path holds a separator of `PATH` (a colon), so that tools in it could not be found.
    pub(crate) fn locate(verbose: bool) -> Result<Self, JoinPathsError> {
        let crate_folder = Path::new(env!("CARGO_MANIFEST_DIR"));
        let root = crate_folder.parent().unwrap_or(crate_folder).to_owned();
        let inherited = env::var_os("PATH").unwrap_or_default();
        let tools = root.join(".tools/bin");
        let search_path = env::join_paths([tools].into_iter().chain(env::split_paths(&inherited)))?;
        Ok(Self { root, search_path, verbose })
    }

    /// The absolute path of `relative`, which is given from the root.
    pub(crate) fn path(&self, relative: impl AsRef<Path>) -> PathBuf {
        self.root.join(relative)
    }

    /// A command that runs in the root and finds the project's tools first.
    pub(crate) fn command<I>(&self, program: &str, args: I) -> Command
    where
        I: IntoIterator<Item: AsRef<OsStr>>,
    {
        let mut command = Command::new(program);
        command.args(args).current_dir(&self.root).env("PATH", &self.search_path);
        command
    }

    /// The first `program` on the children's `PATH`.
    pub(crate) fn find_program(&self, program: &str) -> Option<PathBuf> {
        env::split_paths(&self.search_path).map(|folder| folder.join(program)).find(|path| path.is_file())
    }
}
