//! The runtime that a session belongs to: the one that its connection came in on.
//!
//! Owns: that what a session starts runs there, whatever thread the
//! application has caused it on; one without a runtime, or one whose runtime
//! is gone before the work is done, must not matter.

use std::future::{Future, poll_fn};
use std::pin::pin;

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

    /// Has `future` find the runtime's clock and tasks wherever it is polled.
    pub(super) async fn on_runtime<F: Future>(&self, future: F) -> F::Output {
        let mut future = pin!(future);
        poll_fn(|cx| {
            let _entered = self.inner.runtime.enter();
            future.as_mut().poll(cx)
        })
        .await
    }
}
