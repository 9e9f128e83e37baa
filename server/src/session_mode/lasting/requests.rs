//! The client's requests, each with a handler of its own.
//!
//! Owns: how many there are at once, from when on they are handled, and that a
//! handler is stopped when nobody waits for it any more. Never: runs one; a
//! handler is a task of the listener.
//!
//! ```text
//!  request ──► waiting ──the listener knows the session──► running ──► reply or failure
//!                 └──── given up; the session is over, or leaves ────┴──► dropped
//! ```

use std::collections::BTreeMap;

use staywire_protocol::wire::FailureCode;
use tokio::task::AbortHandle;

use super::{Core, LastingSession};
use crate::listener::RequestFailure;
use crate::message::Message;
use crate::session_mode::payload::size;

pub(super) struct Requests {
    phase: Phase,
    /// By the requests' numbers.
    handlers: BTreeMap<u64, Handler>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// The listener has not returned from what it hears of the session first: requests wait for that.
    Beginning,
    Handling,
    /// The session goes on in the next process: what comes is left to that one, to which it is sent again.
    Leaving,
}

enum Handler {
    Waiting(Message),
    Running(AbortHandle),
}

impl Default for Requests {
    fn default() -> Self {
        Self { phase: Phase::Beginning, handlers: BTreeMap::new() }
    }
}

impl Requests {
    /// Stops all handlers, and begins no other.
    pub(super) fn leave(&mut self) {
        self.phase = Phase::Leaving;
        self.stop_all();
    }

    /// Nobody waits for the reply to `number` any more.
    pub(super) fn stop(&mut self, number: u64) {
        if let Some(Handler::Running(handler)) = self.handlers.remove(&number) {
            handler.abort();
        }
    }

    /// Whether the listener knows the session.
    pub(super) fn are_handled(&self) -> bool {
        self.phase == Phase::Handling
    }

    fn stop_all(&mut self) {
        while let Some((number, _)) = self.handlers.first_key_value() {
            self.stop(*number);
        }
    }
}

/// A session that is over has no handlers.
impl Drop for Requests {
    fn drop(&mut self) {
        self.stop_all();
    }
}

impl LastingSession<'_> {
    pub(super) fn on_request(self, core: &mut Core, number: u64, request: Message) {
        match core.requests.phase {
            Phase::Leaving => {}
            _ if core.requests.handlers.len() >= self.handle.server().limits().max_requests => {
                core.machine.finished(self.now(), number);
                let reason = "too many requests of this session are under way";
                core.fail(number, &RequestFailure::new(FailureCode::TOO_MANY, reason));
            }
            Phase::Beginning => drop(core.requests.handlers.insert(number, Handler::Waiting(request))),
            Phase::Handling => self.start(core, number, request),
        }
    }

    /// The listener knows the session: handles its requests and subscriptions from now on, and those that have waited.
    pub(crate) fn begin_requests(self) {
        self.transact(|core| {
            if core.requests.phase != Phase::Beginning {
                return;
            }
            core.requests.phase = Phase::Handling;
            for (number, handler) in std::mem::take(&mut core.requests.handlers) {
                if let Handler::Waiting(request) = handler {
                    self.start(core, number, request);
                }
            }
            self.begin_subscriptions(core);
        });
    }

    fn start(self, core: &mut Core, number: u64, request: Message) {
        core.machine.finished(self.now(), number);
        let listener = self.handle.endpoint_state().listener();
        let handler = listener.spawn_request(self.handle.clone(), number, request);
        core.requests.handlers.insert(number, Handler::Running(handler));
    }

    /// The handler of the request `number` has returned.
    pub(crate) fn answer(self, number: u64, mut answer: Result<Message, RequestFailure>) {
        let (limit, bytes) = (self.handle.server().limits().max_sendable_bytes(), length(&answer));
        if bytes > limit {
            tracing::warn!(session = %self.handle.id(), number, bytes, limit, "a reply is too large to be sent");
            answer = Err(RequestFailure::new(FailureCode::TOO_LARGE, "the reply is too large"));
        }
        let _ = self.push(|core| {
            core.requests.handlers.remove(&number);
            match answer {
                Ok(reply) => {
                    let bytes = size(&reply);
                    core.machine.reply(number, reply.into(), bytes);
                }
                Err(failure) => core.fail(number, &failure),
            }
        });
    }
}

fn length(answer: &Result<Message, RequestFailure>) -> usize {
    answer.as_ref().map_or(0, Message::len)
}

impl Core {
    fn fail(&mut self, number: u64, failure: &RequestFailure) {
        let reason = Message::from(failure.reason());
        let bytes = size(&reason);
        self.machine.fail(number, failure.code(), reason.into(), bytes);
    }
}
