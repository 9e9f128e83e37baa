//! The coming and going of one user at one endpoint.

use std::collections::HashSet;
use std::future::Future;

use tokio::sync::Mutex;

use crate::session::SessionId;

/// Decides which of a user's sessions is the first to come and the last to go.
///
/// ```text
///  absent ──first session is open──► join ──► present ──last session has ended──► leave ──► absent
/// ```
///
/// Invariant: `join` and `leave` alternate and never overlap. The lock is held
/// while either runs, so whatever would cause the next one waits for it.
#[derive(Debug, Default)]
pub(crate) struct Presence {
    /// The sessions whose `open` has returned and whose `close` has not.
    open: Mutex<HashSet<SessionId>>,
}

impl Presence {
    /// The session `id` is open: runs `join` if it is the first.
    pub(crate) async fn enter(&self, id: SessionId, join: impl Future<Output = ()>) {
        let mut open = self.open.lock().await;
        open.insert(id);
        if open.len() == 1 {
            join.await;
        }
    }

    /// The session `id` has ended: runs `leave` if it was open, and the last.
    pub(crate) async fn exit(&self, id: SessionId, leave: impl Future<Output = ()>) {
        let mut open = self.open.lock().await;
        if open.remove(&id) && open.is_empty() {
            leave.await;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    fn ids<const N: usize>() -> [SessionId; N] {
        std::array::from_fn(|_| SessionId::random().unwrap())
    }

    #[tokio::test]
    async fn only_the_first_joins_and_only_the_last_leaves() {
        let presence = Presence::default();
        let [first, second] = ids();
        let (joined, left) = (AtomicU32::new(0), AtomicU32::new(0));
        let count = |counter| async move {
            AtomicU32::fetch_add(counter, 1, Ordering::SeqCst);
        };
        presence.enter(first, count(&joined)).await;
        presence.enter(second, count(&joined)).await;
        presence.exit(first, count(&left)).await;
        assert_eq!((joined.load(Ordering::SeqCst), left.load(Ordering::SeqCst)), (1, 0));
        presence.exit(second, count(&left)).await;
        assert_eq!((joined.load(Ordering::SeqCst), left.load(Ordering::SeqCst)), (1, 1));
    }

    #[tokio::test]
    async fn a_session_that_was_never_open_does_not_leave() {
        let presence = Presence::default();
        let [never_open] = ids();
        presence.exit(never_open, async { panic!("it never came") }).await;
    }

    #[tokio::test]
    async fn what_comes_next_waits_for_the_join_before_it() {
        let presence = Arc::new(Presence::default());
        let [first, second] = ids();
        let (go_on, gate) = tokio::sync::oneshot::channel::<()>();
        let joining = tokio::spawn({
            let presence = Arc::clone(&presence);
            async move { presence.enter(first, async { drop(gate.await) }).await }
        });
        let leaving = tokio::spawn(async move {
            presence.enter(second, async { panic!("the first has joined") }).await;
            presence.exit(first, async { panic!("the second is here") }).await;
        });
        tokio::task::yield_now().await;
        assert!(!leaving.is_finished());
        go_on.send(()).unwrap();
        joining.await.unwrap();
        leaving.await.unwrap();
    }
}
