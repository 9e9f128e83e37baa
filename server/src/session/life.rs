//! The life of a session, as the rest of the crate drives it.
//!
//! Owns: when others can reach the session, and what its listener is told of
//! its beginning and end. Never: decides that it ends; a connection does, or
//! the machine of session mode.

use std::sync::Arc;

use staywire_protocol::CloseCode;

use super::inbox::{Event, Inbox, Runner};
use super::{Session, WayOut};
use crate::capacity::Place;
use crate::close::CloseReason;
use crate::endpoint::EndpointState;
use crate::error::SessionError;
use crate::listener::{Handlers, RequestFailure};
use crate::message::Message;
use crate::server::ServerState;
use crate::session_mode::come_again;

impl Session {
    pub(crate) fn inbox(&self) -> &Inbox {
        &self.inner.inbox
    }

    pub(crate) fn handlers(&self) -> &Handlers {
        &self.inner.handlers
    }

    pub(crate) fn endpoint_state(&self) -> &Arc<EndpointState> {
        &self.inner.endpoint
    }

    pub(crate) fn server(&self) -> &Arc<ServerState> {
        &self.inner.server
    }

    pub(crate) fn forget_headers(&self) {
        if !self.inner.endpoint.keeps_headers() {
            *self.inner.headers.lock() = None;
        }
    }

    /// Hands `event` to the listener, and starts a runner where none is at work.
    pub(crate) fn notify(&self, event: Event) {
        if self.inner.inbox.push(event) == Runner::Start {
            let runner = self.inner.endpoint.listener().spawn_runner(self.clone());
            self.inner.inbox.set_runner(runner);
        }
    }

    /// Others can reach the plain session from now on; what they send waits for the connection.
    ///
    /// This comes before the client learns that it is connected, or it could miss a broadcast that it waits for.
    pub(crate) fn join(&self) {
        self.join_streams();
        self.inner.endpoint.registry().join(self.clone());
        // Whoever drains closes what it finds registered: either it found this session, or this finds the drain.
        if self.inner.server.is_draining() {
            self.shut_down();
        }
    }

    /// The listener hears of the session.
    pub(crate) fn open(&self) {
        self.inner.server.counters().sessions.began.increment();
        tracing::info!(
            session = %self.id(),
            endpoint = self.endpoint(),
            user = self.user().map(tracing::field::debug),
            remote = ?self.remote_addr(),
            "session opened"
        );
        self.notify(Event::Open);
    }

    /// No connection came of the opening handshake: the listener never hears of the session.
    pub(crate) fn abandon(&self, place: Place) {
        tracing::debug!(session = %self.id(), endpoint = self.endpoint(), "the client left during the opening handshake");
        self.leave();
        self.forget(place);
    }

    /// The plain client's connection is over: nobody reaches the session any more.
    pub(crate) fn end(&self, reason: CloseReason, error: Option<SessionError>, place: Place) {
        self.leave();
        self.tell_end(reason, error, place);
    }

    /// The listener hears last of this.
    pub(crate) fn tell_end(&self, reason: CloseReason, error: Option<SessionError>, place: Place) {
        self.inner.server.counters().sessions.ended(&reason, error.as_ref()).increment();
        tracing::info!(
            session = %self.id(),
            endpoint = self.endpoint(),
            code = reason.code.number(),
            by = ?reason.by,
            error = error.as_ref().map(tracing::field::debug),
            "session closed"
        );
        if let Some(error) = error {
            self.notify(Event::Error(error));
        }
        self.notify(Event::Close(reason, place));
    }

    fn leave(&self) {
        if let WayOut::Plain(outbox) = &self.inner.way_out {
            outbox.end();
        }
        self.inner.endpoint.registry().leave(self.id());
        self.leave_streams();
    }

    /// Ends the session that its listener cannot serve; what the listener has not seen yet, it never sees.
    pub(crate) fn fail(&self, failure: Failure) {
        match (&self.inner.way_out, failure) {
            (WayOut::Plain(_), _) => self.close(CloseCode::INTERNAL_ERROR, "internal error"),
            // A code that says stop, or the client would come back to a session that is over.
            (WayOut::Lasting(_), Failure::Error) => self.close(CloseCode::ENDED, "internal error"),
            (WayOut::Lasting(_), Failure::Panic) => {
                self.close(CloseCode::LISTENER_PANICKED, "internal error")
            }
        }
        self.inner.inbox.drop_messages();
    }

    /// The listener has dealt with the message `number` of session mode.
    pub(crate) fn finished(&self, number: u64) {
        if let Some(session) = self.lasting() {
            session.finished(number);
        }
    }

    /// The listener knows the session by now: its client's requests are handled.
    pub(crate) fn begin_requests(&self) {
        if let Some(session) = self.lasting() {
            session.begin_requests();
        }
    }

    /// The handler of the request `number` of session mode has returned.
    pub(crate) fn answer(&self, number: u64, answer: Result<Message, RequestFailure>) {
        if let Some(session) = self.lasting() {
            session.answer(number, answer);
        }
    }

    /// The server shuts down: ends the session, or leaves it to the next process.
    pub(crate) fn shut_down(&self) {
        match self.lasting() {
            None => self.close(CloseCode::GOING_AWAY, "server is shutting down"),
            Some(session) if self.inner.server.restart().is_some() => session.pause(),
            Some(session) => {
                let window = self.inner.server.limits().return_window;
                session.close(come_again(CloseCode::SERVICE_RESTART, window));
            }
        }
    }

    /// The listener is done with the session in this process.
    pub(crate) fn leave_process(&self) {
        if let Some(session) = self.lasting() {
            session.leave(false);
        }
    }

    /// The listener's `close` has returned: nothing of the session is left.
    pub(crate) fn forget(&self, place: Place) {
        self.inner.handlers.clear();
        self.inner.endpoint.registry().forget(self.id());
        drop(place);
    }

    /// Stops everything of this session, its listener too.
    pub(crate) fn abort(&self) {
        self.terminate();
        // Where no listener was at work, the connection that ends now still tells it of the close.
        if self.inner.inbox.abort() {
            if let Some(session) = self.lasting() {
                session.leave(true);
            }
            self.leave();
            self.inner.handlers.clear();
            self.inner.endpoint.registry().forget(self.id());
        }
    }
}

/// Why a listener cannot serve a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Failure {
    /// Its `open` returned an error.
    Error,
    /// It panicked.
    Panic,
}
