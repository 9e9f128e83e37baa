//! What becomes of sessions when their process stops, crashes, or gives them to another one.

use staywire_protocol::{CloseCode, Instant};

use super::node::{Node, begin_lives};
use super::served::Served;
use super::{Cluster, Life, RING_BYTES, SessionKey, Wish, config};
use crate::session_world::network::Parcel;
use crate::session_world::sabotage::Sabotage;

/// How a process stops.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Stop {
    /// With all its state written.
    Clean,
    /// With nothing left.
    Crash,
    /// With its sessions stored up to what it had told of.
    CrashWithStore,
}

impl Cluster {
    /// The listener has returned: what waited for that at other nodes goes on.
    pub(super) fn open_waiting(&mut self, now: Instant, key: SessionKey, life: &mut Life<'_>) {
        let Some(served) = self.sessions.get_mut(&key) else { return };
        for (wire, node, opening) in std::mem::take(&mut served.waiting) {
            self.open(now, wire, node, opening, life);
        }
    }

    /// Gives the session to `node`, in good order.
    pub(super) fn hand_over(&mut self, now: Instant, key: SessionKey, node: usize, life: &mut Life<'_>) {
        life.tally.hand_overs += 1;
        let Some(mut served) = self.sessions.remove(&key) else { return };
        if let Some(connection) = served.session.connection() {
            self.wishes.push(Wish::Write(connection.number(), Parcel::close(CloseCode::SUPERSEDED)));
            self.speaking.remove(&connection.number());
        }
        let stored = served.store(&mut self.given);
        self.sessions.insert(key, stored.restore(config(), now, node));
        self.drain(key, life);
    }

    /// The process on `node` stops, and with it whatever waits there.
    pub(in super::super) fn stop(&mut self, now: Instant, node: usize, stop: Stop) {
        for (key, mut served) in std::mem::take(&mut self.sessions) {
            served.waiting.retain(|&(_, waits_at, _)| waits_at != node);
            if served.node != node {
                self.sessions.insert(key, served);
            } else {
                self.stop_session(now, key, served, stop);
            }
        }
        let lives = self.nodes[node].stop();
        if stop == Stop::Clean && self.nodes.iter().all(|node| !node.is_up) {
            self.lives = Some(lives);
        }
    }

    fn stop_session(&mut self, now: Instant, key: SessionKey, mut served: Served, stop: Stop) {
        let with_marks = self.sabotage != Sabotage::NoMarks;
        let node = served.node;
        if stop == Stop::Clean {
            self.finish_listening(now, &mut served);
        }
        if served.session.ended().is_some() {
            // The end of a session is stored, too; what its listener had still to do is not.
            if stop != Stop::Crash {
                self.sessions.insert(key, Served::ended(served));
            }
            return;
        }
        let mut stored = served.store(&mut self.given);
        if self.sabotage == Sabotage::NoInterruption {
            stored.snapshot.unanswered.clear();
        }
        match stop {
            Stop::Clean => drop(self.stored.insert(key, (node, stored))),
            Stop::CrashWithStore => drop(self.stored.insert(key, (node, stored.after_crash(with_marks)))),
            Stop::Crash => {}
        }
    }

    /// A clean stop waits for the message that the listener is at.
    fn finish_listening(&mut self, now: Instant, served: &mut Served) {
        if served.is_listening
            && let Some(&front) = served.inbound.front()
        {
            self.given.finished.insert(front.payload);
            served.session.finished(now, front.number);
        }
    }

    /// Another process starts on `node`, and takes the sessions that the last one left.
    pub(in super::super) fn restart(&mut self, now: Instant, node: usize, life: &mut Life<'_>) {
        self.nodes[node] = self.start_node(now);
        let stored: Vec<_> = self.stored.extract_if(.., |_, (left_by, _)| *left_by == node).collect();
        for (key, (_, stored)) in stored {
            self.sessions.insert(key, stored.restore(config(), now, node));
            self.drain(key, life);
        }
    }

    /// A process with the streams of those that are up, or of the last that stopped, or with new lives of them.
    pub(super) fn start_node(&mut self, now: Instant) -> Node {
        let shared = self.nodes.iter().find(|node| node.is_up).map(Node::lives);
        let lives = shared.or_else(|| self.lives.take()).unwrap_or_else(|| {
            self.lives_begun += 1;
            begin_lives(self.lives_begun)
        });
        self.processes_started += 1;
        Node::start(now, 10 * self.processes_started, lives, RING_BYTES)
    }
}
