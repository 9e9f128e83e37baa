//! The runtime that a session belongs to: the one that its connection came in on.
//!
//! Owns: that what a session starts runs there, whatever thread the
//! application has caused it on; one without a runtime, or one whose runtime
//! is gone before the work is done, must not matter.

use std::future::Future;
use std::panic::resume_unwind;

use tokio::task::JoinHandle;

use super::Session;

impl Session {
    /// Runs `task` beside everything else.
    pub(crate) fn spawn<F>(&self, task: F) -> JoinHandle<F::Output>
    where
        F: Future<Output: Send> + Send + 'static,
    {
        self.inner.runtime.spawn(task)
    }

    /// Waits for `future`, which the runtime polls, wherever it is waited; `None` where the runtime is gone.
    ///
    /// So no waker of the application's is called while something of the crate's is locked: an executor of its own may
    /// come back here at once. Dropping the wait stops `future`.
    pub(super) async fn on_runtime<F>(&self, future: F) -> Option<F::Output>
    where
        F: Future<Output: Send> + Send + 'static,
    {
        let mut task = Stopped(self.spawn(future));
        match (&mut task.0).await {
            Ok(output) => Some(output),
            Err(error) => error.try_into_panic().map_or(None, |panic| resume_unwind(panic)),
        }
    }
}

/// A task that nobody waits for once this is dropped.
struct Stopped<T>(JoinHandle<T>);

impl<T> Drop for Stopped<T> {
    fn drop(&mut self) {
        self.0.abort();
    }
}
