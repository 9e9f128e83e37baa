//! Orders from the shop to the back offices, each in its place.
//!
//! Owns: the order in which journal and pages get to know an order. What is
//! announced is in the journal, and a page that begins to follow misses none
//! between what it is told of the past and what it is told from then on.

use std::io;
use std::slice;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};
use staywire_server::{ListenerError, Session, WsHelper};

use crate::journal::Journal;
use crate::order::{Line, Order};

/// How many orders a page is told at once: far fewer than fill its queue.
const BATCH: usize = 500;

#[derive(Debug)]
pub(crate) struct Orders(Mutex<Journal>);

/// What a back office is told: orders that follow each other.
#[derive(Serialize)]
struct Announcement<'a> {
    journal: &'a str,
    orders: &'a [Order],
    /// Whether there are more of them, for the page to ask for.
    more: bool,
}

/// The last order that a page knows, as it says itself.
#[derive(Deserialize)]
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
            let announcement =
                Announcement { journal: journal.id(), orders: slice::from_ref(&order), more: false };
            let (order, announcement) =
                (serde_json::to_string(&order)?, serde_json::to_string(&announcement)?);
            helper.at(crate::SERVER).map(|pages| pages.broadcast(order));
            helper.at(crate::ALERTS).map(|pages| pages.broadcast(announcement));
        }
        Ok((order, is_new))
    }

    /// Tells `session` the orders after `position`, or as many of them as are told at once.
    ///
    /// The session is on its endpoint's list already: what is placed after the last one follows by itself.
    pub(crate) fn catch_up(&self, session: &Session, position: &Position) -> Result<(), ListenerError> {
        let journal = self.lock();
        // A number of another journal is no position in this one.
        let after = if position.journal == journal.id() { position.after } else { 0 };
        let all = journal.after(after);
        let orders = &all[..all.len().min(BATCH)];
        if !orders.is_empty() {
            let announcement = Announcement { journal: journal.id(), orders, more: orders.len() < all.len() };
            session.send(serde_json::to_string(&announcement)?)?;
        }
        Ok(())
    }

    /// The journal is right after each of its calls, so a panic elsewhere leaves nothing broken.
    fn lock(&self) -> MutexGuard<'_, Journal> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
