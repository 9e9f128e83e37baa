//! A mutex without poison.

use std::sync::{MutexGuard, PoisonError};

/// A mutex for state that is whole after every statement.
///
/// No user code runs under any lock of this type, so a panic cannot leave the
/// state half written, and poison would only spread one session's failure.
#[derive(Debug, Default)]
pub(crate) struct Mutex<T>(std::sync::Mutex<T>);

impl<T> Mutex<T> {
    pub(crate) fn new(value: T) -> Self {
        Self(std::sync::Mutex::new(value))
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, T> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
