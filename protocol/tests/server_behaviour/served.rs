//! A session under test, and what it was seen to do.

use staywire_protocol::message::{Answer, LaneMessage, ToClient, ToServer};
use staywire_protocol::server::{Event, Output, Resume, Session, SessionConfig};
use staywire_protocol::wire::Id;
use staywire_protocol::{CloseCode, ConnectionId, Instant};

pub(crate) type TestSession = Session<&'static str, char, &'static str>;
pub(crate) type TestOutput = Output<&'static str, &'static str>;

pub(crate) const FIRST: ConnectionId = ConnectionId::from_number(1);
pub(crate) const SECOND: ConnectionId = ConnectionId::from_number(2);
pub(crate) const THIRD: ConnectionId = ConnectionId::from_number(3);

pub(crate) fn session_id() -> Id {
    Id::from_bits(7)
}

pub(crate) fn at(seconds: u64) -> Instant {
    Instant::from_millis(seconds * 1_000)
}

pub(crate) fn outputs(session: &mut TestSession) -> Vec<TestOutput> {
    std::iter::from_fn(|| session.poll_output()).collect()
}

/// A session that was welcomed on the first connection and has been heard there.
pub(crate) fn session() -> TestSession {
    let mut session = unheard();
    receive(&mut session, FIRST, ToServer::Pong(0));
    session
}

pub(crate) fn unheard() -> TestSession {
    let mut session =
        Session::open(SessionConfig::default(), at(0), FIRST, session_id(), ('a', 1), None, vec![]);
    outputs(&mut session);
    session
}

pub(crate) fn receive(
    session: &mut TestSession,
    connection: ConnectionId,
    message: ToServer<&'static str, char>,
) {
    session.receive(at(0), connection, message, 1);
}

pub(crate) fn lane(number: u64, payload: &'static str) -> ToServer<&'static str, char> {
    ToServer::Lane { number, message: LaneMessage::Message(payload) }
}

pub(crate) fn resume(token: char, next: char, attempt: u64, inbox: u64) -> Resume<&'static str, char> {
    Resume { token, next, attempt, inbox, sent: 0, streams: vec![] }
}

/// The answer and the numbers of the inbox that follow it on `connection`.
pub(crate) fn answered(outputs: &[TestOutput], on: ConnectionId) -> (Option<Answer>, Vec<u64>) {
    let mut answer = None;
    let mut numbers = Vec::new();
    for output in outputs {
        match output {
            Output::Transmit { connection, message: ToClient::Answer { answer: given, .. } }
                if *connection == on =>
            {
                answer = Some(given.clone());
            }
            Output::Transmit { connection, message: ToClient::Lane { number, .. } } if *connection == on => {
                numbers.push(*number);
            }
            _ => {}
        }
    }
    (answer, numbers)
}

pub(crate) fn closes(outputs: &[TestOutput]) -> Vec<(ConnectionId, CloseCode)> {
    let close = |output: &TestOutput| match *output {
        Output::Close { connection, code } => Some((connection, code)),
        _ => None,
    };
    outputs.iter().filter_map(close).collect()
}

pub(crate) fn delivered(outputs: &[TestOutput]) -> Vec<(u64, bool)> {
    let message = |output: &TestOutput| match *output {
        Output::Event(Event::Message { number, redelivered, .. }) => Some((number, redelivered)),
        _ => None,
    };
    outputs.iter().filter_map(message).collect()
}
