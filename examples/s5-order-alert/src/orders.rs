//! Orders from the shop to the back offices, each in its place.
//!
//! Owns: the order in which journal and pages get to know an order. What is
//! announced is in the journal, and a page that begins to follow misses none
//! between what it is told of the past and what it is told from then on.

use std::io;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::Serialize;
use staywire_server::{SendError, Session, WsHelper};

use crate::journal::Journal;
use crate::order::{Line, Order};

#[derive(Debug)]
pub(crate) struct Orders(Mutex<Journal>);

/// What a back office is told.
#[derive(Serialize)]
struct Announcement<'a> {
    journal: &'a str,
    #[serde(flatten)]
    order: &'a Order,
}

/// The last order that a page knows, as it says itself.
pub(crate) struct Position {
    pub(crate) journal: String,
    pub(crate) after: u64,
}

impl Orders {
    pub(crate) fn new(journal: Journal) -> Self {
        Self(Mutex::new(journal))
    }

    /// Places an order and announces it, if it is a new one; see [`Journal::place`].
    ///
    /// It waits for the disk.
    pub(crate) fn place(
        &self,
        helper: &WsHelper,
        key: Option<&str>,
        lines: Vec<Line>,
    ) -> io::Result<(Order, bool)> {
        let mut journal = self.lock();
        let (order, is_new) = journal.place(key, lines)?;
        if is_new {
            let text = announcement(&journal, &order)?;
            for path in [crate::SERVER, crate::ALERTS] {
                helper.at(path).map(|pages| pages.broadcast(text.as_str()));
            }
        }
        Ok((order, is_new))
    }

    /// Tells `session` every order after `position`.
    ///
    /// The session is on its endpoint's list already: what is placed after this follows by itself.
    pub(crate) fn catch_up(&self, session: &Session, position: &Position) -> Result<(), SendError> {
        let journal = self.lock();
        // A number of another journal is no position in this one.
        let after = if position.journal == journal.id() { position.after } else { 0 };
        for order in journal.after(after) {
            match announcement(&journal, order) {
                Ok(text) => session.send(text)?,
                Err(error) => tracing::error!(%error, number = order.number, "an order cannot be told"),
            }
        }
        Ok(())
    }

    /// The journal is right after each of its calls, so a panic elsewhere leaves nothing broken.
    fn lock(&self) -> MutexGuard<'_, Journal> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn announcement(journal: &Journal, order: &Order) -> serde_json::Result<String> {
    serde_json::to_string(&Announcement { journal: journal.id(), order })
}
