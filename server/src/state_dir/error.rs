//! What can be wrong with a state directory.

use std::error::Error;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// Why a state directory cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum StateDirError {
    /// Another process keeps its sessions there. Each server has a directory of its own.
    InUse {
        /// The directory.
        path: PathBuf,
    },
    /// The system refused something that the directory is needed for.
    Unusable {
        /// The directory.
        path: PathBuf,
        /// What was tried.
        step: &'static str,
        /// What the system said.
        error: String,
    },
}

impl StateDirError {
    pub(super) fn unusable(path: &Path, step: &'static str, error: &io::Error) -> Self {
        Self::Unusable { path: path.to_owned(), step, error: error.to_string() }
    }
}

impl fmt::Display for StateDirError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InUse { path } => {
                write!(f, "another process uses the state directory {}: give each its own", path.display())
            }
            Self::Unusable { path, step, error } => {
                write!(f, "the state directory {} cannot be used: could not {step}: {error}", path.display())
            }
        }
    }
}

impl Error for StateDirError {}

/// Why a snapshot is not used.
#[derive(Debug)]
pub(super) enum SnapshotError {
    Unreadable(io::Error),
    TooLarge {
        bytes: u64,
        max_bytes: u64,
    },
    NotASnapshot,
    OtherVersion {
        found: u32,
        expected: u32,
    },
    /// It was cut short, or something was added.
    WrongLength {
        found: u64,
        expected: u64,
    },
    WrongChecksum,
    Malformed(rmp_serde::decode::Error),
}

impl fmt::Display for SnapshotError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable(error) => write!(f, "it cannot be read: {error}"),
            Self::TooLarge { bytes, max_bytes } => {
                write!(f, "it has {bytes} bytes, and at most {max_bytes} are read")
            }
            Self::NotASnapshot => f.write_str("it is no snapshot of a staywire server"),
            Self::OtherVersion { found, expected } => {
                write!(f, "its format is version {found}, and this server reads version {expected}")
            }
            Self::WrongLength { found, expected } => {
                write!(f, "it has {found} bytes and should have {expected}")
            }
            Self::WrongChecksum => f.write_str("its checksum is wrong: it was changed or damaged"),
            Self::Malformed(error) => write!(f, "its content cannot be decoded: {error}"),
        }
    }
}

impl From<io::Error> for SnapshotError {
    fn from(error: io::Error) -> Self {
        Self::Unreadable(error)
    }
}
