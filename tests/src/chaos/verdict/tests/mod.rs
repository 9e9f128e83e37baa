//! Each promise that is not kept is found, and what is told or excused is not.

mod requests;

use std::time::Duration;

use super::*;
use crate::chaos::ledger::{ClientLog, Ledger};
use crate::chaos::report::Report;
use crate::chaos::stream::{Stream, Topic};

/// One client, `c` of user `ann`, and a server that has crashed once, so that all may be told.
struct Story {
    ledger: Ledger,
    log: ClientLog,
    run: usize,
}

impl Story {
    fn new() -> Self {
        let mut story = Self::without_crash();
        story.restart(RunEnd::Killed);
        story
    }

    fn without_crash() -> Self {
        let ledger = Ledger::default();
        let log = ledger.client("c", "ann", None);
        let run = ledger.begin_run();
        Self { ledger, log, run }
    }

    fn restart(&mut self, end: RunEnd) {
        self.ledger.end_run(self.run, end);
        self.run = self.ledger.begin_run();
    }

    fn tell(&self, events: impl IntoIterator<Item = ClientEvent>) {
        events.into_iter().for_each(|event| self.log.tell(Duration::ZERO, event));
    }

    fn send(&self, numbers: impl IntoIterator<Item = u64>) {
        self.tell(numbers.into_iter().map(ClientEvent::Sent));
    }

    fn handle(&self, numbers: impl IntoIterator<Item = u64>) {
        self.handle_marked(numbers, false);
    }

    fn handle_marked(&self, numbers: impl IntoIterator<Item = u64>, is_redelivered: bool) {
        for number in numbers {
            self.ledger.report(self.run, Report::Handled { client: "c".into(), number, is_redelivered });
        }
    }

    fn interrupt(&self, number: u64) {
        self.ledger.report(self.run, Report::Interrupted { client: "c".into(), number });
    }

    fn offer(&self, stream: &Stream, numbers: impl IntoIterator<Item = u64>) {
        for number in numbers {
            self.ledger.report(self.run, Report::Offered(stream.clone(), number));
        }
    }

    fn get(&self, stream: &Stream, numbers: impl IntoIterator<Item = u64>) {
        self.tell(numbers.into_iter().map(|number| ClientEvent::Message(stream.clone(), number)));
    }

    fn violations(&self) -> Vec<Violation> {
        self.ledger.verdict().findings.into_iter().map(|finding| finding.violation).collect()
    }
}

fn inbox(session: &str) -> Stream {
    Stream::Inbox { client: "c".into(), session: session.into() }
}

fn user() -> Stream {
    Stream::User("ann".into())
}

#[test]
fn a_run_in_which_everything_arrived_is_kept_and_counted() {
    let story = Story::new();
    story.send(1..=10);
    story.handle(1..=10);
    let topic = Stream::Topic(Topic::Always);
    story.tell([ClientEvent::Joined(Topic::Always)]);
    for stream in [inbox("s"), user(), Stream::Broadcast, topic] {
        story.offer(&stream, 1..=5);
        story.get(&stream, 1..=5);
    }
    let verdict = story.ledger.verdict();
    assert!(verdict.is_kept() && verdict.is_settled(), "{:?}", verdict.findings);
    assert_eq!(verdict.lane, Row { sent: 10, delivered: 10, ..Row::default() });
    for (_, row) in verdict.streams {
        assert_eq!(row, Row { sent: 5, delivered: 5, ..Row::default() });
    }
}

#[test]
fn a_message_of_the_lane_that_was_never_handled_is_lost_unless_its_outcome_was_told_unknown() {
    let story = Story::new();
    story.send(1..=3);
    story.handle([1, 3]);
    assert_eq!(story.violations(), [Violation::Lost(2)]);
    assert!(!story.ledger.verdict().is_settled());
    story.tell([ClientEvent::OutcomeUnknown(2)]);
    assert_eq!(story.violations(), []);
    assert_eq!(story.ledger.verdict().lane.told, 1);
}

#[test]
fn a_message_that_is_handled_twice_by_one_process_is_found_even_if_it_is_marked() {
    let story = Story::new();
    story.send(1..=2);
    story.handle(1..=2);
    story.handle_marked([2], true);
    assert_eq!(story.violations(), [Violation::Twice(2)]);
}

#[test]
fn a_restart_in_good_order_excuses_no_repeat() {
    let mut story = Story::new();
    story.send([1]);
    story.handle([1]);
    story.restart(RunEnd::Terminated);
    story.handle_marked([1], true);
    assert_eq!(story.violations(), [Violation::Twice(1)]);
}

#[test]
fn after_a_crash_a_repeat_has_to_be_marked() {
    let mut story = Story::new();
    story.send(1..=2);
    story.handle(1..=2);
    story.restart(RunEnd::Killed);
    story.handle_marked([1], true);
    assert_eq!(story.violations(), []);
    assert_eq!(story.ledger.verdict().lane.redelivered, 1);
    story.handle([2]);
    assert_eq!(story.violations(), [Violation::Unmarked(2)]);
}

#[test]
fn what_a_listener_was_stopped_over_has_to_come_again_and_be_marked() {
    let mut story = Story::new();
    story.send(1..=2);
    story.handle(1..=2);
    story.interrupt(2);
    assert_eq!(story.violations(), [Violation::Lost(2)]);
    story.restart(RunEnd::Terminated);
    story.handle([2]);
    assert_eq!(story.violations(), [Violation::Unmarked(2)]);
    story.handle_marked([2], true);
    assert_eq!(story.violations(), [Violation::Unmarked(2), Violation::Twice(2)]);
}

#[test]
fn a_loss_or_a_doubt_that_is_told_is_found_where_nothing_has_crashed() {
    let mut story = Story::without_crash();
    story.send([1]);
    story.tell([
        ClientEvent::OutcomeUnknown(1),
        ClientEvent::Gap(StreamKind::User, 3),
        ClientEvent::Reset(StreamKind::Broadcast),
        ClientEvent::Fresh("restarted".into()),
    ]);
    story.restart(RunEnd::Terminated);
    let told =
        ["that the outcome of 1 is unknown", "a gap of 3 in user", "a reset of broadcast", "fresh restarted"];
    let mut expected: Vec<_> = told.map(|told| Violation::Unexcused(told.into())).into();
    expected.push(Violation::NothingSinceFresh);
    assert_eq!(story.violations(), expected);
    story.restart(RunEnd::Killed);
    assert_eq!(story.violations(), [Violation::NothingSinceFresh]);
}

#[test]
fn a_gap_needs_no_crash_where_the_server_keeps_little() {
    let ledger = Ledger::excusing_gaps();
    let log = ledger.client("c", "ann", None);
    log.tell(Duration::ZERO, ClientEvent::Gap(StreamKind::User, 3));
    assert!(ledger.verdict().is_kept());
    log.tell(Duration::ZERO, ClientEvent::Reset(StreamKind::User));
    assert_eq!(ledger.verdict().findings[0].violation, Violation::Unexcused("a reset of user".into()));
}

#[test]
fn a_session_that_has_ended_is_found_whatever_has_crashed() {
    let story = Story::new();
    story.tell([ClientEvent::Ended("3510".into())]);
    assert_eq!(story.violations(), [Violation::Ended("3510".into())]);
}

#[test]
fn a_message_of_the_lane_that_comes_after_a_later_one_is_out_of_order() {
    let story = Story::new();
    story.send(1..=3);
    story.handle([1, 3, 2]);
    assert_eq!(story.violations(), [Violation::OutOfOrder(2, 3)]);
    assert!(story.ledger.verdict().is_settled(), "it did arrive");
}

#[test]
fn an_acknowledgement_of_what_no_listener_had_is_found() {
    let story = Story::new();
    story.send([1]);
    story.tell([ClientEvent::Acknowledged(1), ClientEvent::OutcomeUnknown(1)]);
    assert_eq!(story.violations(), [Violation::AcknowledgedUnhandled(1)]);
}

#[test]
fn messages_that_nobody_sent_are_found_in_both_directions() {
    let story = Story::new();
    story.handle([7]);
    story.offer(&user(), [1]);
    story.get(&user(), [1, 2]);
    story.log.tell_text(Duration::ZERO, "hello");
    let garbled = Violation::Garbled("hello".into());
    assert_eq!(story.violations(), [Violation::NeverSent(7), Violation::NeverSent(2), garbled]);
}

#[test]
fn a_message_of_a_stream_that_came_twice_or_late_is_found_in_every_stream() {
    for stream in [inbox("s"), user(), Stream::Broadcast] {
        let story = Story::new();
        story.offer(&stream, 1..=4);
        story.get(&stream, [1, 3, 3, 2, 4]);
        assert_eq!(story.violations(), [Violation::Twice(3), Violation::OutOfOrder(2, 3)], "{stream}");
    }
}

#[test]
fn messages_that_are_missing_without_a_word_are_lost_in_every_stream() {
    for stream in [inbox("s"), user(), Stream::Broadcast] {
        let story = Story::new();
        story.offer(&stream, 1..=6);
        story.get(&stream, [1, 4, 5]);
        let lost = [Violation::Lost(2), Violation::Lost(3), Violation::Lost(6)];
        assert_eq!(story.violations(), lost, "{stream}");
        assert_eq!(story.ledger.verdict().streams[&stream.kind()].lost, 3);
    }
}

#[test]
fn a_gap_of_exactly_the_missing_messages_is_no_loss_and_any_other_number_is_found() {
    for told in [1, 2, 3] {
        let story = Story::new();
        story.offer(&user(), 1..=4);
        story.get(&user(), [1]);
        story.tell([ClientEvent::Gap(StreamKind::User, told)]);
        story.get(&user(), [4]);
        let wrong = Violation::WrongGap { before: 4, missing: 2, told };
        let expected = if told == 2 { vec![] } else { vec![wrong] };
        assert_eq!(story.violations(), expected);
    }
}

#[test]
fn a_gap_of_another_stream_excuses_nothing() {
    let story = Story::new();
    story.offer(&user(), 1..=3);
    story.get(&user(), [1]);
    story.tell([ClientEvent::Gap(StreamKind::Broadcast, 1)]);
    story.get(&user(), [3]);
    assert_eq!(story.violations(), [Violation::Lost(2)]);
}

#[test]
fn a_reset_excuses_whatever_is_missing_until_the_next_message_and_no_longer() {
    let story = Story::new();
    story.offer(&Stream::Broadcast, 1..=9);
    story.get(&Stream::Broadcast, [1]);
    story.tell([ClientEvent::Reset(StreamKind::Broadcast)]);
    story.get(&Stream::Broadcast, [5, 7, 8, 9]);
    assert_eq!(story.violations(), [Violation::Lost(6)]);
    assert_eq!(story.ledger.verdict().streams[&StreamKind::Broadcast].told, 3);
}

#[test]
fn a_reader_of_many_joins_anywhere_and_gets_the_last_message_at_least() {
    let story = Story::new();
    story.offer(&Stream::Broadcast, 1..=5);
    assert_eq!(story.violations(), [Violation::Lost(5)]);
    story.get(&Stream::Broadcast, 4..=5);
    assert_eq!(story.violations(), []);
}

#[test]
fn an_inbox_is_read_from_its_first_message_on() {
    let story = Story::new();
    story.offer(&inbox("s"), 1..=2);
    story.get(&inbox("s"), [2]);
    assert_eq!(story.violations(), [Violation::Lost(1)]);
}

#[test]
fn a_session_that_was_replaced_without_a_word_loses_what_its_inbox_still_held() {
    let story = Story::new();
    story.offer(&inbox("one"), 1..=3);
    story.get(&inbox("one"), 1..=2);
    story.offer(&inbox("two"), [4]);
    story.get(&inbox("two"), [4]);
    assert_eq!(story.violations(), [Violation::Lost(3)]);
}

#[test]
fn fresh_excuses_the_rest_of_the_old_inbox_and_nothing_of_the_new_one() {
    let story = Story::new();
    story.offer(&inbox("one"), 1..=3);
    story.get(&inbox("one"), 1..=2);
    story.tell([ClientEvent::Fresh("expired".into())]);
    story.offer(&inbox("two"), 4..=6);
    story.get(&inbox("two"), [4, 6]);
    assert_eq!(story.violations(), [Violation::Lost(5)]);
    assert_eq!(story.ledger.verdict().wire.fresh["expired"], 1);
}

#[test]
fn fresh_excuses_no_stream_of_many() {
    let story = Story::new();
    story.offer(&user(), 1..=3);
    story.get(&user(), [1]);
    story.tell([ClientEvent::Fresh("restarted".into())]);
    story.get(&user(), [3]);
    assert!(story.violations().contains(&Violation::Lost(2)));
}

#[test]
fn a_new_session_that_hears_nothing_is_found() {
    let story = Story::new();
    story.offer(&inbox("one"), [1]);
    story.get(&inbox("one"), [1]);
    story.tell([ClientEvent::Fresh("expired".into())]);
    story.offer(&inbox("two"), [2]);
    assert_eq!(story.violations(), [Violation::NothingSinceFresh]);
}

#[test]
fn a_message_that_was_refused_to_its_sender_is_nobodys_loss() {
    let story = Story::new();
    story.offer(&inbox("s"), 1..=3);
    story.ledger.report(story.run, Report::Refused(inbox("s"), 2));
    story.get(&inbox("s"), [1, 3]);
    assert_eq!(story.violations(), []);
    assert_eq!(story.ledger.verdict().streams[&StreamKind::Inbox].sent, 2);
}

#[test]
fn the_longest_outage_is_between_two_messages_of_one_client() {
    let story = Story::new();
    story.offer(&user(), 1..=3);
    for (number, at) in [(1, 100), (2, 150), (3, 900)] {
        story.log.tell(Duration::from_millis(at), ClientEvent::Message(user(), number));
    }
    story.log.tell(Duration::from_secs(60), ClientEvent::Reconnecting);
    let wire = story.ledger.verdict().wire;
    assert_eq!((wire.longest_outage, wire.attempts), (Duration::from_millis(750), 1));
}

#[test]
fn a_session_that_goes_on_without_a_loss_has_moved() {
    let story = Story::new();
    let (lost, resumed) = (ClientEvent::Reconnecting, ClientEvent::Resumed);
    story.tell([lost.clone(), lost.clone(), resumed.clone(), resumed.clone()]);
    story.tell([lost, ClientEvent::Fresh("expired".into()), resumed]);
    let wire = story.ledger.verdict().wire;
    assert_eq!((wire.attempts, wire.resumed, wire.moved, wire.reconnects()), (3, 1, 2, 2));
}

#[test]
fn a_topic_is_read_from_where_it_was_joined_and_by_nobody_else() {
    let topic = Stream::Topic(Topic::Late);
    let story = Story::without_crash();
    story.offer(&topic, 1..=6);
    assert_eq!(story.violations(), [], "it was never subscribed to");
    story.tell([ClientEvent::Joined(Topic::Late)]);
    story.get(&topic, [3, 4, 6]);
    assert_eq!(story.violations(), [Violation::Lost(5)]);
}

#[test]
fn a_gap_of_one_topic_excuses_nothing_in_another() {
    let story = Story::new();
    for topic in [Topic::Always, Topic::NowAndThen] {
        story.tell([ClientEvent::Joined(topic)]);
        story.offer(&Stream::Topic(topic), 1..=3);
        story.get(&Stream::Topic(topic), [1]);
    }
    story.tell([ClientEvent::Gap(StreamKind::Topic(Topic::Always), 1)]);
    story.get(&Stream::Topic(Topic::Always), [3]);
    story.get(&Stream::Topic(Topic::NowAndThen), [3]);
    assert_eq!(story.violations(), [Violation::Lost(2)]);
}
