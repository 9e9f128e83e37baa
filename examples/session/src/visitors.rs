//! Who is here, and the count of each one's numbers.
//!
//! Owns: what the demo knows of a visitor beside its server, so that it
//! outlives every session and every restart and judges both. Never: is kept
//! where sessions are kept; a jury does not live with the accused.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Instant, SystemTime};

use serde::{Deserialize, Serialize};
use staywire_server::{SendError, Session, SessionId};
use tokio::sync::broadcast;

use crate::ledger::{Ledger, TooManyGaps};

/// Beyond them the visitor who has not been heard of for longest is forgotten.
const MAX_VISITORS: usize = 256;

/// How many numbers a second there may be each way.
const MAX_RATE: u32 = 100;
const DEFAULT_RATE: u32 = 20;

/// What a visitor may do to the wires that are there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Both ends see the connection gone.
    Cut,
    /// Nothing comes through any more, and nobody is told.
    Silence,
}

/// The visitors by the name that each page makes up, which cannot be guessed.
#[derive(Clone, Debug, Default)]
pub(crate) struct Visitors(Arc<Mutex<HashMap<String, Arc<Visitor>>>>);

#[derive(Debug)]
pub(crate) struct Visitor {
    pub(crate) faults: broadcast::Sender<Fault>,
    count: Mutex<Count>,
}

/// The two rows of numbers between a page and the server.
#[derive(Debug)]
struct Count {
    /// Numbers are for this session alone: one that it took the place of may linger on.
    session: Option<SessionId>,
    sent: u64,
    rate: u32,
    ledger: Ledger,
    heard_at: Instant,
}

/// What a page sends.
#[derive(Deserialize)]
pub(crate) struct FromPage {
    n: u64,
    rate: u32,
}

/// What a page is sent.
#[derive(Serialize)]
struct ToPage<'a> {
    n: u64,
    /// Milliseconds of the wall clock.
    at: f64,
    heard: &'a Ledger,
    /// Milliseconds since the ledger's last number came.
    held: f64,
}

impl Visitors {
    /// The visitor called `name`, who may be new; `None` where that is no name.
    pub(crate) fn enter(&self, name: &str) -> Option<Arc<Visitor>> {
        let is_name =
            (16..=64).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if !is_name {
            return None;
        }
        let mut visitors = lock(&self.0);
        if visitors.len() == MAX_VISITORS && !visitors.contains_key(name) {
            let longest_silent = visitors.iter().min_by_key(|(_, visitor)| lock(&visitor.count).heard_at);
            let longest_silent = longest_silent.map(|(name, _)| name.clone());
            longest_silent.and_then(|name| visitors.remove(&name));
        }
        Some(Arc::clone(visitors.entry(name.to_owned()).or_default()))
    }

    /// The visitor called `name`, if there is one.
    pub(crate) fn find(&self, name: &str) -> Option<Arc<Visitor>> {
        lock(&self.0).get(name).cloned()
    }
}

impl Default for Visitor {
    fn default() -> Self {
        let count = Count {
            session: None,
            sent: 0,
            rate: DEFAULT_RATE,
            ledger: Ledger::default(),
            heard_at: Instant::now(),
        };
        Self { faults: broadcast::Sender::new(4), count: Mutex::new(count) }
    }
}

impl Visitor {
    /// From now on numbers go to `session`.
    pub(crate) fn begin(&self, session: SessionId) {
        lock(&self.count).session = Some(session);
    }

    /// Notes what the page sent.
    pub(crate) fn hear(&self, message: &FromPage) -> Result<(), TooManyGaps> {
        let mut count = lock(&self.count);
        count.rate = message.rate.clamp(1, MAX_RATE);
        count.heard_at = Instant::now();
        count.ledger.note(message.n)
    }

    /// Sends the next number to `session` and says how many a second there should be; `None` when that one is over.
    pub(crate) fn send_next(&self, session: &Session) -> Option<u32> {
        let mut count = lock(&self.count);
        if count.session != Some(session.id()) {
            return None;
        }
        let message = ToPage {
            n: count.sent + 1,
            at: SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default().as_secs_f64() * 1_000.0,
            heard: &count.ledger,
            held: count.heard_at.elapsed().as_secs_f64() * 1_000.0,
        };
        let text = serde_json::to_string(&message).ok()?;
        match session.send(text) {
            Ok(()) => count.sent += 1,
            Err(SendError::Closed) => return None,
            // The number is the next message's.
            Err(error) => tracing::warn!(%error, "a number was not sent"),
        }
        Some(count.rate)
    }
}

/// A visitor's count is right after each line of code, so a panic elsewhere leaves nothing broken.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
