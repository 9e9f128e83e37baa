//! The directory with which a lone server's sessions outlive its process.
//!
//! Owns: the lock on the directory, and that a snapshot is whole or not there
//! and is taken once. Never: decides what a session is; see `state`.
//!
//! ```text
//!  stop    sessions.writing ──synced, renamed──► sessions
//!  start   sessions ──renamed, synced──► sessions.taken ──read──► removed | sessions.rejected
//! ```
//!
//! A process that is killed leaves no `sessions`: its clients are told `fresh restarted`.

mod error;
mod file;
mod machine;
mod private;
#[cfg(test)]
mod sample;
mod session;
mod state;
mod stream;

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::PathBuf;
use std::time::SystemTime;

pub use error::StateDirError;
pub(crate) use machine::MachineState;
pub(crate) use session::{HandshakeState, SessionState};
pub(crate) use state::{PayloadState, State};
pub(crate) use stream::{KeptStream, StreamState};

const LOCK: &str = "lock";
const SESSIONS: &str = "sessions";
const WRITING: &str = "sessions.writing";
const TAKEN: &str = "sessions.taken";
const REJECTED: &str = "sessions.rejected";

/// The largest snapshot that is written or read, in bytes: a bound for the memory of the process that starts.
const MAX_FILE_BYTES: u64 = 1024 * 1024 * 1024;

/// A state directory that belongs to this process until it is dropped.
///
/// What is in it has payloads and the hashes of tokens, so only the server's own user can read it.
#[derive(Debug)]
pub(crate) struct StateDir {
    path: PathBuf,
    /// The system lets go of the lock with the file, however the process ends.
    _lock: File,
    max_bytes: u64,
}

impl StateDir {
    /// Takes the directory for this process; makes it where it does not exist.
    ///
    /// # Errors
    ///
    /// [`StateDirError::InUse`] while another process has it; [`StateDirError::Unusable`] where it cannot be written.
    pub(crate) fn open(path: PathBuf) -> Result<Self, StateDirError> {
        let unusable = |step, error| StateDirError::unusable(&path, step, &error);
        private::create_dir(&path).map_err(|error| unusable("make it", error))?;
        let lock =
            private::open_or_create(&path.join(LOCK)).map_err(|error| unusable("open its lock", error))?;
        match lock.try_lock() {
            Ok(()) => {
                let dir = Self { path, _lock: lock, max_bytes: MAX_FILE_BYTES };
                // A process was killed over these.
                dir.discard(WRITING);
                dir.discard(TAKEN);
                Ok(dir)
            }
            Err(TryLockError::WouldBlock) => Err(StateDirError::InUse { path }),
            Err(TryLockError::Error(error)) => Err(unusable("lock it", error)),
        }
    }

    /// Takes what the process before this one left, with the windows as they are `now`.
    ///
    /// From the moment this returns nothing can be taken again, whatever becomes of this process. A file that cannot
    /// be used is kept as `sessions.rejected`, the log says why, and the server starts empty.
    ///
    /// # Errors
    ///
    /// [`StateDirError::Unusable`] where a snapshot is there and cannot be made unavailable to a later start.
    pub(crate) fn take(&self, now: SystemTime) -> Result<State, StateDirError> {
        let taken = self.path.join(TAKEN);
        match fs::rename(self.path.join(SESSIONS), &taken) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(State::default()),
            renamed => renamed.and_then(|()| private::sync_dir(&self.path)),
        }
        .map_err(|error| StateDirError::unusable(&self.path, "rename its snapshot", &error))?;

        let read = File::open(&taken).map_err(Into::into).and_then(|file| file::read(file, self.max_bytes));
        match read {
            Ok((mut state, written_at)) => {
                // A clock that was set back meanwhile reads as no time: a window is never longer than it was.
                state.pass(now.duration_since(written_at).unwrap_or_default());
                self.discard(TAKEN);
                Ok(state)
            }
            Err(error) => {
                let kept = self.path.join(REJECTED);
                let renamed = fs::rename(&taken, &kept);
                tracing::error!(
                    path = %self.path.join(SESSIONS).display(),
                    %error,
                    kept = renamed.is_ok().then(|| kept.display().to_string()),
                    "the snapshot of the sessions cannot be used: starting without them"
                );
                Ok(State::default())
            }
        }
    }

    /// Leaves `state` for the next process. Nothing of it may change any more.
    ///
    /// # Errors
    ///
    /// [`StateDirError::Unusable`]: the next process starts empty.
    pub(crate) fn write(&self, now: SystemTime, state: State) -> Result<(), StateDirError> {
        let written = self.try_write(now, state);
        if written.is_err() {
            self.discard(WRITING);
        }
        written.map_err(|error| StateDirError::unusable(&self.path, "write the snapshot", &error))
    }

    fn try_write(&self, now: SystemTime, state: State) -> io::Result<()> {
        let writing = self.path.join(WRITING);
        let mut file = private::create_new(&writing)?;
        let left_out = file::write(&mut file, now, state, self.max_bytes)?;
        if left_out > 0 {
            tracing::warn!(
                left_out,
                max_bytes = self.max_bytes,
                "the snapshot is full: the sessions with the least time left are not in it"
            );
        }
        file.sync_all()?;
        fs::rename(&writing, self.path.join(SESSIONS))?;
        private::sync_dir(&self.path)
    }

    fn discard(&self, name: &str) {
        let path = self.path.join(name);
        if let Err(error) = fs::remove_file(&path)
            && error.kind() != io::ErrorKind::NotFound
        {
            tracing::warn!(path = %path.display(), %error, "a file of the state directory cannot be removed");
        }
    }
}

#[cfg(test)]
mod tests;
