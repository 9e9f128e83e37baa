//! Which session a connection speaks for (PROTOCOL.md §4).
//!
//! Owns: finding the session, and carrying out what `protocol` rules on it.
//! Never: waits; who the user is has been decided before.

use std::sync::Arc;

use staywire_protocol::message::Opening;
use staywire_protocol::parts::tokens::{KnownTokens, Presented};
use staywire_protocol::server::{Found, Resume, Ruling};
use staywire_protocol::wire::{FreshReason, HeldStream, Token};
use staywire_protocol::{CloseCode, ConnectionId, Instant};

use super::directory::{Known, MadeWith};
use super::lasting::{Arrival, LastingSession};
use super::link::SessionOutbox;
use super::prepared::Prepared;
use super::token_hash::TokenHash;
use crate::counters::{Counter, LiveOpeningCounters};
use crate::engine::EngineError;
use crate::handshake::request::Handshake;
use crate::server::ServerState;
use crate::session::{Session, SessionId};

/// The session that a connection speaks for.
pub(super) struct Speaking {
    pub(super) session: Session,
    pub(super) connection: ConnectionId,
}

/// How a connection came to its session.
#[derive(Clone, Copy, Debug)]
pub(super) enum Opened {
    /// By a `hello`.
    Made,
    /// Once more, the answer having been lost.
    Again,
    Resumed,
    /// By a `resume`, in the place of the session that is not there.
    Fresh(FreshReason),
}

type Outcome = Result<(Speaking, Opened), Refused>;

/// Why a connection gets no session.
#[derive(Debug)]
pub(super) enum Refused {
    /// No place is free; the client may come again.
    Full,
    /// The server is shutting down.
    Draining,
    /// A later attempt was here before: 3502.
    Superseded,
    /// The token does not open the session, or does so no longer: 3502.
    UnknownToken,
    /// The token has made a session that has heard more than `hello`: 3510.
    TokenInUse,
    /// The session was ended: 3501.
    Ended,
    /// The session's machine has closed the connection itself: the client claims to have what it was never sent.
    ByMachine,
    /// The streams that it is to read cannot be read now; the client may come again.
    Unavailable(EngineError),
    NoRandomness(getrandom::Error),
}

impl Opened {
    pub(super) fn counter(self, counters: &LiveOpeningCounters) -> &Counter {
        match self {
            Self::Made => &counters.hello_new,
            Self::Again => &counters.hello_repeated,
            Self::Resumed => &counters.resumed,
            Self::Fresh(reason) => counters.fresh(reason),
        }
    }
}

/// An opening, with hashes in the place of tokens.
pub(super) struct Asked {
    /// The token that a session is made with, if one is made: of a `resume` the next one.
    token: TokenHash,
    attempt: u64,
    /// The streams that the client reads, and how far.
    pub(super) held: Vec<HeldStream>,
    /// What a `resume` says beside.
    resume: Option<Named>,
}

/// The session that a `resume` names, and how far its client has come.
struct Named {
    session: SessionId,
    current: TokenHash,
    inbox: u64,
    sent: u64,
}

impl From<Opening<Token>> for Asked {
    fn from(opening: Opening<Token>) -> Self {
        match opening {
            Opening::Hello { token, attempt, streams } => {
                Self { token: TokenHash::of(&token), attempt, held: streams, resume: None }
            }
            Opening::Resume { session, current, next, attempt, inbox, sent, streams } => {
                let named = Named { session: session.into(), current: TokenHash::of(&current), inbox, sent };
                Self { token: TokenHash::of(&next), attempt, held: streams, resume: Some(named) }
            }
        }
    }
}

/// Finds or makes the session that `asked` is for.
pub(super) fn open(
    asked: Asked,
    prepared: Prepared,
    server: Arc<ServerState>,
    handshake: Handshake,
    outbox: Arc<SessionOutbox>,
) -> Outcome {
    let Asked { token, attempt, held, resume } = asked;
    let endpoint = Arc::clone(&handshake.endpoint);
    let arrival = Arrival { server, handshake, outbox, token, attempt, held, prepared };
    let made = endpoint.directory().made_with(token);
    match (made.session(), resume) {
        (None, None) => make(arrival, made, None),
        (Some(id), None) => again(id, arrival, made, None),
        // An earlier attempt was answered by `fresh`, and the answer was lost.
        (Some(id), Some(named)) if id != named.session => {
            again(id, arrival, made, Some(FreshReason::Expired))
        }
        (_, Some(named)) => named.resume(arrival, made),
    }
}

/// Finds the session `id`, alive or remembered, and what the opening would be to it; with the session, if it lives.
fn find(
    arrival: &Arrival,
    id: SessionId,
    opening: impl Fn(&KnownTokens<TokenHash>) -> Presented,
) -> Option<(Found, Option<Session>)> {
    loop {
        match arrival.handshake.endpoint.directory().find(id)? {
            Known::Alive(session) => {
                let presented = session.lasting().and_then(|session| session.judge(&opening));
                if let Some(presented) = presented {
                    let is_of_another_user = arrival.is_of_another_user(&session);
                    return Some((Found { presented, ended: None, is_of_another_user }, Some(session)));
                }
                // It ended just now, and is remembered from before that could be seen.
            }
            Known::Ended(ended) => {
                let presented = opening(&ended.tokens);
                let found = Found { presented, ended: Some(ended.reason), is_of_another_user: false };
                return Some((found, None));
            }
        }
    }
}

/// An opening whose token has made the session `id` before: the answer may have been lost.
fn again(id: SessionId, arrival: Arrival, made: MadeWith<'_>, fresh: Option<FreshReason>) -> Outcome {
    let found = find(&arrival, id, |tokens| tokens.clone().on_hello(&arrival.token, arrival.attempt));
    let Some((found, session)) = found else { return make(arrival, made, fresh) };
    match (found.rule_on_repetition(), session) {
        (Ruling::TakesOver, Some(session)) => {
            attach(session, Opened::Again, |lasting| lasting.answer_again(&arrival))
        }
        (Ruling::OtherUser, Some(session)) => {
            // Nobody has heard of it yet, and it is not another user's.
            session.close(CloseCode::ENDED, "");
            make(arrival, made, fresh)
        }
        (Ruling::Expired, _) => make(arrival, made, fresh),
        (ruling, _) => Err(refused(ruling, &arrival.server)),
    }
}

impl Named {
    fn resume(self, arrival: Arrival, made: MadeWith<'_>) -> Outcome {
        let Self { session, current, inbox, sent } = self;
        let Some((found, session)) =
            find(&arrival, session, |tokens| tokens.judge(&current, arrival.attempt))
        else {
            let reason = missing(&arrival.server);
            return make(arrival, made, Some(reason));
        };
        match (found.rule_on_resume(), session) {
            (Ruling::Expired, _) => make(arrival, made, Some(FreshReason::Expired)),
            (Ruling::OtherUser, Some(session)) => {
                let next = arrival.token;
                let fresh = make(arrival, made, Some(FreshReason::Identity))?;
                if let Some(session) = session.lasting() {
                    session.forget_next(&next);
                }
                Ok(fresh)
            }
            (Ruling::TakesOver, Some(session)) => attach(session, Opened::Resumed, |lasting| {
                let (next, attempt) = (arrival.token, arrival.attempt);
                lasting.resume(&arrival, inbox, |streams| Resume {
                    token: current,
                    next,
                    attempt,
                    inbox,
                    sent,
                    streams,
                })
            }),
            (ruling, _) => Err(refused(ruling, &arrival.server)),
        }
    }
}

fn attach(
    session: Session,
    opened: Opened,
    open: impl FnOnce(LastingSession<'_>) -> Option<ConnectionId>,
) -> Outcome {
    let connection = session.lasting().and_then(open).ok_or(Refused::ByMachine)?;
    Ok((Speaking { session, connection }, opened))
}

fn make(arrival: Arrival, mut made: MadeWith<'_>, fresh: Option<FreshReason>) -> Outcome {
    let server = Arc::clone(&arrival.server);
    // What is not here may have left for the next process.
    if server.is_draining() {
        return Err(Refused::Draining);
    }
    let place = server.capacity().take().ok_or(Refused::Full)?;
    let id = SessionId::random().map_err(Refused::NoRandomness)?;
    let (session, connection) = arrival.make(id, place, fresh);
    made.set(id);
    drop(made);
    // Whoever drains ends what it finds registered: either it found this session, or this finds the drain.
    if server.is_draining() {
        session.shut_down();
    }
    Ok((Speaking { session, connection }, fresh.map_or(Opened::Made, Opened::Fresh)))
}

/// How an opening is refused that gets neither the session that it found nor another one.
fn refused(ruling: Ruling, server: &ServerState) -> Refused {
    match ruling {
        Ruling::Superseded => Refused::Superseded,
        Ruling::UnknownToken => Refused::UnknownToken,
        Ruling::TokenInUse => Refused::TokenInUse,
        // What the drain ends was not ended for its client, who shall find the next process.
        _ if server.is_draining() => Refused::Draining,
        Ruling::TakesOver | Ruling::OtherUser | Ruling::Expired | Ruling::Ended => Refused::Ended,
    }
}

/// Why a session that is not known is not: within a window of the server's beginning it may have been lost with the
/// process before.
fn missing(server: &ServerState) -> FreshReason {
    let window_over = Instant::from_millis(0) + server.limits().session_window;
    if server.clock().now() < window_over { FreshReason::Restarted } else { FreshReason::Unknown }
}
