//! What a client of a session does with its connections, case by case.

mod driven_client;

use driven_client::*;
use staywire_protocol::client::session::{Data, Event};
use staywire_protocol::client::{Hint, Input, SessionEvent, SessionOutput, Status, Verdict};
use staywire_protocol::message::{Answer, LaneMessage, Opening, ToClient, ToServer};
use staywire_protocol::parts::advice::RetryWindow;
use staywire_protocol::wire::Limits;
use staywire_protocol::{CloseCode, ConnectionId, Duration};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

#[test]
fn a_client_is_open_only_once_its_session_was_answered() {
    let mut driven = Driven::new();
    let connection = dialled(&driven.outputs());
    assert!(asks(&driven.input(Input::Opened { connection }), connection));
    assert_eq!(driven.client.status(), Status::Connecting);
    let outputs = driven.answer(connection, welcome());
    assert!(outputs.contains(&SessionOutput::Event(SessionEvent::Session(Event::Open))));
    assert_eq!(driven.client.status(), Status::Open);
}

#[test]
fn an_answer_that_does_not_come_ends_the_attempt_after_ten_seconds() {
    let mut driven = Driven::new();
    let connection = dialled(&driven.outputs());
    driven.input(Input::Opened { connection });
    assert_eq!(driven.pass(Duration::from_millis(9_999)), []);
    let outputs = driven.pass(Duration::from_millis(1));
    assert_eq!(detaches(&outputs, connection), Some(1000));
    assert!(delay(&outputs).is_some());
}

#[test]
fn a_server_that_falls_silent_is_replaced_after_interval_and_timeout() {
    let (mut driven, connection) = Driven::open();
    assert_eq!(driven.pass(Duration::from_millis(19_999)), []);
    let outputs = driven.pass(Duration::from_millis(1));
    assert_eq!(detaches(&outputs, connection), Some(1000));
    assert!(is_stale(&outputs) && delay(&outputs).is_some());
}

#[test]
fn a_server_that_pings_is_answered_and_left_in_peace() {
    let (mut driven, connection) = Driven::open();
    for _ in 0..10 {
        assert_eq!(driven.pass(seconds(15)), []);
        let pong = SessionOutput::Transmit { connection, message: ToServer::Pong(0) };
        assert_eq!(driven.receive(connection, ToClient::Ping(0)), [pong]);
    }
}

#[test]
fn on_a_move_the_second_connection_takes_over_while_the_first_delivers() {
    let (mut driven, first) = Driven::open();
    driven.receive(first, ToClient::Move(seconds(2)));
    let second = driven.successor();
    let delivered = SessionOutput::Event(SessionEvent::Session(Event::Message(1)));
    assert_eq!(driven.receive(first, message(1)), [delivered]);
    let outputs = driven.answer(second, resumed(0));
    assert_eq!(detaches(&outputs, first), Some(1000));
    assert!(delay(&outputs).is_none() && end(&outputs).is_none());
    assert_eq!(driven.client.status(), Status::Open);
    assert_eq!(driven.receive(second, message(1)), [], "it was delivered by the first");
}

#[test]
fn the_answer_to_a_resume_is_acknowledged_at_once_which_ends_the_older_token() {
    let acks = |outputs: &[Out]| -> Vec<u64> {
        let ack = |output: &Out| match output {
            SessionOutput::Transmit { message: ToServer::Ack(number), .. } => Some(*number),
            _ => None,
        };
        outputs.iter().filter_map(ack).collect()
    };
    let mut driven = Driven::new();
    let first = dialled(&driven.outputs());
    driven.input(Input::Opened { connection: first });
    assert!(acks(&driven.answer(first, welcome())).is_empty(), "there is no older token");
    driven.receive(first, message(1));
    driven.lose(first, 1006);
    let second = dialled(&driven.pass(seconds(2)));
    driven.input(Input::Opened { connection: second });
    let resumed = Answer::Resumed { accepted: 0, done: 0, oldest: 2 };
    assert_eq!(acks(&driven.answer(second, resumed)), [1]);
    assert!(acks(&driven.pass(seconds(10))).is_empty(), "it counts as told");
}

#[test]
fn what_is_sent_while_the_second_connection_asks_leaves_on_it() {
    let (mut driven, first) = Driven::open();
    driven.receive(first, ToClient::Move(seconds(2)));
    let second = driven.successor();
    assert_eq!(driven.client.send(5, 10), Ok(1));
    assert_eq!(driven.outputs(), []);
    let outputs = driven.answer(second, resumed(0));
    let transmitted = ToServer::Lane { number: 1, message: LaneMessage::Message(5) };
    assert!(outputs.contains(&SessionOutput::Transmit { connection: second, message: transmitted }));
}

#[test]
fn the_first_connections_end_by_the_takeover_is_neither_an_end_nor_a_loss() {
    let (mut driven, first) = Driven::open();
    driven.receive(first, ToClient::Move(seconds(2)));
    let second = driven.successor();
    let outputs = driven.lose(first, 3502);
    assert!(end(&outputs).is_none() && delay(&outputs).is_none(), "nothing is told: the answer follows");
    assert_eq!(driven.client.status(), Status::Reconnecting);
    driven.answer(second, resumed(0));
    assert_eq!(driven.client.status(), Status::Open);
}

#[test]
fn a_takeover_by_somebody_else_is_the_end() {
    let (mut driven, connection) = Driven::open();
    assert_eq!(end(&driven.lose(connection, 3502)), Some((3502, false)));
    assert_eq!(driven.client.status(), Status::Closed);
    assert_eq!(driven.client.poll_timeout(), None);
}

#[test]
fn a_takeover_whose_answer_was_lost_is_followed_by_another_attempt() {
    let (mut driven, first) = Driven::open();
    driven.receive(first, ToClient::Move(seconds(2)));
    let second = driven.successor();
    driven.lose(second, 1006);
    let outputs = driven.lose(first, 3502);
    assert!(end(&outputs).is_none() && delay(&outputs).is_some());
}

#[test]
fn a_second_connection_that_is_refused_leaves_the_first_alone() {
    let (mut driven, first) = Driven::open();
    driven.receive(first, ToClient::Move(seconds(2)));
    let second = driven.successor();
    let retry = Some(RetryWindow::from_millis(3_000));
    let outputs = driven.input(Input::Closed { connection: second, closed: peer_closed(1013), retry });
    assert_eq!(outputs, []);
    assert_eq!(driven.client.status(), Status::Open);
    let delivered = SessionOutput::Event(SessionEvent::Session(Event::Message(1)));
    assert_eq!(driven.receive(first, message(1)), [delivered]);
    assert!(dialled(&driven.pass(seconds(3))) > second);
}

#[test]
fn a_page_that_becomes_visible_asks_and_doubts_after_two_seconds() {
    let (mut driven, first) = Driven::open();
    driven.pass(seconds(5));
    let ping = SessionOutput::Transmit { connection: first, message: ToServer::Ping(0) };
    assert_eq!(driven.hint(Hint::Visible), [ping]);
    let outputs = driven.pass(seconds(2));
    assert!(is_stale(&outputs) && delay(&outputs).is_none());
    let second = dialled(&outputs);
    driven.input(Input::Opened { connection: second });
    let outputs = driven.answer(second, resumed(0));
    assert_eq!(detaches(&outputs, first), Some(1000));
    assert_eq!(driven.client.status(), Status::Open);
}

#[test]
fn a_doubtful_connection_that_stays_silent_is_dead_five_seconds_later() {
    let (mut driven, first) = Driven::open();
    driven.hint(Hint::Online);
    let outputs = driven.pass(seconds(7));
    assert_eq!(detaches(&outputs, first), Some(1000));
    assert_eq!(driven.client.status(), Status::Reconnecting);
}

#[test]
fn a_change_of_network_makes_a_second_connection_before_the_first_breaks() {
    let (mut driven, first) = Driven::open();
    driven.pass(seconds(5));
    let second = dialled(&driven.hint(Hint::NetworkChanged));
    driven.input(Input::Opened { connection: second });
    let outputs = driven.answer(second, resumed(0));
    assert_eq!(detaches(&outputs, first), Some(1000));
    assert!(delay(&outputs).is_none());
}

#[test]
fn a_close_says_goodbye_before_the_closing_handshake() {
    let (mut driven, connection) = Driven::open();
    driven.client.close(driven.now);
    let goodbye = SessionOutput::Transmit { connection, message: ToServer::Goodbye };
    assert_eq!(driven.outputs(), [goodbye, SessionOutput::Close { connection }]);
    assert_eq!(end(&driven.lose(connection, 1000)), Some((1000, false)));
}

#[test]
fn a_page_that_is_left_for_good_says_goodbye() {
    let (mut driven, connection) = Driven::open();
    let outputs = driven.hint(Hint::PageHide { persisted: false });
    assert!(outputs.contains(&SessionOutput::Transmit { connection, message: ToServer::Goodbye }));
}

#[test]
fn a_page_that_comes_back_from_the_cache_resumes() {
    let (mut driven, connection) = Driven::open();
    let outputs = driven.hint(Hint::PageHide { persisted: true });
    assert_eq!(outputs, [SessionOutput::Detach { connection, code: CloseCode::NORMAL }]);
    let connection = dialled(&driven.hint(Hint::PageShow { persisted: true }));
    let outputs = driven.input(Input::Opened { connection });
    let is_resume = |output: &Out| {
        matches!(
            output,
            SessionOutput::Transmit { message: ToServer::Opening(Opening::Resume { attempt: 2, .. }), .. }
        )
    };
    assert!(outputs.iter().any(is_resume), "{outputs:?}");
}

#[test]
fn a_server_that_breaks_the_protocol_is_left_with_a_violation() {
    let (mut driven, connection) = Driven::open();
    let outputs = driven.receive(connection, message(2));
    assert_eq!(detaches(&outputs, connection), Some(3510));
    assert_eq!(end(&outputs), Some((3510, true)));
    assert_eq!(driven.pass(seconds(600)), []);
}

#[test]
fn a_server_that_breaks_the_protocol_on_the_second_connection_is_left_on_both_with_a_violation() {
    for breaks_by in ["an answer that fits no session", "no message of the protocol"] {
        let (mut driven, first) = Driven::open();
        driven.receive(first, ToClient::Move(seconds(1)));
        let second = driven.successor();
        let outputs = if breaks_by == "no message of the protocol" {
            driven.client.violated(second);
            driven.outputs()
        } else {
            driven.answer(second, welcome())
        };
        assert_eq!([first, second].map(|gone| detaches(&outputs, gone)), [Some(3510); 2], "{breaks_by}");
        assert_eq!(end(&outputs), Some((3510, true)), "{breaks_by}");
        assert_eq!(driven.pass(seconds(600)), []);
    }
}

#[test]
fn a_server_that_names_no_interval_is_never_taken_for_dead() {
    let mut driven = Driven::new();
    let connection = dialled(&driven.outputs());
    driven.input(Input::Opened { connection });
    let limits = Limits { interval_millis: 0, timeout_millis: 0, ..LIMITS };
    driven.receive(connection, ToClient::Answer { answer: welcome(), limits, streams: vec![] });
    driven.receive(connection, message(1));
    assert_eq!(driven.pass(seconds(3_600)).len(), 1, "the message is acknowledged");
    assert_eq!(driven.client.status(), Status::Open);
}

#[test]
fn a_goodbye_of_the_server_is_a_clean_end() {
    let (mut driven, connection) = Driven::open();
    assert_eq!(end(&driven.receive(connection, ToClient::Goodbye)), Some((1000, false)));
}

#[test]
fn after_the_end_another_connect_makes_another_session() {
    let (mut driven, connection) = Driven::open();
    driven.lose(connection, 3501);
    driven.client.connect(driven.now, || 77);
    let connection = dialled(&driven.outputs());
    let opening = ToServer::Opening(Opening::Hello { token: 77, attempt: 1, streams: Vec::new() });
    let outputs = driven.input(Input::Opened { connection });
    assert_eq!(outputs, [SessionOutput::Transmit { connection, message: opening }]);
}

#[test]
fn the_servers_advice_wins_over_the_backoff() {
    let (mut driven, connection) = Driven::open();
    let retry = Some(RetryWindow::from_millis(60_000));
    let outputs = driven.input(Input::Closed { connection, closed: peer_closed(1012), retry });
    assert!(
        delay(&outputs).is_some_and(|delay| delay > seconds(2)),
        "seed 1 draws beyond the backoff's window"
    );
}

#[test]
fn a_connection_that_is_lost_before_its_successor_opened_waits_for_that_one() {
    let (mut driven, first) = Driven::open();
    driven.receive(first, ToClient::Move(seconds(2)));
    let second = dialled(&driven.pass(seconds(2)));
    assert_eq!(delay(&driven.lose(first, 1006)), Some(Duration::ZERO));
    assert!(asks(&driven.input(Input::Opened { connection: second }), second));
    driven.answer(second, resumed(0));
    assert_eq!(driven.client.status(), Status::Open);
}

/// One that has a session on the first connection and dials the second, which is to take over.
fn moving() -> (Driven, [ConnectionId; 2]) {
    let (mut driven, first) = Driven::open();
    let second = dialled(&driven.receive(first, ToClient::Move(Duration::ZERO)));
    (driven, [first, second])
}

fn fails(connection: ConnectionId) -> Input<u32> {
    Input::Failed { connection, reason: None }
}

#[test]
fn a_second_connection_that_cannot_be_dialled_leaves_the_first_alone() {
    let (mut driven, [_, second]) = moving();
    assert_eq!(driven.input(fails(second)), []);
    assert_eq!(driven.client.status(), Status::Open);
}

#[test]
fn an_end_gives_up_both_connections_and_is_told_once() {
    let (mut driven, [first, second]) = moving();
    let told = driven.input(fails(first));
    let is_end = |output: &&Out| end(std::slice::from_ref(output)).is_some();
    assert_eq!(told.iter().filter(is_end).count(), 1, "{told:?}");
    assert!(detaches(&told, first).is_some() && detaches(&told, second).is_some(), "{told:?}");
    assert_eq!(driven.lose(second, 1000), []);
    assert_eq!(driven.input(fails(second)), []);
    assert_eq!(driven.lose(first, 1000), []);
}

#[test]
fn payloads_that_stay_outside_are_judged_without_a_clock_and_acknowledged_in_time() {
    let (mut driven, connection) = Driven::open();
    let data = |number| Data::Message { number };
    assert_eq!(driven.client.on_data(connection, data(1), 10), Verdict::Deliver);
    assert!(driven.client.wants_attention());
    driven.client.handle_timeout(driven.now);
    assert!(!driven.client.wants_attention());
    assert_eq!(driven.client.on_data(connection, data(1), 10), Verdict::Drop);
    assert_eq!(driven.client.on_data(connection, data(2), 10), Verdict::Deliver);
    assert!(!driven.client.wants_attention(), "a time is set already");
    let ack = SessionOutput::Transmit { connection, message: ToServer::Ack(2) };
    assert_eq!(driven.pass(seconds(1)), [ack]);
}
