//! What handles and driver share: the machine, and what follows from what it says.
//!
//! Owns: the machine, the era of its session, and what the driver has still to
//! do and to tell. Never: touches a socket, or waits; it stands behind a lock
//! that is held for one command or input.
//!
//! ```text
//!  handle ── send, request, close ─┐                  ┌─► actions ─► driver ─► sockets
//!  driver ── inputs, messages ─────┴─► machine ─► follow ─► events ──► driver ─► Events
//!                                                     └─► era ─► who waits for an acknowledgement
//! ```

mod follow;

use std::sync::Arc;
use std::time::Duration;

use bytestring::ByteString;
use staywire_protocol::client::session::{self, Session};
use staywire_protocol::client::{Cause, ClientConfig, Closed, Hint, Input, SessionClient, Status};
use staywire_protocol::message::{DecodeError, ToClient, ToServer};
use staywire_protocol::parts::advice::RetryWindow;
use staywire_protocol::wire::{FailureCode, Name, Stream, StreamPosition, SubscribeFrom, Token};
use staywire_protocol::{CloseCode, ConnectionId};
use tokio::sync::oneshot;

use crate::clock::Clock;
use crate::era::Era;
use crate::error::{ReplyError, RequestError, SendError, SubscribeError};
use crate::event::{Event, Request};
use crate::message::Message;
use crate::random;
use crate::sent::Sent;
use follow::Loss;

/// Who waits for a reply.
pub(crate) type Asker = oneshot::Sender<Result<Message, RequestError>>;

/// What the driver does with a connection.
pub(crate) enum Action {
    Dial { connection: ConnectionId },
    Transmit { connection: ConnectionId, message: ToServer<Message, Token> },
    Close { connection: ConnectionId },
    Detach { connection: ConnectionId, code: CloseCode, reason: ByteString },
}

pub(crate) struct Core {
    clock: Clock,
    machine: SessionClient<Message, Token, Asker>,
    /// The token of the resume after the next, made when its connection opens: an answer must not fail for want of it.
    spare: Token,
    era: Arc<Era>,
    /// The last number that `send` or `request` gave in this era.
    last_number: u64,
    /// The loss of a session, until the machine has told all of it.
    loss: Option<Loss>,
    /// What the server did that `staywire.v1` does not allow.
    violation: Option<DecodeError>,
    /// The application's sub-protocol that the server chose last.
    protocol: Option<String>,
    pub(crate) actions: Vec<Action>,
    pub(crate) events: Vec<Event>,
}

impl Core {
    /// A core whose machine has begun to connect.
    pub(crate) fn connect(
        config: ClientConfig,
        seed: u64,
        since: Vec<(Stream, StreamPosition)>,
    ) -> Result<Self, getrandom::Error> {
        let (mut token, next, spare) = (random::token()?, random::token()?, random::token()?);
        let clock = Clock::new();
        let mut machine = SessionClient::new(config, seed, || std::mem::replace(&mut token, next));
        for (stream, position) in since {
            machine.continue_from(stream, position);
        }
        machine.connect(clock.now(), || spare);
        let mut core = Self {
            clock,
            machine,
            spare,
            era: Arc::default(),
            last_number: 0,
            loss: None,
            violation: None,
            protocol: None,
            actions: Vec::new(),
            events: Vec::new(),
        };
        core.follow();
        Ok(core)
    }

    // Commands of the application.

    pub(crate) fn send(&mut self, message: Message) -> Result<Sent, SendError> {
        let bytes = message.charged_bytes();
        let number = self.with_session(|session| session.send(message, bytes))?;
        Ok(self.sent(number))
    }

    pub(crate) fn request(
        &mut self,
        message: Message,
        timeout: Duration,
        asker: Asker,
    ) -> Result<Sent, RequestError> {
        let deadline = self.clock.now() + timeout;
        let bytes = message.charged_bytes();
        let number = self.with_session(|session| session.request(message, bytes, Some(deadline), asker))?;
        Ok(self.sent(number))
    }

    /// Nobody waits for the reply to `request` any more.
    pub(crate) fn cancel(&mut self, request: &Sent) {
        if let Some(number) = request.era.number_in(&self.era, request.number()) {
            self.with_session(|session| session.cancel(number));
        }
    }

    pub(crate) fn reply(&mut self, request: &Request, message: Message) -> Result<(), ReplyError> {
        let bytes = message.charged_bytes();
        self.answer(request, |session| session.reply(request.number(), message, bytes))
    }

    pub(crate) fn fail(
        &mut self,
        request: &Request,
        code: FailureCode,
        reason: &str,
    ) -> Result<(), ReplyError> {
        let reason = Message::from(reason);
        let bytes = reason.charged_bytes();
        self.answer(request, |session| session.fail(request.number(), code, reason, bytes))
    }

    pub(crate) fn subscribe(
        &mut self,
        topic: Name<'static>,
        from: SubscribeFrom,
    ) -> Result<(), SubscribeError> {
        let name_bytes = topic.encoded_len();
        Ok(self.with_session(|session| session.subscribe(topic, name_bytes, from))?)
    }

    pub(crate) fn unsubscribe(&mut self, topic: &Name<'static>) -> bool {
        self.with_session(|session| session.unsubscribe(topic))
    }

    pub(crate) fn publish(&mut self, topic: Name<'static>, message: Message) -> Result<Sent, SendError> {
        let bytes = message.charged_bytes();
        let number = self.with_session(|session| session.publish(topic, message, bytes))?;
        Ok(self.sent(number))
    }

    pub(crate) fn reconnect(&mut self) {
        if !matches!(self.machine.status(), Status::Closing | Status::Closed) {
            let spare = self.spare;
            self.machine.connect(self.clock.now(), || spare);
            self.follow();
        }
    }

    pub(crate) fn close(&mut self) {
        self.machine.close(self.clock.now());
        self.follow();
    }

    // Inputs of the driver.

    /// `connection` has opened; the next token is made now.
    pub(crate) fn opened(&mut self, connection: ConnectionId) {
        match random::token() {
            Ok(token) => {
                self.spare = token;
                self.input(Input::Opened { connection });
            }
            Err(error) => self.lost(connection, Cause::Unlocated, &error.to_string()),
        }
    }

    /// `connection` is gone without a closing handshake.
    pub(crate) fn lost(&mut self, connection: ConnectionId, cause: Cause, reason: &str) {
        let closed = Closed { reason: Some(reason.into()), ..Closed::abnormal(cause) };
        self.input(Input::Closed { connection, closed, retry: None });
    }

    /// `connection` is gone, as its peer or a bound of this side wanted.
    pub(crate) fn closed(
        &mut self,
        connection: ConnectionId,
        code: CloseCode,
        reason: ByteString,
        was_clean: bool,
    ) {
        let retry = RetryWindow::from_reason(&reason);
        let closed = Closed { code, reason: Some(reason.into()), was_clean, cause: Cause::Peer };
        self.input(Input::Closed { connection, closed, retry });
    }

    /// `connection` can never be opened.
    pub(crate) fn failed(&mut self, connection: ConnectionId, reason: &str) {
        self.input(Input::Failed { connection, reason: Some(reason.into()) });
    }

    pub(crate) fn hint(&mut self, hint: Hint) {
        self.input(Input::Hint(hint));
    }

    pub(crate) fn timeout(&mut self) {
        self.machine.handle_timeout(self.clock.now());
        self.follow();
    }

    /// A message came on `connection`, on which `is_first` tells whether any came before.
    pub(crate) fn receive(&mut self, connection: ConnectionId, message: &Message, is_first: bool) {
        let spare = self.spare;
        match self.decode(message, is_first) {
            Ok((message, bytes)) => {
                self.machine.receive(self.clock.now(), connection, message, bytes, || spare);
            }
            Err(error) => {
                self.violation = Some(error);
                self.machine.violated(connection);
            }
        }
        self.follow();
    }

    fn decode(&mut self, message: &Message, is_first: bool) -> Result<(ToClient<Message>, u32), DecodeError> {
        if !is_first {
            return ToClient::decode(message.kind(), message.as_bytes(), |at| message.payload(at));
        }
        let (answer, introduction) = ToClient::decode_answer(message.kind(), message.as_bytes())?;
        self.protocol = introduction.protocol.map(|protocol| protocol.as_str().to_owned());
        Ok((answer, 0))
    }

    // Questions.

    pub(crate) fn status(&self) -> Status {
        self.machine.status()
    }

    pub(crate) fn protocol(&self) -> Option<&str> {
        self.protocol.as_deref()
    }

    /// When `timeout` is due.
    pub(crate) fn due(&self) -> Option<tokio::time::Instant> {
        self.machine.poll_timeout().map(|due| self.clock.tokio_instant(due))
    }

    fn input(&mut self, input: Input<Message>) {
        self.machine.handle_input(self.clock.now(), input);
        self.follow();
    }

    fn with_session<O>(&mut self, command: impl FnOnce(&mut Session<Message, Token, Asker>) -> O) -> O {
        let outcome = self.machine.with_session(command);
        self.follow();
        outcome
    }

    fn answer(
        &mut self,
        request: &Request,
        command: impl FnOnce(&mut Session<Message, Token, Asker>) -> Result<u64, session::SendError>,
    ) -> Result<(), ReplyError> {
        if !Arc::ptr_eq(&request.era, &self.era) {
            return Err(ReplyError::NotWaiting);
        }
        self.with_session(command)?;
        Ok(())
    }

    fn sent(&mut self, number: u64) -> Sent {
        self.last_number = number;
        Sent::new(number, Arc::clone(&self.era))
    }
}
