//! How often a client is told of what is done: at once where it may wait for that, and else for many messages together.

use staywire_protocol::message::{Answer, LaneMessage, ToClient, ToServer};
use staywire_protocol::server::{Output, Session, SessionConfig};
use staywire_protocol::{CloseCode, Duration, Instant};

use crate::served::{
    FIRST, SECOND, TestOutput, TestSession, answered, at, closes, lane, outputs, receive, resume, session,
    session_id,
};

const WINDOW: Duration = Duration::from_millis(2);

fn acknowledged(outputs: &[TestOutput]) -> Vec<u64> {
    let number = |output: &TestOutput| match output {
        Output::Transmit { message: ToClient::Ack(number), .. } => Some(*number),
        _ => None,
    };
    outputs.iter().filter_map(number).collect()
}

/// Takes in the messages `numbers`, and only then has the listener deal with them, all at `now`.
fn burst(session: &mut TestSession, now: Instant, numbers: std::ops::RangeInclusive<u64>) {
    for number in numbers.clone() {
        session.receive(now, FIRST, lane(number, "x"), 1);
    }
    for number in numbers {
        session.finished(now, number);
    }
}

/// A session that holds the acknowledgement of 2, while the listener is at 3.
fn holding() -> TestSession {
    let mut session = session();
    for number in 1..=3 {
        session.receive(at(1), FIRST, lane(number, "x"), 1);
    }
    session.finished(at(1), 1);
    session.finished(at(1), 2);
    assert_eq!(acknowledged(&outputs(&mut session)), [1]);
    session
}

#[test]
fn each_of_a_few_messages_that_are_sent_one_after_another_is_acknowledged_at_once() {
    let mut session = session();
    for number in 1..=20 {
        burst(&mut session, at(1), number..=number);
        assert_eq!(acknowledged(&outputs(&mut session)), [number]);
    }
}

#[test]
fn a_flood_has_few_acknowledgements() {
    let mut session = session();
    for number in 1..=1_000 {
        burst(&mut session, at(1), number..=number);
    }
    assert!(acknowledged(&outputs(&mut session)).len() < 100);
    let due = at(1) + WINDOW;
    assert_eq!(session.poll_timeout(), Some(due));
    session.handle_timeout(due);
    assert_eq!(acknowledged(&outputs(&mut session)), [1_000]);
    assert_eq!(session.poll_timeout(), Some(at(15)), "an idle session waits for its heartbeat alone");
}

#[test]
fn the_answers_to_a_burst_have_few_acknowledgements_between_them() {
    let mut session = session();
    for number in 1..=100 {
        session.receive(at(1), FIRST, lane(number, "x"), 1);
    }
    for number in 1..=100 {
        session.send("echo", 4);
        session.finished(at(1), number);
    }
    assert_eq!(acknowledged(&outputs(&mut session)), [1, 100]);
}

#[test]
fn what_is_held_is_acknowledged_when_its_time_has_come() {
    let mut session = holding();
    let due = at(1) + WINDOW;
    assert_eq!((session.acknowledgement_due(), session.poll_timeout()), (Some(due), Some(due)));
    session.handle_timeout(at(1) + Duration::from_millis(1));
    assert_eq!(outputs(&mut session), []);
    session.handle_timeout(due);
    assert_eq!(acknowledged(&outputs(&mut session)), [2]);
    assert_eq!(session.acknowledgement_due(), None);
}

#[test]
fn what_is_held_is_acknowledged_with_each_new_credit() {
    let mut session = session();
    let (messages, bytes) = (4, SessionConfig::default().max_inbound_bytes as u32 / 4);
    for number in 1..=messages {
        session.receive(at(1), FIRST, lane(number, "large"), bytes);
    }
    for number in 1..=messages {
        session.finished(at(1), number);
    }
    assert_eq!(acknowledged(&outputs(&mut session)), [1, 2, 3, 4]);
}

#[test]
fn a_heartbeat_acknowledges_what_is_held() {
    let mut session = holding();
    receive(&mut session, FIRST, ToServer::Ping(0));
    let pong = Output::Transmit { connection: FIRST, message: ToClient::Pong(2) };
    assert_eq!(outputs(&mut session), [pong]);
    assert_eq!(session.acknowledgement_due(), None);
}

#[test]
fn an_answer_acknowledges_what_is_held() {
    let mut session = holding();
    session.disconnected(at(1), FIRST);
    assert_eq!(session.acknowledgement_due(), None, "there is nobody to be told");
    let _ = session.resume(at(1), SECOND, resume('a', 'b', 2, 0));
    let answer = Answer::Resumed { accepted: 3, done: 2, oldest: 1 };
    assert_eq!(answered(&outputs(&mut session), SECOND).0, Some(answer));
    assert_eq!(session.acknowledgement_due(), None);
    session.finished(at(1), 3);
    assert_eq!(acknowledged(&outputs(&mut session)), [3], "a connection begins without a past");
}

#[test]
fn a_session_that_is_ended_says_first_what_is_done() {
    let mut session = holding();
    session.end(CloseCode::ENDED);
    let outputs = outputs(&mut session);
    assert_eq!((acknowledged(&outputs), closes(&outputs)), (vec![2], vec![(FIRST, CloseCode::ENDED)]));
    assert!(matches!(outputs[0], TestOutput::Transmit { .. }), "before the close");
    assert_eq!(session.acknowledgement_due(), None);
}

#[test]
fn a_refusal_comes_before_the_acknowledgement_that_covers_it_also_where_that_is_held() {
    use staywire_protocol::wire::FailureCode;
    let mut session: TestSession =
        Session::open(SessionConfig::default(), at(0), FIRST, session_id(), ('a', 1), None, vec![]);
    outputs(&mut session);
    for number in 1..=3 {
        session.receive(at(1), FIRST, lane(number, "x"), 1);
    }
    session.finished(at(1), 1);
    session.refuse(2, FailureCode::NOT_ALLOWED, "no", 2);
    session.finished(at(1), 2);
    session.handle_timeout(at(1) + WINDOW);
    let told: Vec<_> = outputs(&mut session)
        .into_iter()
        .filter(|output| {
            matches!(
                output,
                Output::Transmit {
                    message: ToClient::Ack(_) | ToClient::Lane { message: LaneMessage::Failure { .. }, .. },
                    ..
                }
            )
        })
        .collect();
    assert!(
        matches!(
            told[..],
            [
                Output::Transmit { message: ToClient::Ack(1), .. },
                Output::Transmit { message: ToClient::Lane { .. }, .. },
                Output::Transmit { message: ToClient::Ack(2), .. },
            ]
        ),
        "{told:?}"
    );
}
