//! What becomes of a session's requests, and of a session that another process takes over.

use staywire_protocol::CloseCode;
use staywire_protocol::message::{Answer, LaneMessage, RequestError, ToClient, ToServer};
use staywire_protocol::server::{EndReason, Event, Output, Resume, Session, SessionConfig, Snapshot};
use staywire_protocol::wire::FailureCode;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::served::*;

#[test]
fn a_request_to_the_client_is_settled_once() {
    let mut session = session();
    let number = session.request("question", 8, Some(at(9)), "who").expect("there is room");
    let reply = ToServer::Lane { number: 1, message: LaneMessage::Reply { to: number, payload: "answer" } };
    outputs(&mut session);
    receive(&mut session, FIRST, reply);
    session.handle_timeout(at(10));
    let settled = Output::Event(Event::Settled { who: "who", result: Ok("answer") });
    let told = outputs(&mut session);
    assert_eq!(
        told.iter().filter(|output| matches!(output, Output::Event(_))).collect::<Vec<_>>(),
        [&settled]
    );
}

#[test]
fn a_request_that_nobody_answers_is_cancelled_on_the_wire_and_told() {
    let mut session = session();
    let number = session.request("question", 8, Some(at(9)), "who").expect("there is room");
    outputs(&mut session);
    session.handle_timeout(at(9));
    let cancel = ToClient::Lane { number: 2, message: LaneMessage::Cancel { to: number } };
    let told = outputs(&mut session);
    assert!(told.contains(&Output::Transmit { connection: FIRST, message: cancel }));
    let timeout = Event::Settled { who: "who", result: Err(RequestError::Timeout) };
    assert!(told.contains(&Output::Event(timeout)));
}

#[test]
fn the_end_of_the_session_settles_its_requests_before_it_is_told() {
    let mut session = session();
    session.request("question", 8, None, "who").expect("there is room");
    outputs(&mut session);
    session.end(CloseCode::from_number(3501));
    let told = outputs(&mut session);
    let ended = Event::Settled { who: "who", result: Err(RequestError::OutcomeUnknown) };
    assert_eq!(told[1..], [Output::Event(ended), Output::Event(Event::Ended(EndReason::Server))]);
}

#[test]
fn a_snapshot_moves_everything_that_the_client_can_ask_for() {
    let mut session = session();
    session.send("one", 3);
    session.send("two", 3);
    for number in 1..=3 {
        receive(&mut session, FIRST, lane(number, "x"));
    }
    session.finished(at(0), 1);
    let snapshot = session.snapshot();
    let mut restored: TestSession = Session::restore(SessionConfig::default(), at(50), snapshot);
    let _ = restored.resume(at(51), SECOND, Resume { sent: 3, ..resume('a', 'b', 2, 1) });
    let answer = Answer::Resumed { accepted: 1, done: 1, oldest: 2 };
    assert_eq!(answered(&outputs(&mut restored), SECOND), (Some(answer), vec![2]));
    receive(&mut restored, SECOND, lane(2, "x"));
    assert_eq!(delivered(&outputs(&mut restored)), [(2, false)], "a clean stop leaves nothing in doubt");
    assert_eq!(restored.send("three", 5), 3, "the numbers go on");
}

#[test]
fn after_a_crash_what_the_client_had_sent_is_marked_as_redelivered() {
    let mut session = session();
    receive(&mut session, FIRST, lane(1, "x"));
    session.finished(at(0), 1);
    let crashed = Snapshot { is_doubtful: true, ..session.snapshot() };
    let mut restored: TestSession = Session::restore(SessionConfig::default(), at(50), crashed);
    let _ = restored.resume(at(51), SECOND, Resume { sent: 2, ..resume('a', 'b', 2, 0) });
    outputs(&mut restored);
    for number in 2..=3 {
        receive(&mut restored, SECOND, lane(number, "x"));
    }
    assert_eq!(delivered(&outputs(&mut restored)), [(2, true), (3, false)]);
}

#[test]
fn a_second_crash_does_not_forget_what_the_first_put_in_doubt() {
    let crashed = |session: &TestSession| Snapshot { is_doubtful: true, ..session.snapshot() };
    let mut once: TestSession = Session::restore(SessionConfig::default(), at(50), crashed(&session()));
    let _ = once.resume(at(51), SECOND, Resume { sent: 2, ..resume('a', 'b', 2, 0) });
    let mut twice: TestSession = Session::restore(SessionConfig::default(), at(60), once.snapshot());
    let _ = twice.resume(at(61), THIRD, Resume { sent: 2, ..resume('a', 'b', 3, 0) });
    outputs(&mut twice);
    receive(&mut twice, THIRD, lane(1, "x"));
    assert_eq!(delivered(&outputs(&mut twice)), [(1, true)]);
}

#[test]
fn a_request_that_a_handler_was_given_is_not_given_to_another_after_a_clean_stop() {
    let mut session = session();
    receive(&mut session, FIRST, lane(1, "the listener is still at it"));
    let request = || ToServer::Lane { number: 2, message: LaneMessage::Request("question") };
    receive(&mut session, FIRST, request());
    session.finished(at(0), 2);
    let mut restored: TestSession = Session::restore(SessionConfig::default(), at(50), session.snapshot());
    let _ = restored.resume(at(51), SECOND, Resume { sent: 2, ..resume('a', 'b', 2, 0) });
    outputs(&mut restored);
    receive(&mut restored, SECOND, lane(1, "again"));
    receive(&mut restored, SECOND, request());
    let told = outputs(&mut restored);
    assert!(!told.iter().any(|output| matches!(output, Output::Event(Event::Request { .. }))), "{told:?}");
}

#[test]
fn an_answer_that_comes_late_says_where_the_inbox_begins() {
    let mut config = SessionConfig::default();
    config.max_ring_bytes = 60;
    let mut session: TestSession = Session::open(config, at(0), FIRST, session_id(), ('a', 1), None, vec![]);
    for _ in 0..5 {
        session.send("twenty", 20);
    }
    outputs(&mut session);
    let _ = session.open_again(at(1), SECOND, (&'a', 2), None, vec![]);
    let answer = answered(&outputs(&mut session), SECOND);
    assert_eq!(answer, (Some(Answer::Welcome { session: session_id(), oldest: 3 }), vec![3, 4, 5]));
}

#[test]
fn an_own_request_that_fell_out_of_the_ring_is_settled_as_undelivered() {
    let mut config = SessionConfig::default();
    config.max_ring_bytes = 60;
    let mut session: TestSession = Session::open(config, at(0), FIRST, session_id(), ('a', 1), None, vec![]);
    session.disconnected(at(1), FIRST);
    session.request("question", 20, None, "who").expect("there is room");
    for _ in 0..3 {
        session.send("twenty", 20);
    }
    outputs(&mut session);
    let _ = session.resume(at(2), SECOND, resume('a', 'b', 2, 0));
    let undelivered = Event::Settled { who: "who", result: Err(RequestError::Undelivered) };
    assert!(outputs(&mut session).contains(&Output::Event(undelivered)));
}

fn request(number: u64) -> ToServer<&'static str, char> {
    ToServer::Lane { number, message: LaneMessage::Request("question") }
}

/// The failures that a session which was restored from `snapshot` tells its client: numbers of requests.
fn interrupted(snapshot: Snapshot<&'static str, char>) -> Vec<u64> {
    let mut restored: TestSession = Session::restore(SessionConfig::default(), at(50), snapshot);
    let _ = restored.resume(at(51), SECOND, Resume { sent: 9, ..resume('a', 'b', 2, 0) });
    let failure = |output| match output {
        Output::Transmit {
            message:
                ToClient::Lane {
                    message: LaneMessage::Failure { to, code: FailureCode::INTERRUPTED, payload: "" },
                    ..
                },
            ..
        } => Some(to),
        _ => None,
    };
    outputs(&mut restored).into_iter().filter_map(failure).collect()
}

#[test]
fn a_restart_interrupts_what_a_handler_has_and_has_not_answered() {
    let mut session = session();
    for number in 1..=4 {
        receive(&mut session, FIRST, request(number));
        session.finished(at(0), number);
    }
    session.reply(1, "answer", 6);
    session.fail(2, FailureCode::from_number(1_000), "no", 2);
    receive(&mut session, FIRST, ToServer::Lane { number: 5, message: LaneMessage::Cancel { to: 3 } });
    assert_eq!(interrupted(session.snapshot()), [4]);
}

#[test]
fn a_request_that_is_sent_again_is_not_interrupted() {
    let mut session = session();
    receive(&mut session, FIRST, lane(1, "the listener is still at it"));
    receive(&mut session, FIRST, request(2));
    session.finished(at(0), 2);
    receive(&mut session, FIRST, request(3));
    assert_eq!(interrupted(session.snapshot()), [2], "3 is not finished");
    let crashed = Snapshot { is_doubtful: true, finished_ahead: vec![], ..session.snapshot() };
    assert!(interrupted(crashed).is_empty(), "what lies beyond `done` is handed out again");
}

#[test]
fn a_request_that_a_restart_interrupted_is_interrupted_once() {
    let mut session = session();
    receive(&mut session, FIRST, request(1));
    session.finished(at(0), 1);
    let restored: TestSession = Session::restore(SessionConfig::default(), at(50), session.snapshot());
    assert!(restored.snapshot().unanswered.is_empty());
    assert_eq!(interrupted(restored.snapshot()), [1], "and told until it is acknowledged");
}

#[test]
fn an_answer_that_nobody_waits_for_is_not_sent() {
    let mut session = session();
    receive(&mut session, FIRST, request(1));
    session.finished(at(0), 1);
    session.reply(1, "answer", 6);
    outputs(&mut session);
    session.reply(1, "again", 5);
    session.fail(1, FailureCode::PANICKED, "too late", 8);
    session.reply(2, "to nothing", 10);
    receive(&mut session, FIRST, ToServer::Lane { number: 2, message: LaneMessage::Cancel { to: 1 } });
    assert_eq!(outputs(&mut session), [Output::Transmit { connection: FIRST, message: ToClient::Ack(2) }]);
}
