//! States for tests: a small one, and any from a seed.

use std::time::Duration;

use bytes::Bytes;
use staywire_protocol::Random;

use super::machine::{InboxState, KeptMessage, LaneState, TokensState};
use super::session::FreshState;
use super::stream::{KeptState, StreamNameState};
use super::{HandshakeState, MachineState, PayloadState, SessionState, State, StreamState};

/// A session with `window_left` and an inbox of `kept` messages.
pub(super) fn session(id: u128, window_left: Duration, kept: usize) -> SessionState {
    let mut random = Random::from_seed(id as u64);
    let kept: Vec<_> = (0..kept).map(|_| (message(&mut random), random.below(1_000))).collect();
    SessionState {
        endpoint: "/ws/chat/{nickName}".into(),
        user: (random.below(2) == 0).then(|| "張三".into()),
        handshake: HandshakeState {
            path: "/ws/chat/%E5%BC%A0".into(),
            path_params: vec!["张".into()],
            query: (random.below(2) == 0).then(|| "a=b".into()),
            remote_addr: (random.below(2) == 0).then(|| "[::1]:9998".parse().unwrap()),
            protocol: None,
        },
        attributes: vec![("cart".into(), vec![0xC0, 7])],
        topics: vec!["t/ä".into()],
        fresh: (random.below(2) == 0).then_some(FreshState::Identity),
        window_left,
        machine: MachineState {
            id,
            tokens: TokensState {
                first: hash(&mut random),
                current: hash(&mut random),
                next: (random.below(2) == 0).then(|| hash(&mut random)),
                attempt: u64::from(random.below(9)),
                is_proven: random.below(2) == 0,
            },
            lane: LaneState {
                done: 1 << 52,
                finished_ahead: vec![(1 << 52) + 2],
                unanswered: vec![5],
                done_bytes: u64::MAX,
                doubtful: 3,
                is_doubtful: random.below(2) == 0,
            },
            inbox: InboxState { last: kept.len() as u64 + u64::from(random.below(9)), kept },
        },
    }
}

/// A stream of `kept` messages, all but the oldest of which are kept for readers who come later.
pub(super) fn stream(name: StreamNameState, kept: usize) -> StreamState {
    let mut random = Random::from_seed(kept as u64);
    let kept = (0..kept).map(|place| KeptState {
        payload: payload(&mut random),
        key: (random.below(2) == 0).then(|| "EUR".into()),
        age: (place > 0).then(|| Duration::from_millis(random.below(60_000).into())),
    });
    StreamState {
        name,
        epoch: "life1".into(),
        last: 1_000,
        retention: (100, Duration::from_secs(60), 1 << 20),
        kept: kept.collect(),
    }
}

/// One session and one stream, small enough to be damaged at every byte.
pub(super) fn small() -> State {
    State {
        streams: vec![stream(StreamNameState::Topic("t/ä".into()), 1)],
        sessions: vec![session(7, Duration::from_secs(120), 2)],
    }
}

/// Any state; its sessions are in the order in which they are written.
pub(super) fn any(seed: u64) -> State {
    let mut random = Random::from_seed(seed);
    let window = Duration::from_millis(120_500);
    let mut state = State::default();
    let endpoint = || "/echo".to_owned();
    for name in [
        StreamNameState::Broadcast { endpoint: endpoint() },
        StreamNameState::User { endpoint: endpoint(), user: "u".into() },
        StreamNameState::Topic("t/ä".into()),
    ] {
        state.streams.push(stream(name, random.below(6) as usize));
    }
    for _ in 0..random.below(6) {
        let id = u128::from(random.next_u64()) << 64 | u128::from(random.next_u64());
        state.sessions.push(session(id, window, random.below(6) as usize));
    }
    state
}

fn message(random: &mut Random) -> KeptMessage {
    let to = u64::from(random.below(u32::MAX));
    match random.below(5) {
        0 => KeptMessage::Message(payload(random)),
        1 => KeptMessage::Request(payload(random)),
        2 => KeptMessage::Reply { to, payload: payload(random) },
        3 => KeptMessage::Failure { to, code: 1_000, payload: payload(random) },
        _ => KeptMessage::Cancel { to },
    }
}

fn payload(random: &mut Random) -> PayloadState {
    let bytes: Vec<u8> = (0..random.below(40)).map(|_| random.below(256) as u8).collect();
    match String::from_utf8(bytes) {
        Ok(text) => PayloadState::Text(text.into()),
        Err(error) => PayloadState::Binary(Bytes::from(error.into_bytes())),
    }
}

fn hash(random: &mut Random) -> [u8; 32] {
    std::array::from_fn(|_| random.below(256) as u8)
}
