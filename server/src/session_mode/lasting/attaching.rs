//! How a connection comes to its session.

use std::sync::Arc;

use staywire_protocol::ConnectionId;
use staywire_protocol::parts::tokens::{KnownTokens, Presented};
use staywire_protocol::server::{Resume, StreamAnswer};
use staywire_protocol::wire::{FreshReason, HeldStream};

use super::{Core, Lasting, LastingSession, Machine};
use crate::capacity::Place;
use crate::handshake::request::Handshake;
use crate::server::ServerState;
use crate::session::{Session, SessionId};
use crate::session_mode::hub::attach;
use crate::session_mode::link::{Link, SessionOutbox};
use crate::session_mode::payload::Payload;
use crate::session_mode::prepared::Prepared;
use crate::session_mode::token_hash::TokenHash;

/// A connection that has said what it wants.
pub(crate) struct Arrival {
    pub(crate) server: Arc<ServerState>,
    pub(crate) handshake: Handshake,
    pub(crate) outbox: Arc<SessionOutbox>,
    /// The token that a session is made with, if one is made.
    pub(crate) token: TokenHash,
    pub(crate) attempt: u64,
    /// The streams that the client reads, and how far.
    pub(crate) held: Vec<HeldStream>,
    pub(crate) prepared: Prepared,
}

impl Arrival {
    /// Whether the session belongs to somebody else.
    pub(crate) fn is_of_another_user(&self, session: &Session) -> bool {
        session.user() != self.handshake.user.as_ref()
    }

    /// Makes a session, and answers.
    pub(crate) fn make(
        self,
        id: SessionId,
        place: Place,
        fresh: Option<FreshReason>,
    ) -> (Session, ConnectionId) {
        let Self { server, handshake, outbox, token, attempt, held: _, prepared } = self;
        let connection = ConnectionId::from_number(1);
        let user_stream = prepared.user.as_ref().map(|reading| reading.lease.clone());
        let session = attach(prepared.first(), |answers| {
            let config = server.limits().session_config();
            let now = server.clock().now();
            let machine = Machine::open(config, now, connection, id.into(), (token, attempt), fresh, answers);
            let link = Link::new(connection, outbox);
            let core = Core::new(machine, Some(link), user_stream, place, token, fresh);
            let lasting = Lasting::new(core);
            let session = Session::in_session_mode(id, handshake, server, lasting);
            session.begin();
            (session.clone(), Some(session))
        });
        (session, connection)
    }
}

impl Session {
    /// Others can reach the session from now on, its listener hears of it, and its client is answered.
    fn begin(&self) {
        let Some(session) = self.lasting() else { return };
        self.endpoint_state().directory().add(self);
        self.endpoint_state().registry().join(self.clone());
        self.open();
        if let Some(core) = session.lasting.core.lock().as_mut() {
            session.drain_opening(core, None, 0);
        }
    }
}

impl LastingSession<'_> {
    /// What an opening would be to the session, which changes nothing yet; `None` if the session is over.
    pub(crate) fn judge(
        self,
        opening: impl FnOnce(&KnownTokens<TokenHash>) -> Presented,
    ) -> Option<Presented> {
        // A window that is over by now is over, whether or not anybody has noticed.
        self.wake();
        let core = self.lasting.core.lock();
        core.as_ref().map(|core| opening(core.machine.tokens()))
    }

    /// Goes on with the session on the connection that arrived; the connection, unless it is refused.
    pub(crate) fn resume(
        self,
        arrival: &Arrival,
        inbox: u64,
        resume: impl FnOnce(Vec<StreamAnswer<Payload>>) -> Resume<Payload, TokenHash>,
    ) -> Option<ConnectionId> {
        self.attach(arrival, inbox, |core, connection, answers| {
            core.machine.resume(self.now(), connection, resume(answers))
        })
    }

    /// Gives the first answer again; the connection, unless it is refused.
    pub(crate) fn answer_again(self, arrival: &Arrival) -> Option<ConnectionId> {
        self.attach(arrival, 0, |core, connection, answers| {
            let token = (&arrival.token, arrival.attempt);
            core.machine.open_again(self.now(), connection, token, core.fresh, answers)
        })
    }

    /// Another session was made with `next`, for another user.
    pub(crate) fn forget_next(self, next: &TokenHash) {
        self.with_core(|core| core.machine.forget_next(next));
    }

    fn attach(
        self,
        arrival: &Arrival,
        inbox: u64,
        open: impl FnOnce(&mut Core, ConnectionId, Vec<StreamAnswer<Payload>>) -> Presented,
    ) -> Option<ConnectionId> {
        let mut left = Vec::new();
        let connection = attach(arrival.prepared.all(), |mut answers| {
            let mut slot = self.lasting.core.lock();
            // It ended or left since it was judged.
            let Some(core) = slot.as_mut() else {
                arrival.outbox.close(self.over_frame());
                return (None, None);
            };
            core.last_connection = core.last_connection.wrapping_add(1);
            let connection = ConnectionId::from_number(core.last_connection);
            let link = Link::new(connection, Arc::clone(&arrival.outbox));
            answers.retain(|answer| core.topics.allow(answer));
            match open(core, connection, answers) {
                Presented::TakesOver => {
                    let older = core.link.replace(link);
                    core.topics.forget_asked();
                    core.topics.keep_named(&arrival.held);
                    self.present(core);
                    left = core.topics.take_left();
                    self.drain_opening(core, older.as_ref(), inbox);
                    if core.ticket.is_some() {
                        // The machine does not say so where it gives its first answer again.
                        self.on_resumed(core);
                    }
                    (Some(connection), None)
                }
                Presented::Superseded | Presented::Unknown => {
                    self.drain_opening(core, Some(&link), inbox);
                    (None, None)
                }
            }
        });
        self.leave_topics(left);
        connection
    }
}
