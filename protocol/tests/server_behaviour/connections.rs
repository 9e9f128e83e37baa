//! Openings, messages, silence and the end.

use staywire_protocol::message::{Answer, ToClient, ToServer};
use staywire_protocol::parts::tokens::Presented;
use staywire_protocol::server::{EndReason, Event, Output, Session, SessionConfig};
use staywire_protocol::wire::FreshReason;
use staywire_protocol::{CloseCode, ConnectionId, Duration};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::served::*;

#[test]
fn a_hello_is_welcomed_before_anything_else() {
    let mut session: TestSession =
        Session::open(SessionConfig::default(), at(0), FIRST, session_id(), ('a', 1), None, vec![]);
    session.send("greeting", 8);
    let outputs = outputs(&mut session);
    assert_eq!(
        answered(&outputs, FIRST),
        (Some(Answer::Welcome { session: session_id(), oldest: 1 }), vec![1])
    );
    assert!(matches!(outputs[0], Output::Transmit { message: ToClient::Answer { .. }, .. }));
}

#[test]
fn what_was_sent_while_nobody_was_there_comes_with_the_resume() {
    let mut session = session();
    session.send("seen", 4);
    session.disconnected(at(1), FIRST);
    session.send("missed", 6);
    outputs(&mut session);
    assert_eq!(session.resume(at(2), SECOND, resume('a', 'b', 2, 1)), Presented::TakesOver);
    let outputs = outputs(&mut session);
    let answer = Answer::Resumed { accepted: 0, done: 0, oldest: 2 };
    assert_eq!(answered(&outputs, SECOND), (Some(answer), vec![2]));
    assert!(outputs.contains(&Output::Event(Event::Resumed)));
}

#[test]
fn a_session_that_was_cut_before_its_first_message_resumes() {
    let mut session = unheard();
    session.disconnected(at(1), FIRST);
    assert_eq!(session.resume(at(2), SECOND, resume('a', 'b', 2, 0)), Presented::TakesOver);
}

#[test]
fn a_session_resumes_fifty_times() {
    let mut session = session();
    for attempt in 2..52 {
        let (token, next) = (char::from(b'a' + (attempt as u8 - 2)), char::from(b'a' + (attempt as u8 - 1)));
        let connection = ConnectionId::from_number(attempt as u32);
        assert_eq!(
            session.resume(at(attempt), connection, resume(token, next, attempt, 0)),
            Presented::TakesOver
        );
        receive(&mut session, connection, ToServer::Pong(0));
        session.disconnected(at(attempt), connection);
    }
}

#[test]
fn a_resume_fences_the_older_connection_and_what_it_still_says_is_ignored() {
    let mut session = session();
    assert_eq!(session.resume(at(1), SECOND, resume('a', 'b', 2, 0)), Presented::TakesOver);
    assert_eq!(closes(&outputs(&mut session)), [(FIRST, CloseCode::SUPERSEDED)]);
    receive(&mut session, FIRST, lane(1, "late"));
    session.disconnected(at(2), FIRST);
    assert_eq!((outputs(&mut session), session.connection()), (vec![], Some(SECOND)));
}

#[test]
fn of_two_resumes_the_higher_attempt_owns_the_session_whichever_comes_first() {
    for attempts in [[2, 3], [3, 2]] {
        let mut session = session();
        for (connection, attempt) in [(SECOND, attempts[0]), (THIRD, attempts[1])] {
            let _ = session.resume(at(1), connection, resume('a', 'b', attempt, 0));
        }
        let owner = if attempts[1] == 3 { THIRD } else { SECOND };
        assert_eq!(session.connection(), Some(owner), "{attempts:?}");
        let loser = if attempts[1] == 3 { SECOND } else { THIRD };
        assert!(closes(&outputs(&mut session)).contains(&(loser, CloseCode::SUPERSEDED)), "{attempts:?}");
    }
}

#[test]
fn a_token_that_was_superseded_opens_nothing() {
    let mut session = session();
    let _ = session.resume(at(1), SECOND, resume('a', 'b', 2, 0));
    receive(&mut session, SECOND, ToServer::Pong(0));
    assert_eq!(session.resume(at(2), THIRD, resume('a', 'x', 9, 0)), Presented::Unknown);
    assert_eq!(session.connection(), Some(SECOND));
}

#[test]
fn a_repeated_hello_is_the_same_session_with_everything_that_was_sent_to_it() {
    let mut session = unheard();
    session.send("greeting", 8);
    outputs(&mut session);
    assert_eq!(session.open_again(at(1), SECOND, (&'a', 2), None, vec![]), Presented::TakesOver);
    let outputs = outputs(&mut session);
    assert_eq!(
        answered(&outputs, SECOND),
        (Some(Answer::Welcome { session: session_id(), oldest: 1 }), vec![1])
    );
    assert_eq!(closes(&outputs), [(FIRST, CloseCode::SUPERSEDED)]);
}

#[test]
fn the_answer_to_a_resume_that_was_lost_is_fresh_again() {
    let fresh = Some(FreshReason::Expired);
    let mut session: TestSession =
        Session::open(SessionConfig::default(), at(0), FIRST, session_id(), ('b', 5), fresh, vec![]);
    outputs(&mut session);
    assert_eq!(session.open_again(at(1), SECOND, (&'b', 6), fresh, vec![]), Presented::TakesOver);
    let answer = answered(&outputs(&mut session), SECOND).0;
    assert_eq!(
        answer,
        Some(Answer::Fresh { reason: FreshReason::Expired, session: session_id(), oldest: 1 })
    );
}

#[test]
fn messages_are_delivered_once_in_order_and_acknowledged_when_the_listener_is_done() {
    let mut session = session();
    for (number, payload) in [(1, "a"), (1, "a"), (2, "b")] {
        receive(&mut session, FIRST, lane(number, payload));
    }
    let told = outputs(&mut session);
    assert_eq!(delivered(&told), [(1, false), (2, false)]);
    assert!(!told.iter().any(|output| matches!(output, Output::Transmit { message: ToClient::Ack(_), .. })));
    session.finished(at(0), 1);
    let acknowledged = Output::Transmit { connection: FIRST, message: ToClient::Ack(1) };
    assert_eq!(outputs(&mut session), [acknowledged]);
}

#[test]
fn a_resume_says_what_was_taken_in_and_what_is_done() {
    let mut session = session();
    for number in 1..=3 {
        receive(&mut session, FIRST, lane(number, "x"));
    }
    session.finished(at(0), 1);
    session.disconnected(at(1), FIRST);
    outputs(&mut session);
    let _ = session.resume(at(2), SECOND, resume('a', 'b', 2, 0));
    let answer = answered(&outputs(&mut session), SECOND).0;
    assert_eq!(answer, Some(Answer::Resumed { accepted: 3, done: 1, oldest: 1 }));
}

#[test]
fn a_ring_that_ran_over_says_where_it_begins() {
    let mut config = SessionConfig::default();
    config.max_ring_bytes = 60;
    let mut session: TestSession = Session::open(config, at(0), FIRST, session_id(), ('a', 1), None, vec![]);
    session.disconnected(at(1), FIRST);
    for _ in 0..7 {
        session.send("twenty", 20);
    }
    outputs(&mut session);
    let _ = session.resume(at(2), SECOND, resume('a', 'b', 2, 2));
    let answer = Answer::Resumed { accepted: 0, done: 0, oldest: 5 };
    assert_eq!(answered(&outputs(&mut session), SECOND), (Some(answer), vec![5, 6, 7]));
}

#[test]
fn a_ping_is_answered_at_once_also_while_the_listener_is_busy() {
    let mut session = session();
    receive(&mut session, FIRST, lane(1, "slow"));
    outputs(&mut session);
    receive(&mut session, FIRST, ToServer::Ping(0));
    let pong = Output::Transmit { connection: FIRST, message: ToClient::Pong(0) };
    assert_eq!(outputs(&mut session), [pong]);
}

#[test]
fn a_silent_client_is_pinged_then_suspended_and_its_window_counts_from_the_ping() {
    let mut session = session();
    session.handle_timeout(at(15));
    assert_eq!(outputs(&mut session), [Output::Transmit { connection: FIRST, message: ToClient::Ping(0) }]);
    session.handle_timeout(at(20));
    assert_eq!(closes(&outputs(&mut session)), [(FIRST, CloseCode::HEARTBEAT_TIMEOUT)]);
    assert_eq!(session.poll_timeout(), Some(at(135)));
}

#[test]
fn a_session_ends_with_its_window_and_not_with_a_close_code() {
    let mut session = session();
    session.disconnected(at(1), FIRST);
    session.handle_timeout(at(120));
    assert_eq!(session.ended(), None);
    session.handle_timeout(at(121));
    assert_eq!(outputs(&mut session).last(), Some(&Output::Event(Event::Ended(EndReason::Expired))));
    assert_eq!(session.resume(at(122), SECOND, resume('a', 'b', 2, 0)), Presented::TakesOver);
    assert_eq!(session.connection(), None, "an ended session takes nobody in");
}

#[test]
fn a_goodbye_ends_the_session_at_once() {
    let mut session = session();
    receive(&mut session, FIRST, ToServer::Goodbye);
    assert_eq!(outputs(&mut session).last(), Some(&Output::Event(Event::Ended(EndReason::Goodbye))));
}

#[test]
fn violations_end_the_session() {
    let violations: [ToServer<&'static str, char>; 3] =
        [lane(2, "skipped"), ToServer::Ack(1), ToServer::Pong(9)];
    for violation in violations {
        let mut session = session();
        receive(&mut session, FIRST, violation.clone());
        let outputs = outputs(&mut session);
        assert_eq!(closes(&outputs), [(FIRST, CloseCode::VIOLATION)], "{violation:?}");
        assert_eq!(outputs.last(), Some(&Output::Event(Event::Ended(EndReason::Violation))), "{violation:?}");
    }
}

#[test]
fn a_client_that_takes_more_credit_than_it_has_breaks_the_protocol() {
    let mut session = session();
    let bytes = 64 * 1024;
    for number in 1..=4 {
        session.receive(at(0), FIRST, lane(number, "large"), bytes);
    }
    assert_eq!(closes(&outputs(&mut session)), []);
    session.receive(at(0), FIRST, lane(5, "one too many"), bytes);
    assert_eq!(closes(&outputs(&mut session)), [(FIRST, CloseCode::VIOLATION)]);
}

#[test]
fn credit_comes_back_as_the_listener_works() {
    let mut session = session();
    let bytes = 64 * 1024;
    session.receive(at(0), FIRST, lane(1, "large"), bytes);
    session.finished(at(0), 1);
    let granted = u64::from(bytes) + 256 * 1024;
    let credit = Output::Transmit { connection: FIRST, message: ToClient::Credit(granted) };
    assert!(outputs(&mut session).contains(&credit));
}

#[test]
fn a_window_for_moving_reaches_only_who_is_there() {
    let mut session = session();
    session.relocate(Duration::from_secs(20));
    let asked = Output::Transmit { connection: FIRST, message: ToClient::Move(Duration::from_secs(20)) };
    assert_eq!(outputs(&mut session), [asked]);
    session.disconnected(at(1), FIRST);
    outputs(&mut session);
    session.relocate(Duration::from_secs(20));
    assert_eq!(outputs(&mut session), []);
}

#[test]
fn who_has_no_token_learns_nothing_about_the_inbox() {
    let mut session = session();
    let _ = session.resume(at(1), SECOND, resume('x', 'y', 2, 9));
    assert_eq!(closes(&outputs(&mut session)), [(SECOND, CloseCode::SUPERSEDED)]);
    let _ = session.resume(at(1), SECOND, resume('a', 'b', 2, 9));
    assert_eq!(closes(&outputs(&mut session)), [(SECOND, CloseCode::VIOLATION)]);
    assert_eq!(session.connection(), Some(FIRST));
}

#[test]
fn a_hello_that_comes_after_something_else_was_heard_is_a_violation_of_its_connection_alone() {
    let mut session = session();
    let _ = session.open_again(at(1), SECOND, (&'a', 2), None, vec![]);
    assert_eq!(closes(&outputs(&mut session)), [(SECOND, CloseCode::VIOLATION)]);
    assert_eq!(session.connection(), Some(FIRST));
}

#[test]
fn bytes_that_are_no_message_yet_are_life_and_prove_nothing() {
    let mut session = unheard();
    session.handle_timeout(at(15));
    session.heard(FIRST);
    session.handle_timeout(at(20));
    assert_eq!(session.connection(), Some(FIRST));
    assert_eq!(session.open_again(at(21), SECOND, (&'a', 2), None, vec![]), Presented::TakesOver);
}
