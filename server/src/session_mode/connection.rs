//! What a connection in session mode carries.
//!
//! Owns: the order of its first message, the judgement of its credential, and
//! everything after that. Never: awaits the authenticator; the connection goes
//! on while it thinks.
//!
//! ```text
//!  Waiting ──first message──► Authenticating ──► Preparing ──► Speaking
//!     └──deadline, drain, no opening──┴──refused────┴──► Refused: the outbox closes
//! ```

use std::sync::Arc;
use std::task::{Context, Poll};

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use staywire_protocol::message::{Opening, ServerIntroduction, ToClient, ToServer};
use staywire_protocol::parts::heartbeat::Beat;
use staywire_protocol::wire::{SubProtocol, Token};
use tokio::time::Instant;

use super::lasting::LastingSession;
use super::link::SessionOutbox;
use super::opening::{Asked, Refused, Speaking, open};
use super::payload::{Payload, encode, kind, payload_of, slice};
use super::prepared::Prepared;
use super::refusal::{Refusal, authenticated};
use crate::capacity::Place;
use crate::clock::after;
use crate::connection::{End, Role};
use crate::engine::EngineError;
use crate::error::SessionError;
use crate::handshake::rejection::Rejection;
use crate::handshake::request::Handshake;
use crate::message::Message;
use crate::server::ServerState;
use crate::session::outbox::Outbox;

/// A connection in session mode, from its first message to its end.
pub(crate) struct SessionMode {
    server: Arc<ServerState>,
    outbox: Arc<SessionOutbox>,
    stage: Stage,
    /// Ready when the server drains; there until a session is found, for nobody else tells the connection.
    drain: Option<BoxFuture<'static, ()>>,
    /// The connection's own place, which is not its session's.
    _place: Place,
}

enum Stage {
    /// Nothing has arrived. `Err`: an interceptor rejected the opening handshake, which a page can only read now.
    Waiting {
        arrived: Box<Result<Handshake, Rejection>>,
        deadline: Instant,
    },
    /// Who the client is is being decided.
    Authenticating(Box<Authenticating>),
    /// The streams that the client is to read are being got.
    Preparing(BoxFuture<'static, Ready>),
    Speaking(Speaking),
    Refused,
}

/// An opening that can be decided at once, if its streams can be read.
type Ready = (Handshake, Asked, Result<Prepared, EngineError>);

struct Authenticating {
    decision: BoxFuture<'static, (Handshake, Result<(), Refusal>)>,
    asked: Asked,
}

impl SessionMode {
    /// A connection whose opening handshake was accepted.
    pub(crate) fn new(server: Arc<ServerState>, arrived: Result<Handshake, Rejection>, place: Place) -> Self {
        server.counters().connections.opened_session.increment();
        let outbox = Arc::new(Outbox::new(server.limits().max_queue_bytes));
        let deadline = after(Instant::now(), server.limits().first_message_timeout);
        let drain = Some(server.drained());
        let stage = Stage::Waiting { arrived: Box::new(arrived), deadline };
        Self { server, outbox, stage, drain, _place: place }
    }

    /// The first message: a `hello` or a `resume`.
    fn on_opening(&mut self, arrived: Result<Handshake, Rejection>, message: &Message) {
        let decoded = Opening::<Token>::decode(kind(message), message.as_bytes());
        let (opening, introduction) = match decoded {
            Ok(decoded) => decoded,
            Err(error) => return self.refuse(&Refusal::Malformed(error)),
        };
        let mut handshake = match arrived {
            Ok(handshake) => handshake,
            Err(rejection) => return self.refuse(&Refusal::Rejected(rejection)),
        };
        handshake.choose_protocol(introduction.protocols.iter().map(SubProtocol::as_str));
        let asked = Asked::from(opening);
        let Some(authenticator) = handshake.endpoint.authenticator() else {
            return self.prepare(handshake, asked);
        };
        let credential = introduction.credential.map(|credential| credential.as_str().to_owned());
        let timeout = self.server.limits().interceptor_timeout;
        let decision = authenticated(authenticator, credential, handshake, timeout).boxed();
        self.stage = Stage::Authenticating(Box::new(Authenticating { decision, asked }));
    }

    fn prepare(&mut self, handshake: Handshake, asked: Asked) {
        let server = Arc::clone(&self.server);
        let preparing = async move {
            let (endpoint, user) = (&handshake.endpoint, handshake.user.as_ref());
            let prepared = Prepared::new(&server, endpoint, user, &asked.held).await;
            (handshake, asked, prepared)
        };
        let mut preparing = preparing.boxed();
        // As a rule nothing has to be waited for.
        match (&mut preparing).now_or_never() {
            Some(ready) => self.open(ready),
            None => self.stage = Stage::Preparing(preparing),
        }
    }

    fn open(&mut self, (handshake, asked, prepared): Ready) {
        let prepared = match prepared {
            Ok(prepared) => prepared,
            Err(error) => return self.refuse(&Refusal::Opening(Refused::Unavailable(error))),
        };
        match open(asked, prepared, Arc::clone(&self.server), handshake, Arc::clone(&self.outbox)) {
            Ok((speaking, opened)) => {
                opened.counter(&self.server.counters().openings).increment();
                self.stage = Stage::Speaking(speaking);
            }
            Err(refused) => self.refuse(&Refusal::Opening(refused)),
        }
    }

    fn refuse(&mut self, refusal: &Refusal) {
        self.stage = Stage::Refused;
        refusal.counter(&self.server.counters().openings).increment();
        refusal.log();
        if let Some(frame) = refusal.close_frame(self.server.limits()) {
            self.outbox.close(frame);
        }
    }

    fn poll_decision(&mut self, cx: &mut Context<'_>) {
        let Stage::Authenticating(authenticating) = &mut self.stage else { return };
        let Poll::Ready((handshake, decision)) = authenticating.decision.poll_unpin(cx) else { return };
        let Stage::Authenticating(authenticating) = std::mem::replace(&mut self.stage, Stage::Refused) else {
            return;
        };
        match decision {
            Ok(()) => self.prepare(handshake, authenticating.asked),
            Err(refusal) => self.refuse(&refusal),
        }
    }

    fn poll_prepared(&mut self, cx: &mut Context<'_>) {
        let Stage::Preparing(preparing) = &mut self.stage else { return };
        if let Poll::Ready(ready) = preparing.poll_unpin(cx) {
            self.open(ready);
        }
    }

    fn poll_drain(&mut self, cx: &mut Context<'_>) {
        if !self.stage.is_opening() {
            self.drain = None;
        }
        if self.drain.as_mut().is_some_and(|drain| drain.poll_unpin(cx).is_ready()) {
            self.refuse(&Refusal::Opening(Refused::Draining));
        }
    }
}

impl Stage {
    /// Whether there is no session yet, and may be one.
    const fn is_opening(&self) -> bool {
        matches!(self, Self::Waiting { .. } | Self::Authenticating(_) | Self::Preparing(_))
    }
}

impl Speaking {
    fn on_message(&self, message: &Message) {
        let Some(session) = self.session.lasting() else { return };
        let payload = |at| Payload::from(slice(message, at));
        match ToServer::<Payload, Token>::decode(kind(message), message.as_bytes(), payload) {
            Ok((message, bytes)) => session.receive(self.connection, message, bytes),
            Err(error) => session.violated(self.connection, error.to_string()),
        }
    }

    fn end(&self, error: Option<SessionError>) {
        let Some(session) = self.session.lasting() else { return };
        match error.filter(SessionError::is_violation) {
            Some(violation) => session.violated(self.connection, violation.to_string()),
            None => session.disconnected(self.connection),
        }
    }
}

impl Role for SessionMode {
    type Item = ToClient<Payload>;

    fn server(&self) -> &ServerState {
        &self.server
    }

    fn outbox(&self) -> &SessionOutbox {
        &self.outbox
    }

    fn encode(&self, item: ToClient<Payload>) -> Message {
        let protocol = match &self.stage {
            Stage::Speaking(Speaking { session, .. }) => session.protocol().and_then(SubProtocol::new),
            Stage::Waiting { .. } | Stage::Authenticating(_) | Stage::Preparing(_) | Stage::Refused => None,
        };
        let messages = &self.server.counters().messages;
        if let Some(payload) = payload_of(&item) {
            messages.count_sent(payload.len());
            if !payload.is_encoded() {
                messages.encoded.increment();
            }
        }
        encode(&item, &ServerIntroduction { instance: self.server.instance(), protocol })
    }

    /// Credit bounds what a client may send.
    fn has_room(&self, _: &Context<'_>) -> bool {
        true
    }

    fn on_message(&mut self, message: Message) {
        match &self.stage {
            Stage::Speaking(speaking) => speaking.on_message(&message),
            Stage::Waiting { .. } => {
                if let Stage::Waiting { arrived, .. } = std::mem::replace(&mut self.stage, Stage::Refused) {
                    self.on_opening(*arrived, &message);
                }
            }
            Stage::Authenticating(_) | Stage::Preparing(_) => self.refuse(&Refusal::Early),
            Stage::Refused => {}
        }
    }

    fn on_drained(&mut self) {
        if let Stage::Speaking(Speaking { session, connection }) = &self.stage
            && let Some(session) = session.lasting()
        {
            session.release(*connection);
        }
    }

    fn poll(&mut self, cx: &mut Context<'_>) {
        self.poll_decision(cx);
        self.poll_prepared(cx);
        self.poll_drain(cx);
    }

    fn poll_timeout(&self) -> Instant {
        let clock = self.server.clock();
        match &self.stage {
            Stage::Waiting { deadline, .. } => *deadline,
            Stage::Speaking(Speaking { session, .. }) => {
                let due = session.lasting().and_then(LastingSession::poll_timeout);
                due.map_or_else(|| clock.never(), |due| clock.at(due))
            }
            Stage::Authenticating(_) | Stage::Preparing(_) | Stage::Refused => clock.never(),
        }
    }

    fn handle_timeout(&mut self, heard: bool) -> Beat {
        match &self.stage {
            Stage::Waiting { .. } => self.refuse(&Refusal::Silent),
            Stage::Speaking(Speaking { session, connection }) => {
                if let Some(session) = session.lasting() {
                    if heard {
                        session.heard(*connection);
                    }
                    session.wake();
                }
            }
            Stage::Authenticating(_) | Stage::Preparing(_) | Stage::Refused => {}
        }
        // Session mode has a heartbeat of its own, whose death closes the outbox.
        Beat::Nothing
    }

    fn end(self, end: End) {
        tracing::debug!(code = end.reason.code.number(), by = ?end.reason.by, "connection closed");
        match &self.stage {
            Stage::Speaking(speaking) => speaking.end(end.error),
            Stage::Waiting { .. } | Stage::Authenticating(_) | Stage::Preparing(_) => {
                self.server.counters().openings.abandoned.increment();
            }
            Stage::Refused => {}
        }
    }
}
