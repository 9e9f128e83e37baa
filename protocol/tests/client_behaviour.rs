//! What the client does, case by case: each test is one sentence of its contract.

use staywire_protocol::client::{
    Accepted, Cause, Client, ClientConfig, Closed, Event, Hint, Input, Output, SendError, Status, Verdict,
};
use staywire_protocol::parts::heartbeat::HeartbeatConfig;
use staywire_protocol::{CloseCode, ConnectionId, Duration, Instant};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

/// A client whose clock stands at `now` seconds.
struct Driven {
    client: Client<&'static str>,
    now: Instant,
}

impl Driven {
    fn new(config: ClientConfig) -> Self {
        Self { client: Client::new(config, 1), now: Instant::from_millis(0) }
    }

    /// One that is connected and whose queue has drained.
    fn open(config: ClientConfig) -> (Self, ConnectionId) {
        let mut driven = Self::new(config);
        let connection = driven.connect();
        driven.input(Input::Opened { connection });
        driven.input(Input::OpenHandled { connection });
        (driven, connection)
    }

    fn connect(&mut self) -> ConnectionId {
        self.client.connect(self.now);
        self.dialled()
    }

    /// The connection that is being asked for.
    fn dialled(&mut self) -> ConnectionId {
        let outputs = self.outputs();
        let dialled = outputs.iter().find_map(|output| match *output {
            Output::Connect { connection } => Some(connection),
            _ => None,
        });
        dialled.unwrap_or_else(|| panic!("no connection among {outputs:?}"))
    }

    fn input(&mut self, input: Input<&'static str>) -> Vec<Output<&'static str>> {
        self.client.handle_input(self.now, input);
        self.outputs()
    }

    fn hint(&mut self, hint: Hint) -> Vec<Output<&'static str>> {
        self.input(Input::Hint(hint))
    }

    /// Lets time pass, each timer firing when it is due.
    fn pass(&mut self, duration: Duration) -> Vec<Output<&'static str>> {
        let end = self.now + duration;
        let mut outputs = Vec::new();
        while let Some(due) = self.client.poll_timeout().filter(|&due| due <= end) {
            self.now = due;
            self.client.handle_timeout(due);
            outputs.extend(self.outputs());
        }
        self.now = end;
        outputs
    }

    fn outputs(&mut self) -> Vec<Output<&'static str>> {
        std::iter::from_fn(|| self.client.poll_output()).collect()
    }
}

fn peer_closed(code: u16) -> Closed<&'static str> {
    Closed { code: CloseCode::from_number(code), reason: Some("why"), was_clean: true, cause: Cause::Peer }
}

fn with_heartbeat() -> ClientConfig {
    let heartbeat = HeartbeatConfig::new(Duration::from_secs(30), Duration::from_secs(5));
    let mut config = ClientConfig::default();
    config.heartbeat = Some(heartbeat.expecting_reply());
    config
}

fn detached(connection: ConnectionId) -> Output<&'static str> {
    Output::Detach { connection, code: CloseCode::NORMAL }
}

fn is_reconnecting(output: &Output<&'static str>) -> bool {
    matches!(output, Output::Event(Event::Reconnecting(_)))
}

const SECOND: Duration = Duration::from_secs(1);

#[test]
fn what_open_handlers_send_goes_before_what_was_queued() {
    let mut driven = Driven::new(ClientConfig::default());
    let connection = driven.connect();
    assert_eq!(driven.client.send(6), Ok(Accepted::Kept));
    assert_eq!(driven.input(Input::Opened { connection }), [Output::Event(Event::Open { connection })]);
    assert_eq!(driven.client.send(10), Ok(Accepted::Sent { connection }));
    assert_eq!(driven.client.buffered_bytes(), 6);
    assert_eq!(driven.input(Input::OpenHandled { connection }), [Output::Flush { connection }]);
    assert_eq!(driven.client.buffered_bytes(), 0);
}

#[test]
fn what_waits_is_flushed_once_also_an_empty_message() {
    let mut driven = Driven::new(ClientConfig::default());
    let connection = driven.connect();
    assert_eq!(driven.client.send(0), Ok(Accepted::Kept));
    driven.input(Input::Opened { connection });
    assert_eq!(driven.input(Input::OpenHandled { connection }), [Output::Flush { connection }]);
    assert_eq!(driven.input(Input::OpenHandled { connection }), []);
}

#[test]
fn what_waits_for_an_opening_that_is_lost_meanwhile_waits_for_the_next() {
    let mut driven = Driven::new(ClientConfig::default());
    let first = driven.connect();
    assert_eq!(driven.client.send(6), Ok(Accepted::Kept));
    driven.input(Input::Opened { connection: first });
    driven.client.connect(driven.now);
    let second = driven.dialled();
    assert_eq!(driven.input(Input::OpenHandled { connection: first }), []);
    driven.input(Input::Opened { connection: second });
    assert_eq!(driven.input(Input::OpenHandled { connection: first }), []);
    assert_eq!(
        driven.input(Input::OpenHandled { connection: second }),
        [Output::Flush { connection: second }]
    );
}

#[test]
fn an_attempt_that_takes_longer_than_ten_seconds_is_detached_and_tried_again() {
    let mut driven = Driven::new(ClientConfig::default());
    let connection = driven.connect();
    assert_eq!(driven.pass(Duration::from_millis(9_999)), []);
    let outputs = driven.pass(Duration::from_millis(1));
    assert_eq!(outputs[0], detached(connection));
    assert!(is_reconnecting(&outputs[1]));
    assert_eq!(driven.client.status(), Status::Reconnecting);
    driven.pass(SECOND);
    assert!(driven.client.connection().is_some_and(|next| next != connection));
}

#[test]
fn a_drop_is_told_with_its_code_and_reason_and_the_delay_that_follows() {
    let (mut driven, connection) = Driven::open(ClientConfig::default());
    let outputs = driven.input(Input::Closed { connection, closed: peer_closed(1012), retry: None });
    let [Output::Event(Event::Reconnecting(next))] = &outputs[..] else { panic!("{outputs:?}") };
    assert_eq!((next.attempt, &next.closed), (0, &peer_closed(1012)));
    assert_eq!(driven.client.poll_timeout(), Some(driven.now + next.delay));
}

#[test]
fn a_stop_code_ends_the_conversation_without_calling_it_a_failure() {
    for code in [1000, 1002, 1008, 1009, 3500, 4500] {
        let (mut driven, connection) = Driven::open(ClientConfig::default());
        let outputs = driven.input(Input::Closed { connection, closed: peer_closed(code), retry: None });
        let event = Event::Closed { closed: peer_closed(code), is_failure: false };
        assert_eq!(outputs, [Output::Event(event)], "{code}");
    }
}

#[test]
fn a_url_that_can_never_be_dialled_is_a_failure() {
    let mut driven = Driven::new(ClientConfig::default());
    let connection = driven.connect();
    let outputs = driven.input(Input::Failed { connection, reason: Some("malformed") });
    let closed = Closed { reason: Some("malformed"), ..Closed::abnormal(Cause::Undialable) };
    assert_eq!(outputs, [Output::Event(Event::Closed { closed, is_failure: true })]);
}

#[test]
fn what_was_sent_before_close_leaves_before_the_closing_handshake() {
    let mut driven = Driven::new(ClientConfig::default());
    let connection = driven.connect();
    assert_eq!(driven.client.send(6), Ok(Accepted::Kept));
    driven.input(Input::Opened { connection });
    driven.client.close(driven.now);
    let expected = [Output::Flush { connection }, Output::Close { connection }];
    assert_eq!(driven.outputs(), expected);
    assert_eq!(driven.client.status(), Status::Closing);
}

#[test]
fn a_closing_handshake_that_nobody_answers_ends_after_five_seconds() {
    let (mut driven, connection) = Driven::open(ClientConfig::default());
    driven.client.close(driven.now);
    driven.outputs();
    assert_eq!(driven.pass(Duration::from_millis(4_999)), []);
    let outputs = driven.pass(Duration::from_millis(1));
    let closed = Closed::abnormal(Cause::Requested);
    let event = Event::Closed { closed, is_failure: false };
    assert_eq!(outputs, [detached(connection), Output::Event(event)]);
}

#[test]
fn closing_without_a_connection_ends_on_the_clock_and_not_inside_the_call() {
    let mut driven = Driven::new(ClientConfig::default());
    driven.client.close(driven.now);
    assert_eq!((driven.outputs(), driven.client.status()), (vec![], Status::Closing));
    assert!(matches!(
        driven.pass(Duration::ZERO)[..],
        [Output::Event(Event::Closed { is_failure: false, .. })]
    ));
    assert_eq!(driven.client.status(), Status::Closed);
}

#[test]
fn bytes_that_can_never_leave_stay_buffered_until_the_next_begin() {
    let mut driven = Driven::new(ClientConfig::default());
    assert_eq!(driven.client.send(4), Ok(Accepted::Kept));
    driven.client.close(driven.now);
    driven.pass(SECOND);
    assert_eq!(driven.client.send(5), Err(SendError::Closed));
    assert_eq!(driven.client.buffered_bytes(), 9);
    driven.connect();
    assert_eq!(driven.client.buffered_bytes(), 0);
}

#[test]
fn a_full_queue_refuses_the_message_and_keeps_the_rest() {
    let mut config = ClientConfig::default();
    config.max_queue_bytes = 100;
    let mut driven = Driven::new(config);
    assert_eq!(driven.client.send(90), Ok(Accepted::Kept));
    assert_eq!(driven.client.send(20), Err(SendError::QueueFull { max_bytes: 100 }));
    assert_eq!(driven.client.buffered_bytes(), 90);
}

#[test]
fn a_callback_of_a_replaced_connection_changes_nothing() {
    let (mut driven, old) = Driven::open(ClientConfig::default());
    driven.client.connect(driven.now);
    let new = driven.dialled();
    assert_eq!(driven.client.on_data(old), Verdict::Drop);
    assert_eq!(driven.input(Input::Opened { connection: old }), []);
    assert_eq!(driven.input(Input::Closed { connection: old, closed: peer_closed(1000), retry: None }), []);
    assert_eq!(driven.client.connection(), Some(new));
}

#[test]
fn a_silent_peer_is_detached_after_interval_and_timeout_and_replaced() {
    let (mut driven, connection) = Driven::open(with_heartbeat());
    assert_eq!(driven.pass(Duration::from_millis(34_999)), [Output::Ping { connection }]);
    let outputs = driven.pass(Duration::from_millis(1));
    assert_eq!(outputs[..2], [detached(connection), Output::Event(Event::Stale)]);
    assert!(is_reconnecting(&outputs[2]));
    driven.pass(Duration::from_millis(500));
    assert!(driven.client.connection().is_some(), "replaced within half a second");
}

#[test]
fn a_heartbeat_without_an_interval_is_none() {
    let mut config = ClientConfig::default();
    config.heartbeat = Some(HeartbeatConfig::new(Duration::ZERO, SECOND).expecting_reply());
    let (mut driven, _) = Driven::open(config);
    assert_eq!(driven.client.poll_timeout(), None);
    assert_eq!(driven.hint(Hint::Online), []);
}

#[test]
fn a_page_that_wakes_up_to_a_dead_connection_has_another_one_two_seconds_later() {
    for hint in
        [Hint::Online, Hint::Visible, Hint::Resume, Hint::ClockJump, Hint::PageShow { persisted: true }]
    {
        let (mut driven, connection) = Driven::open(with_heartbeat());
        assert_eq!(driven.hint(hint), [Output::Ping { connection }], "{hint:?}");
        driven.pass(Duration::from_secs(2));
        assert!(driven.client.connection().is_some_and(|next| next != connection), "{hint:?}");
    }
}

#[test]
fn a_page_that_wakes_up_to_a_living_connection_keeps_it() {
    let (mut driven, connection) = Driven::open(with_heartbeat());
    driven.hint(Hint::Visible);
    assert_eq!(driven.client.on_data(connection), Verdict::Deliver);
    assert_eq!(driven.pass(Duration::from_secs(3)), []);
    assert_eq!(driven.client.connection(), Some(connection));
}

#[test]
fn a_page_that_wakes_up_while_waiting_dials_at_once() {
    let (mut driven, connection) = Driven::open(ClientConfig::default());
    driven.pass(Duration::from_secs(60));
    driven.input(Input::Closed { connection, closed: peer_closed(1006), retry: None });
    assert!(matches!(driven.hint(Hint::Visible)[..], [Output::Connect { .. }]));
}

#[test]
fn a_hint_opens_nothing_that_was_closed() {
    let (mut driven, connection) = Driven::open(with_heartbeat());
    driven.client.close(driven.now);
    driven.input(Input::Closed { connection, closed: peer_closed(1000), retry: None });
    for hint in
        [Hint::Online, Hint::Visible, Hint::Resume, Hint::ClockJump, Hint::PageShow { persisted: true }]
    {
        assert_eq!(driven.hint(hint), [], "{hint:?}");
    }
}

#[test]
fn a_hidden_or_frozen_page_keeps_its_connection() {
    let (mut driven, connection) = Driven::open(with_heartbeat());
    for hint in [Hint::Hidden, Hint::Freeze, Hint::PageHide { persisted: false }] {
        assert_eq!(driven.hint(hint), [], "{hint:?}");
    }
    assert_eq!(driven.client.connection(), Some(connection));
}

#[test]
fn going_offline_probes_and_slows_attempts_down_without_counting_them() {
    let mut config = with_heartbeat();
    config.max_attempts = Some(1);
    let (mut driven, connection) = Driven::open(config);
    assert_eq!(driven.hint(Hint::Offline), [Output::Ping { connection }]);
    driven.pass(Duration::from_secs(2));
    for _ in 0..5 {
        assert_eq!(driven.client.status(), Status::Reconnecting);
        driven.pass(Duration::from_secs(20));
        if let Some(connection) = driven.client.connection() {
            driven.input(Input::Closed { connection, closed: peer_closed(1006), retry: None });
        }
    }
    driven.pass(SECOND);
    assert!(matches!(driven.hint(Hint::Online)[..], [Output::Connect { .. }]));
}
