//! A session on its node, and what its listener and its handlers are at.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use staywire_protocol::Instant;
use staywire_protocol::message::Opening;
use staywire_protocol::server::{Session, SessionConfig, Snapshot, StreamAnswer};
use staywire_protocol::wire::{Name, SubscribeFrom, Token};

use super::given::Given;
use crate::session_world::network::WireId;
use crate::session_world::payload::Payload;

/// Stands for the hash of a token.
pub(super) type TokenHash = u64;

/// A message that waits for the listener.
#[derive(Clone, Copy, Debug)]
pub(super) struct Inbound {
    pub(super) number: u64,
    pub(super) payload: u64,
    pub(super) bytes: u32,
    pub(super) redelivered: bool,
}

/// A subscription that waits to be authorised.
#[derive(Clone, Debug)]
pub(super) struct Subscribing {
    pub(super) number: u64,
    pub(super) topic: Name<'static>,
    pub(super) from: SubscribeFrom,
    /// What a server would answer that did not wait for it.
    pub(super) early: Option<StreamAnswer<Payload>>,
}

pub(super) struct Served {
    pub(super) session: Session<Payload, TokenHash, u64>,
    pub(super) node: usize,
    /// Counts the processes that held the session, so that what an older one was at is not taken for this one's.
    pub(super) process: u32,
    pub(super) crashes: u32,
    pub(super) inbound: VecDeque<Inbound>,
    pub(super) is_listening: bool,
    /// The listener panicked: it gets nothing any more.
    pub(super) is_broken: bool,
    /// The requests of the client that handlers are at.
    pub(super) handling: BTreeSet<u64>,
    /// The requests to the client that wait, and their numbers.
    pub(super) asking: BTreeMap<u64, u64>,
    /// Subscriptions that wait to be authorised.
    pub(super) subscribing: VecDeque<Subscribing>,
    /// Openings that came to other nodes and wait for the listener to return.
    pub(super) waiting: Vec<(WireId, usize, Opening<Token>)>,
    /// When the timer that is set will fire.
    pub(super) timer: Option<Instant>,
}

impl Served {
    pub(super) fn new(session: Session<Payload, TokenHash, u64>, node: usize) -> Self {
        Self {
            session,
            node,
            process: 0,
            crashes: 0,
            inbound: VecDeque::new(),
            is_listening: false,
            is_broken: false,
            handling: BTreeSet::new(),
            asking: BTreeMap::new(),
            subscribing: VecDeque::new(),
            waiting: Vec::new(),
            timer: None,
        }
    }

    /// A session that has ended, in the next process.
    pub(super) fn ended(ended: Self) -> Self {
        let (process, crashes) = (ended.process + 1, ended.crashes);
        Self { process, crashes, is_broken: true, ..Self::new(ended.session, ended.node) }
    }

    /// What waits for the listener, in bytes.
    pub(super) fn inbound_bytes(&self) -> u64 {
        self.inbound.iter().map(|inbound| u64::from(inbound.bytes.max(16))).sum()
    }

    /// What another process needs to go on.
    pub(super) fn store(&mut self, given: &mut Given) -> Stored {
        for (payload, _) in std::mem::take(&mut self.asking) {
            given.asked.entry(payload).or_default().is_orphan = true;
        }
        Stored { snapshot: self.session.snapshot(), process: self.process, crashes: self.crashes }
    }
}

/// A session between two processes.
pub(super) struct Stored {
    pub(super) snapshot: Snapshot<Payload, TokenHash>,
    process: u32,
    crashes: u32,
}

impl Stored {
    /// The process crashed: what it had not told of is gone.
    pub(super) fn after_crash(mut self, with_marks: bool) -> Self {
        self.snapshot.finished_ahead.clear();
        self.snapshot.is_doubtful = with_marks;
        self.snapshot.doubtful *= u64::from(with_marks);
        self.crashes += 1;
        self
    }

    pub(super) fn restore(self, config: SessionConfig, now: Instant, node: usize) -> Served {
        let session = Session::restore(config, now, self.snapshot);
        let (process, crashes) = (self.process + 1, self.crashes);
        Served { process, crashes, ..Served::new(session, node) }
    }
}
