//! What is going to happen, and when.

use std::collections::BTreeMap;

use staywire_protocol::Instant;
use staywire_protocol::client::Hint;

use super::cluster::SessionKey;
use super::network::{Direction, Parcel, WireId};

/// Something that is going to happen.
#[derive(Clone, Debug)]
pub(super) enum Happening {
    Opens(WireId),
    /// What ends at `position` reaches the other end.
    Arrives {
        wire: WireId,
        direction: Direction,
        position: u64,
        parcel: Parcel,
    },
    /// The end of a wire is noticed, without a closing handshake.
    PageLoses(WireId),
    NodeLoses(WireId),
    /// The time that a machine asked for.
    PageTimer(usize),
    SessionTimer(SessionKey),
    /// The applications do something.
    PageActs(usize),
    NodeActs,
    /// The page's handler has a reply to the request `number` of the server.
    PageReplies {
        page: usize,
        life: usize,
        number: u64,
        payload: u64,
    },
    /// The listener is done with the session's oldest message.
    ListenerDone {
        session: SessionKey,
        process: u32,
    },
    /// The session's oldest subscription is authorised, or refused.
    Authorised {
        session: SessionKey,
        process: u32,
    },
    /// A handler has a reply to the request `number` of the client.
    HandlerDone {
        session: SessionKey,
        process: u32,
        number: u64,
        payload: u64,
    },
    /// Something goes wrong.
    Trouble,
    Hinted(usize, Hint),
    Wakes(usize),
    Connects(usize),
    Unthrottled(usize),
    Restarts(usize),
}

#[derive(Debug, Default)]
pub(super) struct Agenda {
    entries: BTreeMap<(u64, u64), Happening>,
    count: u64,
}

impl Agenda {
    pub(super) fn add(&mut self, at: Instant, happening: Happening) {
        self.count += 1;
        self.entries.insert((at.as_millis(), self.count), happening);
    }

    /// The next entry, if it is due by `end`.
    pub(super) fn next(&mut self, end: Instant) -> Option<(Instant, Happening)> {
        let entry = self.entries.first_entry().filter(|entry| entry.key().0 <= end.as_millis())?;
        let at = Instant::from_millis(entry.key().0);
        Some((at, entry.remove()))
    }
}
