//! The rules of an opening: which session a connection speaks for (PROTOCOL.md §4).
//!
//! Owns: the order of the rules. Never: waits; who the user is has been
//! decided before.

use std::sync::Arc;

use staywire_protocol::message::Opening;
use staywire_protocol::parts::tokens::{KnownTokens, Presented};
use staywire_protocol::server::{EndReason, Resume};
use staywire_protocol::wire::{FreshReason, Token};
use staywire_protocol::{CloseCode, ConnectionId};

use super::directory::{Known, MadeWith};
use super::lasting::{Attaching, LastingSession};
use super::token_hash::TokenHash;
use crate::counters::{Counter, LiveOpeningCounters};
use crate::endpoint::EndpointState;
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
pub(super) enum Asked {
    Hello { token: TokenHash },
    Resume { session: SessionId, current: TokenHash, next: TokenHash, inbox: u64, sent: u64 },
}

impl Asked {
    /// What `opening` asks, its attempt, and the streams that its client holds.
    pub(super) fn of(opening: Opening<Token>) -> (Self, u64, Vec<staywire_protocol::wire::HeldStream>) {
        match opening {
            Opening::Hello { token, attempt } => {
                (Self::Hello { token: TokenHash::of(&token) }, attempt, Vec::new())
            }
            Opening::Resume { session, current, next, attempt, inbox, sent, streams } => {
                let (current, next) = (TokenHash::of(&current), TokenHash::of(&next));
                (Self::Resume { session: session.into(), current, next, inbox, sent }, attempt, streams)
            }
        }
    }

    /// Finds or makes the session.
    pub(super) fn open(self, attaching: Attaching) -> Outcome {
        // What the drain ends was not ended for its client, who shall find the next process.
        if attaching.server.is_draining() {
            return Err(Refused::Draining);
        }
        let endpoint = Arc::clone(&attaching.handshake.endpoint);
        match self {
            Self::Hello { token } => {
                let made = endpoint.directory().made_with(token);
                match made.session() {
                    Some(id) => again(&endpoint, id, attaching, token, made, None),
                    None => make(attaching, token, made, None),
                }
            }
            Self::Resume { session, current, next, inbox, sent } => {
                let made = endpoint.directory().made_with(next);
                match made.session() {
                    // An earlier attempt was answered by `fresh`, and the answer was lost.
                    Some(id) if id != session => {
                        again(&endpoint, id, attaching, next, made, Some(FreshReason::Expired))
                    }
                    _ => {
                        let found =
                            judge(&endpoint, session, |tokens| tokens.judge(&current, attaching.attempt));
                        let resume = ResumeOf { current, next, inbox, sent };
                        resume.open(found, attaching, made)
                    }
                }
            }
        }
    }
}

/// What an opening is to a session that it names.
struct Judged {
    presented: Presented,
    is: Is,
}

enum Is {
    Alive(Session),
    Ended(EndReason),
}

/// Finds the session `id`, alive or remembered, and what the opening would be to its tokens.
fn judge(
    endpoint: &EndpointState,
    id: SessionId,
    opening: impl Fn(&KnownTokens<TokenHash>) -> Presented,
) -> Option<Judged> {
    loop {
        match endpoint.directory().find(id)? {
            Known::Alive(session) => {
                let presented = session.lasting().and_then(|session| session.judge(&opening));
                if let Some(presented) = presented {
                    return Some(Judged { presented, is: Is::Alive(session) });
                }
                // It ended just now, and is remembered from before that could be seen.
            }
            Known::Ended(ended) => {
                return Some(Judged { presented: opening(&ended.tokens), is: Is::Ended(ended.reason) });
            }
        }
    }
}

/// An opening whose `token` has made the session `id` before: the answer may have been lost.
fn again(
    endpoint: &EndpointState,
    id: SessionId,
    attaching: Attaching,
    token: TokenHash,
    made: MadeWith<'_>,
    fresh: Option<FreshReason>,
) -> Outcome {
    let Some(Judged { presented, is }) =
        judge(endpoint, id, |tokens| tokens.clone().on_hello(&token, attaching.attempt))
    else {
        return make(attaching, token, made, fresh);
    };
    match (presented, is) {
        (Presented::Superseded, _) => Err(Refused::Superseded),
        (_, Is::Ended(EndReason::Expired)) => make(attaching, token, made, fresh),
        (_, Is::Ended(_)) => Err(Refused::Ended),
        // The session has heard something since, so its answer was not lost.
        (Presented::Unknown, Is::Alive(_)) => Err(Refused::TokenInUse),
        (Presented::TakesOver, Is::Alive(session)) if session.user() != attaching.handshake.user.as_ref() => {
            // Nobody has heard of it yet, and it is not another user's.
            session.close(CloseCode::ENDED, "");
            make(attaching, token, made, fresh)
        }
        (Presented::TakesOver, Is::Alive(session)) => attach(session, Opened::Again, |lasting| {
            lasting.answer_again(attaching.outbox, &attaching.held, (&token, attaching.attempt))
        }),
    }
}

/// What a `resume` says beside its session and attempt.
struct ResumeOf {
    current: TokenHash,
    next: TokenHash,
    inbox: u64,
    sent: u64,
}

impl ResumeOf {
    fn open(self, found: Option<Judged>, attaching: Attaching, made: MadeWith<'_>) -> Outcome {
        let Some(Judged { presented, is }) = found else {
            let reason = missing(&attaching);
            return make(attaching, self.next, made, Some(reason));
        };
        match (presented, is) {
            (Presented::Superseded, _) => Err(Refused::Superseded),
            (Presented::Unknown, _) => Err(Refused::UnknownToken),
            (_, Is::Ended(EndReason::Expired)) => {
                make(attaching, self.next, made, Some(FreshReason::Expired))
            }
            (_, Is::Ended(_)) => Err(Refused::Ended),
            (_, Is::Alive(session)) if session.user() != attaching.handshake.user.as_ref() => {
                let fresh = make(attaching, self.next, made, Some(FreshReason::Identity))?;
                if let Some(session) = session.lasting() {
                    session.forget_next(&self.next);
                }
                Ok(fresh)
            }
            (_, Is::Alive(session)) => attach(session, Opened::Resumed, |lasting| {
                let Self { current, next, inbox, sent } = self;
                let attempt = attaching.attempt;
                lasting.resume(attaching.outbox, &attaching.held, inbox, |streams| Resume {
                    token: current,
                    next,
                    attempt,
                    inbox,
                    sent,
                    streams,
                })
            }),
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

fn make(
    attaching: Attaching,
    token: TokenHash,
    mut made: MadeWith<'_>,
    fresh: Option<FreshReason>,
) -> Outcome {
    let server = Arc::clone(&attaching.server);
    let place = server.capacity().take().ok_or(Refused::Full)?;
    let id = SessionId::random().map_err(Refused::NoRandomness)?;
    let (session, connection) = attaching.make(id, place, token, fresh);
    made.set(id);
    drop(made);
    // Whoever drains ends what it finds registered: either it found this session, or this finds the drain.
    if server.is_draining() {
        session.shut_down();
    }
    Ok((Speaking { session, connection }, fresh.map_or(Opened::Made, Opened::Fresh)))
}

/// Why a session that is not known is not: within a window of the server's beginning it may have been lost with the
/// process before.
fn missing(attaching: &Attaching) -> FreshReason {
    let server = &attaching.server;
    let uptime = std::time::Duration::from_millis(server.clock().now().as_millis());
    if uptime < server.limits().session_window { FreshReason::Restarted } else { FreshReason::Unknown }
}
