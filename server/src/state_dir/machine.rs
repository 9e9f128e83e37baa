//! What `protocol` calls a session's snapshot, as plain data.

use serde::{Deserialize, Serialize};
use staywire_protocol::Instant;
use staywire_protocol::message::LaneMessage;
use staywire_protocol::parts::tokens::{KnownTokens, TokenParts};
use staywire_protocol::server::Snapshot;
use staywire_protocol::wire::{FailureCode, Id};

use super::PayloadState;
use crate::message::Message;

/// All that a session's machine knows, but for its window: that is counted on a clock that ends with the process.
#[derive(Serialize, Deserialize)]
#[cfg_attr(test, derive(Clone, Debug, PartialEq))]
pub(crate) struct MachineState {
    pub(crate) id: u128,
    pub(crate) tokens: TokensState,
    pub(crate) lane: LaneState,
    pub(crate) inbox: InboxState,
}

/// The hashes of a session's tokens.
#[derive(Serialize, Deserialize)]
#[cfg_attr(test, derive(Clone, Debug, PartialEq))]
pub(crate) struct TokensState {
    pub(crate) first: [u8; 32],
    pub(crate) current: [u8; 32],
    pub(crate) next: Option<[u8; 32]>,
    pub(crate) attempt: u64,
    pub(crate) is_proven: bool,
}

/// How far the client's lane is dealt with.
#[derive(Serialize, Deserialize)]
#[cfg_attr(test, derive(Clone, Debug, PartialEq))]
pub(crate) struct LaneState {
    pub(crate) done: u64,
    pub(crate) finished_ahead: Vec<u64>,
    pub(crate) unanswered: Vec<u64>,
    pub(crate) done_bytes: u64,
    pub(crate) doubtful: u64,
    pub(crate) is_doubtful: bool,
}

/// What the client has not acknowledged yet.
#[derive(Serialize, Deserialize)]
#[cfg_attr(test, derive(Clone, Debug, PartialEq))]
pub(crate) struct InboxState {
    pub(crate) last: u64,
    /// With what each counts as, in bytes; the newest has the number `last`.
    pub(crate) kept: Vec<(KeptMessage, u32)>,
}

/// A message of the inbox; what only clients send is none.
#[derive(Serialize, Deserialize)]
#[cfg_attr(test, derive(Clone, Debug, PartialEq))]
pub(crate) enum KeptMessage {
    Message(PayloadState),
    Request(PayloadState),
    Reply { to: u64, payload: PayloadState },
    Failure { to: u64, code: u64, payload: PayloadState },
    Cancel { to: u64 },
}

impl MachineState {
    /// The snapshot without its window; none where the inbox has what only clients send, which no inbox has.
    pub(crate) fn new<P: Into<Message>, H: Into<[u8; 32]>>(snapshot: Snapshot<P, H>) -> Option<Self> {
        let Snapshot { id, tokens, done, finished_ahead, unanswered, done_bytes, last, kept, .. } = snapshot;
        let Snapshot { doubtful, is_doubtful, .. } = snapshot;
        let kept = kept.into_iter().map(|(message, bytes)| Some((KeptMessage::new(message)?, bytes)));
        Some(Self {
            id: id.bits(),
            tokens: tokens.into(),
            lane: LaneState { done, finished_ahead, unanswered, done_bytes, doubtful, is_doubtful },
            inbox: InboxState { last, kept: kept.collect::<Option<_>>()? },
        })
    }

    /// The snapshot again, of a session whose window is over at `until`.
    pub(crate) fn into_snapshot<P: From<Message>, H: From<[u8; 32]>>(self, until: Instant) -> Snapshot<P, H> {
        let LaneState { done, finished_ahead, unanswered, done_bytes, doubtful, is_doubtful } = self.lane;
        let InboxState { last, kept } = self.inbox;
        Snapshot {
            id: Id::from_bits(self.id),
            until: Some(until),
            tokens: self.tokens.into(),
            done,
            finished_ahead,
            unanswered,
            done_bytes,
            last,
            kept: kept.into_iter().map(|(message, bytes)| (message.into_message(), bytes)).collect(),
            doubtful,
            is_doubtful,
        }
    }
}

impl<H: Into<[u8; 32]>> From<KnownTokens<H>> for TokensState {
    fn from(tokens: KnownTokens<H>) -> Self {
        let TokenParts { first, current, next, attempt, is_proven } = tokens.into();
        Self { first: first.into(), current: current.into(), next: next.map(Into::into), attempt, is_proven }
    }
}

impl<H: From<[u8; 32]>> From<TokensState> for KnownTokens<H> {
    fn from(state: TokensState) -> Self {
        let TokensState { first, current, next, attempt, is_proven } = state;
        let next = next.map(Into::into);
        TokenParts { first: first.into(), current: current.into(), next, attempt, is_proven }.into()
    }
}

impl KeptMessage {
    fn new<P: Into<Message>>(message: LaneMessage<P>) -> Option<Self> {
        let payload = |payload: P| PayloadState::from(payload.into());
        Some(match message {
            LaneMessage::Message(message) => Self::Message(payload(message)),
            LaneMessage::Request(request) => Self::Request(payload(request)),
            LaneMessage::Reply { to, payload: reply } => Self::Reply { to, payload: payload(reply) },
            LaneMessage::Failure { to, code, payload: why } => {
                Self::Failure { to, code: code.number(), payload: payload(why) }
            }
            LaneMessage::Cancel { to } => Self::Cancel { to },
            LaneMessage::Subscribe { .. } | LaneMessage::Unsubscribe { .. } | LaneMessage::Publish { .. } => {
                return None;
            }
        })
    }

    fn into_message<P: From<Message>>(self) -> LaneMessage<P> {
        let payload = |payload: PayloadState| P::from(payload.into());
        match self {
            Self::Message(message) => LaneMessage::Message(payload(message)),
            Self::Request(request) => LaneMessage::Request(payload(request)),
            Self::Reply { to, payload: reply } => LaneMessage::Reply { to, payload: payload(reply) },
            Self::Failure { to, code, payload: why } => {
                LaneMessage::Failure { to, code: FailureCode::from_number(code), payload: payload(why) }
            }
            Self::Cancel { to } => LaneMessage::Cancel { to },
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::super::sample;
    use super::*;

    #[test]
    fn a_session_is_the_same_on_both_sides() {
        for seed in 0..200 {
            let machine = sample::session(seed, Duration::ZERO, 6).machine;
            let snapshot: Snapshot<Message, [u8; 32]> =
                machine.clone().into_snapshot(Instant::from_millis(7));
            assert_eq!(MachineState::new(snapshot), Some(machine), "seed {seed}");
        }
    }
}
