//! How a session leaves this process, and how it comes into the next one.
//!
//! ```text
//!  this process    pause ──► (the listener finishes what it is at) ──► leave ──► SessionState
//!  the next one    SessionState ──► restore: suspended again, told to the listener
//! ```

use std::sync::Arc;

use axum::http::HeaderMap;
use staywire_protocol::CloseCode;

use super::outputs::close_frame;
use super::requests::Requests;
use super::topics::Topics;
use super::{Core, Lasting, LastingSession, Machine};
use crate::close::CloseFrame;
use crate::endpoint::EndpointState;
use crate::engine::StreamName;
use crate::handshake::request::Handshake;
use crate::listener::Resumption;
use crate::server::ServerState;
use crate::session::inbox::Event;
use crate::session::{Attributes, HandshakeRequest, Session};
use crate::session_mode::come_again;
use crate::session_mode::hub::Lease;
use crate::session_mode::token_hash::TokenHash;
use crate::state_dir::{MachineState, SessionState};

impl LastingSession<'_> {
    /// Takes the connection away, and ends what the listener is told: the session goes on in the next process.
    ///
    /// What the listener has not begun it never sees here; the client sends it again, there. The handlers of requests
    /// are stopped: their clients are told so, there.
    pub(crate) fn pause(self) {
        self.handle.inbox().drop_messages();
        self.transact(|core| {
            core.requests.leave();
            self.cut(core);
        });
        self.handle.notify(Event::Leave);
    }

    /// Closes the connection in charge, for the client to come back to the next process.
    fn cut(self, core: &mut Core) {
        if let Some(link) = core.link.take() {
            let window = self.handle.server().limits().return_window;
            link.outbox.close(come_again(CloseCode::SERVICE_RESTART, window));
            core.machine.disconnected(self.now(), link.connection);
        }
    }

    /// Takes the session out of this process: nothing reaches it any more, and it is not over.
    ///
    /// `is_doubtful`: its listener was stopped over a message, which may have taken effect.
    pub(crate) fn leave(self, is_doubtful: bool) {
        let (endpoint, server) = (self.handle.endpoint_state(), self.handle.server());
        let Some(restart) = server.restart() else { return };
        let mut slot = self.lasting.core.lock();
        let Some(core) = slot.as_mut() else { return };
        // A client may have come back since the session was paused.
        self.cut(core);
        self.drain(core);
        let Some(mut core) = slot.take() else { return };
        endpoint.directory().remove(self.handle.id());
        // Whoever finds the session gone, as the end of the drain may, is to find it taken along.
        restart.take_along(self.state(&core, is_doubtful));
        drop(slot);
        self.leave_suspended(&mut core);
        self.lasting.presence.stop();
        let broadcast = endpoint.broadcast_lease(server.hub());
        let streams = core.topics.all_leases().chain(&core.user_stream).chain([&broadcast]);
        streams.for_each(|lease| lease.depart(self.handle.id()));
        self.handle.leave_streams();
        restart.take_along_streams(core.topics.take_all().into_iter().chain(core.user_stream.take()));
        endpoint.registry().leave(self.handle.id());
        self.handle.forget(core.place);
    }

    /// What a connection is told for whom the session is not here any more.
    pub(super) fn over_frame(self) -> CloseFrame {
        if self.handle.server().is_draining() {
            come_again(CloseCode::SERVICE_RESTART, self.handle.server().limits().return_window)
        } else {
            close_frame(CloseCode::ENDED)
        }
    }

    fn state(self, core: &Core, is_doubtful: bool) -> Option<SessionState> {
        let mut snapshot = core.machine.snapshot();
        snapshot.is_doubtful |= is_doubtful;
        let until = snapshot.until.unwrap_or(self.now());
        Some(SessionState {
            endpoint: self.handle.endpoint().into(),
            user: self.handle.user().map(|user| user.as_str().into()),
            handshake: self.handle.handshake().to_state(),
            attributes: self.handle.attributes().to_state(),
            topics: core.topics.names(),
            fresh: core.fresh.map(Into::into),
            window_left: until.saturating_duration_since(self.now()).into(),
            machine: MachineState::new(snapshot)?,
        })
    }
}

/// Why a session of the process before does not go on here; its client is told `fresh restarted`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NotRestored {
    /// Its endpoint is not there any more.
    NoEndpoint,
    /// Its user's name is none.
    NoUser,
    /// There are fewer places than in the process before.
    Full,
}

impl Session {
    /// Goes on with a session that the process before has left: suspended, for what is left of its window.
    pub(crate) fn restore(server: &Arc<ServerState>, state: SessionState) -> Result<(), NotRestored> {
        let is_its = |endpoint: &&Arc<_>| EndpointState::path(endpoint) == state.endpoint;
        let endpoint = server.endpoints().iter().find(is_its).ok_or(NotRestored::NoEndpoint)?;
        let user = state.user.map(|user| user.parse()).transpose().map_err(|_| NotRestored::NoUser)?;
        let place = server.capacity().take().ok_or(NotRestored::Full)?;
        let handshake = Handshake {
            endpoint: Arc::clone(endpoint),
            request: HandshakeRequest::from_state(state.handshake),
            headers: HeaderMap::new(),
            attributes: Attributes::from_state(state.attributes),
            user,
        };
        let made_with = TokenHash::from(state.machine.tokens.first);
        let now = server.clock().now();
        let snapshot = state.machine.into_snapshot(now + state.window_left);
        let id = snapshot.id.into();
        let hub = server.hub();
        let user_stream = handshake.user.as_ref().map(|user| hub.lease(&endpoint.user_stream(user)));
        let broadcast = endpoint.broadcast_lease(hub);
        let mut topics = Topics::default();
        for name in state.topics.iter().filter_map(|topic| topic.parse().ok()) {
            let limit = server.limits().max_user_subscriptions;
            let place =
                handshake.user.as_ref().zip(limit).and_then(|(user, limit)| hub.user_place(user, limit));
            topics.restore(hub.lease(&StreamName::Topic(name)), place);
        }
        let core = Core {
            machine: Machine::restore(server.limits().session_config(), now, snapshot),
            link: None,
            last_connection: 0,
            ticket: None,
            requests: Requests::default(),
            topics,
            user_stream,
            place,
            made_with,
            fresh: state.fresh.map(Into::into),
            close: None,
            violation: None,
            ended: None,
        };
        let reads: Vec<_> =
            core.topics.leases().chain(&core.user_stream).chain([&broadcast]).map(Lease::clone).collect();
        let lasting = Lasting::new(core);
        let session = Self::in_session_mode(id, handshake, Arc::clone(server), lasting);
        let mut made = endpoint.directory().made_with(made_with);
        for lease in &reads {
            // Where the engine takes its time, the client that comes back waits for it.
            drop(lease.begin());
            lease.lock().add(&session);
        }
        session.go_on();
        made.set(id);
        drop(made);
        // Its window may have gone by while the server was down.
        if let Some(session) = session.lasting() {
            session.wake();
        }
        Ok(())
    }

    /// Others can reach the session from now on, and its listener hears of it.
    fn go_on(&self) {
        let Some(session) = self.lasting() else { return };
        self.endpoint_state().directory().add(self);
        self.endpoint_state().registry().join(self.clone());
        if let Some(core) = session.lasting.core.lock().as_mut() {
            session.join_suspended(core);
            session.present(core);
        }
        self.forget_headers();
        self.notify(Event::Resume(Resumption::Restored));
    }
}
