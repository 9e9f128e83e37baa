//! A session that outlives its connections.
//!
//! Owns: the session's machine, and what becomes of its outputs. Any task
//! drives it, shortly and under its lock; nothing here waits or runs user code.
//!
//! ```text
//!  handle, streams ─ send, forward ─┐             ┌─ Transmit, Close ─► outbox of the connection in charge
//!  connection's task ─ receive ─────┼─► machine ──┤
//!  sweep ─ window over ─────────────┘             └─ Event ─► listener's inbox
//! ```
//!
//! Lock order: a session's lock is taken after a stream's; under it come the
//! outbox, the inbox, the registry and the suspended sessions.

mod asking;
mod attaching;
mod forwarding;
mod outputs;
mod presence;
mod requests;
mod restart;
mod topics;

use std::time::Duration;

use staywire_protocol::message::ToServer;
use staywire_protocol::server::{self, EndReason};
use staywire_protocol::wire::{FreshReason, Token};
use staywire_protocol::{CloseCode, ConnectionId, Instant};

use super::directory::Ended;
use super::hub::Lease;
use super::link::Link;
use super::payload::{Payload, size};
use super::suspended::Ticket;
use super::token_hash::TokenHash;
use crate::capacity::Place;
use crate::close::{CloseFrame, CloseReason, ClosedBy};
use crate::counters::LiveCounters;
use crate::delivery::Sent;
use crate::message::Message;
use crate::session::{SendError, Session};
use crate::sync::Mutex;

use asking::Asker;
pub(crate) use attaching::Arrival;
use presence::Presence;
use requests::Requests;
pub(crate) use topics::Subscription;
use topics::Topics;

pub(crate) type Machine = server::Session<Payload, TokenHash, Asker>;

/// What a session of session mode has beyond its handle.
pub(crate) struct Lasting {
    /// `None` once the session is over.
    core: Mutex<Option<Box<Core>>>,
    presence: Presence,
}

/// A session that is not over.
struct Core {
    machine: Machine,
    /// The connection in charge.
    link: Option<Link>,
    /// Numbers the connections, of which the machine tells one from another.
    last_connection: u32,
    /// Its place among the suspended ones, while it is one of them.
    ticket: Option<Ticket>,
    requests: Requests,
    topics: Topics,
    /// The stream of its user is to be here as long as it is.
    user_stream: Option<Lease>,
    place: Place,
    made_with: TokenHash,
    /// What the session was the answer to, if not to a `hello`.
    fresh: Option<FreshReason>,
    /// How this side closes it.
    close: Option<CloseReason>,
    /// How the client broke the protocol.
    violation: Option<String>,
    /// Told by the machine, once.
    ended: Option<EndReason>,
}

/// A session of session mode together with its handle.
#[derive(Clone, Copy)]
pub(crate) struct LastingSession<'a> {
    pub(crate) handle: &'a Session,
    pub(crate) lasting: &'a Lasting,
}

impl Lasting {
    fn new(core: Core) -> Self {
        Self { core: Mutex::new(Some(Box::new(core))), presence: Presence::default() }
    }

    pub(crate) fn is_alive(&self) -> bool {
        self.core.lock().is_some()
    }

    pub(crate) fn is_connected(&self) -> bool {
        self.core.lock().as_ref().is_some_and(|core| core.link.is_some())
    }
}

impl Core {
    fn new(
        machine: Machine,
        link: Option<Link>,
        user_stream: Option<Lease>,
        place: Place,
        made_with: TokenHash,
        fresh: Option<FreshReason>,
    ) -> Self {
        let last_connection = link.as_ref().map_or(0, |link| link.connection.number());
        Self {
            machine,
            link,
            last_connection,
            ticket: None,
            requests: Requests::default(),
            topics: Topics::default(),
            user_stream,
            place,
            made_with,
            fresh,
            close: None,
            violation: None,
            ended: None,
        }
    }

    fn sent(&self) -> Sent {
        if self.link.is_some() { Sent::Queued } else { Sent::Kept }
    }
}

impl<'a> LastingSession<'a> {
    // What the application does.

    /// Sends to this session alone.
    pub(crate) fn send(self, message: Message) -> Result<Sent, SendError> {
        self.check_size(&message)?;
        let bytes = size(&message);
        let pushed = self.push(|core| core.machine.send(message.into(), bytes));
        pushed.map(|(_, sent)| sent).ok_or(SendError::Closed)
    }

    /// Whether `message` may be sent to this session alone.
    fn check_size(self, message: &Message) -> Result<(), SendError> {
        let (bytes, limit) = (message.len(), self.handle.server().limits().max_sendable_bytes());
        if bytes > limit { Err(SendError::TooLarge { bytes, limit }) } else { Ok(()) }
    }

    /// Runs `act`, which puts something into the session's own inbox; `None` if the session is over.
    fn push<T>(self, act: impl FnOnce(&mut Core) -> T) -> Option<(T, Sent)> {
        let pushed = self.transact(|core| {
            let result = act(core);
            self.drain(core);
            self.charge_suspended(core);
            (result, core.sent())
        });
        if let Some((_, Sent::Kept)) = pushed {
            self.handle.server().trim_suspended();
        }
        pushed
    }

    /// Ends the session; a connected client is told by `frame`, after what is queued.
    pub(crate) fn close(self, frame: CloseFrame) {
        self.transact(|core| {
            let code = frame.code.unwrap_or(CloseCode::NORMAL);
            core.close = Some(CloseReason::from_frame(frame, ClosedBy::Server, false));
            core.machine.end(code);
        });
    }

    /// Cuts the connection without a closing handshake. The session stays.
    pub(crate) fn terminate(self) {
        self.with_core(|core| {
            if let Some(link) = &core.link {
                link.outbox.end();
            }
        });
    }

    /// Asks the client to come back on another connection; whether it has one now.
    pub(crate) fn relocate(self, window: Duration) -> bool {
        let asked = self.transact(|core| {
            core.machine.relocate(window.into());
            core.link.is_some()
        });
        asked.unwrap_or(false)
    }

    /// The listener has dealt with the message `number`.
    pub(crate) fn finished(self, number: u64) {
        self.transact(|core| core.machine.finished(self.now(), number));
    }

    // What the connection's task does.

    /// Takes in a message of the client.
    pub(crate) fn receive(self, connection: ConnectionId, message: ToServer<Payload, Token>, bytes: u32) {
        let is_lane = matches!(message, ToServer::Lane { .. });
        self.transact(|core| {
            let accepted = core.machine.lane().accepted();
            core.machine.receive(self.now(), connection, message, bytes);
            if is_lane && core.machine.lane().accepted() == accepted && core.machine.ended().is_none() {
                self.counters().messages.repeated.increment();
            }
        });
    }

    /// The client sent what is no message: the session ends.
    pub(crate) fn violated(self, connection: ConnectionId, violation: String) {
        self.transact(|core| {
            core.violation = Some(violation);
            core.machine.violated(connection);
        });
    }

    pub(crate) fn disconnected(self, connection: ConnectionId) {
        self.transact(|core| core.machine.disconnected(self.now(), connection));
    }

    /// Something arrived that is no whole message yet: a large one may take its time.
    pub(crate) fn heard(self, connection: ConnectionId) {
        self.with_core(|core| core.machine.heard(connection));
    }

    /// When [`wake`](Self::wake) is due, while the session has a connection.
    pub(crate) fn poll_timeout(self) -> Option<Instant> {
        self.with_core(|core| core.machine.poll_timeout()).flatten()
    }

    /// Lets the machine do what is due by now.
    pub(crate) fn wake(self) {
        let now = self.now();
        self.transact(|core| {
            if core.machine.poll_timeout().is_some_and(|due| due <= now) {
                core.machine.handle_timeout(now);
            }
        });
    }

    /// Ends the window of a suspended session before its time, for want of room.
    pub(crate) fn expire(self) {
        self.transact(|core| {
            if core.link.is_none() {
                self.counters().sessions.ended_for_room.increment();
                core.close = Some(CloseReason::abnormal(ClosedBy::Server));
                core.machine.handle_timeout(Instant::from_millis(u64::MAX));
            }
        });
    }

    // The lock.

    /// Runs `act` under the lock, and hands on what comes of it; `None` if the session is over.
    fn transact<T>(self, act: impl FnOnce(&mut Core) -> T) -> Option<T> {
        let mut slot = self.lasting.core.lock();
        let core = slot.as_mut()?;
        let due = core.machine.acknowledgement_due();
        let result = act(core);
        self.drain(core);
        if core.machine.acknowledgement_due() != due
            && let Some(link) = &core.link
        {
            // The connection's task sleeps until a time that it asked for earlier.
            link.outbox.wake();
        }
        let Some(reason) = core.ended else {
            let left = core.topics.take_left();
            drop(slot);
            self.leave_topics(left);
            return Some(result);
        };
        let over = slot.take()?;
        self.handle.endpoint_state().directory().bury(self.handle.id(), over.remembered(reason, self.now()));
        drop(slot);
        self.conclude(*over, reason);
        Some(result)
    }

    /// The same where a stream is locked, and nothing can end the session.
    fn with_core<T>(self, act: impl FnOnce(&mut Core) -> T) -> Option<T> {
        let mut slot = self.lasting.core.lock();
        let core = slot.as_mut()?;
        let result = act(core);
        self.drain(core);
        Some(result)
    }

    fn counters(self) -> &'a LiveCounters {
        self.handle.server().counters()
    }

    fn now(self) -> Instant {
        self.handle.server().clock().now()
    }
}

impl Core {
    fn remembered(&self, reason: EndReason, at: Instant) -> Ended {
        Ended { tokens: self.machine.tokens().clone(), reason, made_with: self.made_with, at }
    }
}
