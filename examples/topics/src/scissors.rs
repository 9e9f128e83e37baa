//! The scissors for the visitors' wires.
//!
//! Owns: whose wire is cut, and until when. Never: knows a connection; each
//! wire asks after its visitor.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::broadcast;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::{Instant, sleep_until};

/// How long a wire stays cut.
const OUTAGE: Duration = Duration::from_secs(4);

pub(crate) struct Scissors {
    cuts: broadcast::Sender<String>,
    mended: Mutex<HashMap<String, Instant>>,
}

impl Scissors {
    pub(crate) fn new() -> Self {
        Self { cuts: broadcast::Sender::new(16), mended: Mutex::default() }
    }

    /// Cuts the wires of `visitor`, who gets no other for a while.
    pub(crate) fn cut(&self, visitor: String) {
        let now = Instant::now();
        let mut mended = self.mended.lock().unwrap_or_else(PoisonError::into_inner);
        mended.retain(|_, at| *at > now);
        mended.insert(visitor.clone(), now + OUTAGE);
        // Where there is no wire at all, nothing is cut.
        let _ = self.cuts.send(visitor);
    }

    /// Ready when there may be a wire for `visitor`.
    pub(crate) async fn mended(&self, visitor: &str) {
        let at = self.mended.lock().unwrap_or_else(PoisonError::into_inner).get(visitor).copied();
        sleep_until(at.unwrap_or_else(Instant::now)).await;
    }

    /// Ready when the wires of `visitor` that are there at the call are cut.
    pub(crate) fn cut_of(&self, visitor: String) -> impl Future<Output = ()> + use<> {
        let mut cuts = self.cuts.subscribe();
        async move {
            loop {
                match cuts.recv().await {
                    Ok(name) if name == visitor => return,
                    Ok(_) => {}
                    // Among those that were missed may be this one.
                    Err(RecvError::Lagged(_) | RecvError::Closed) => return,
                }
            }
        }
    }
}
