//! Where the server's sessions are kept while it is down.
//!
//! Owns: the directory, and what a sabotage does to it between two lives.

use std::fs;
use std::io;
use std::path::Path;

use tempfile::TempDir;

use super::sabotage::Sabotage;

/// A directory that is removed with it.
#[derive(Debug)]
pub(super) struct StateDir {
    dir: TempDir,
    /// What the first life has left, to be left again by each later one.
    oldest: Option<TempDir>,
    sabotage: Option<Sabotage>,
}

impl StateDir {
    pub(super) fn new(sabotage: Option<Sabotage>) -> Self {
        Self { dir: new_dir(), oldest: None, sabotage }
    }

    /// Where the server may keep its sessions, if it may.
    pub(super) fn path(&self) -> Option<&Path> {
        (self.sabotage != Some(Sabotage::Forget)).then_some(self.dir.path())
    }

    /// A life of the server is over, and the next one has not begun.
    pub(super) fn tamper(&mut self) {
        if self.sabotage != Some(Sabotage::Rewind) {
            return;
        }
        let copied = match &self.oldest {
            Some(oldest) => copy_files(oldest.path(), self.dir.path()),
            None => copy_files(self.dir.path(), self.oldest.insert(new_dir()).path()),
        };
        copied.expect("the directories are ours");
    }
}

fn new_dir() -> TempDir {
    tempfile::tempdir().expect("there is room for a directory")
}

fn copy_files(from: &Path, to: &Path) -> io::Result<()> {
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        fs::copy(entry.path(), to.join(entry.file_name()))?;
    }
    Ok(())
}
