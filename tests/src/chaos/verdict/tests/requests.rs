//! What is found of requests.

use super::*;

impl Story {
    fn ask(&self, numbers: impl IntoIterator<Item = u64>) {
        self.tell(numbers.into_iter().map(ClientEvent::Requested));
    }

    fn hand_out(&self, numbers: impl IntoIterator<Item = u64>) {
        for number in numbers {
            self.ledger.report(self.run, Report::Asked { client: "c".into(), number });
        }
    }

    fn reply(&self, numbers: impl IntoIterator<Item = u64>) {
        self.tell(numbers.into_iter().map(ClientEvent::Replied));
    }
}

#[test]
fn a_request_that_was_handled_and_answered_once_is_kept_and_counted() {
    let story = Story::without_crash();
    story.ask(1..=3);
    story.hand_out(1..=3);
    story.reply([2, 3, 1]);
    let verdict = story.ledger.verdict();
    assert!(verdict.is_kept() && verdict.is_settled(), "{:?}", verdict.findings);
    assert_eq!(verdict.requests, Row { sent: 3, delivered: 3, ..Row::default() });
}

#[test]
fn a_request_without_a_reply_is_lost_unless_its_client_was_told() {
    let mut story = Story::without_crash();
    story.ask(1..=2);
    story.hand_out(1..=2);
    assert_eq!(story.violations(), [Violation::Lost(1), Violation::Lost(2)]);
    assert!(!story.ledger.verdict().is_settled());
    story.restart(RunEnd::Terminated);
    story.tell([ClientEvent::RequestInterrupted(1)]);
    assert_eq!(story.violations(), [Violation::Lost(2)]);
    story.restart(RunEnd::Killed);
    story.tell([ClientEvent::RequestUnknown(2)]);
    assert_eq!(story.violations(), []);
    assert_eq!(story.ledger.verdict().requests.told, 2);
}

#[test]
fn an_interruption_without_a_restart_and_a_doubt_without_a_crash_are_found() {
    let mut story = Story::without_crash();
    story.ask(1..=2);
    story.tell([ClientEvent::RequestInterrupted(1)]);
    assert!(story.violations().contains(&Violation::Unexcused("that request 1 has no reply".into())));
    story.restart(RunEnd::Terminated);
    story.tell([ClientEvent::RequestUnknown(2)]);
    assert_eq!(story.violations(), [Violation::Unexcused("that request 2 has no reply".into())]);
}

#[test]
fn a_request_that_is_handled_twice_is_found_unless_a_crash_lies_between() {
    let mut story = Story::without_crash();
    story.ask([1]);
    story.hand_out([1]);
    story.restart(RunEnd::Terminated);
    story.hand_out([1]);
    story.reply([1]);
    assert_eq!(story.violations(), [Violation::Twice(1)]);
    let mut story = Story::without_crash();
    story.ask([1]);
    story.hand_out([1]);
    story.restart(RunEnd::Killed);
    story.hand_out([1]);
    story.reply([1]);
    assert_eq!((story.violations(), story.ledger.verdict().requests.redelivered), (vec![], 1));
}

#[test]
fn a_gap_of_the_inbox_counts_the_replies_in_it_that_are_told_to_be_unknown() {
    for (unknown, expected) in
        [(2, vec![]), (1, vec![Violation::WrongGap { before: 5, missing: 3, told: 5 }])]
    {
        let story = Story::new();
        story.offer(&inbox("s"), 1..=5);
        story.get(&inbox("s"), [1]);
        story.tell([ClientEvent::Gap(StreamKind::Inbox, 5)]);
        story.get(&inbox("s"), [5]);
        story.ask(1..=unknown);
        story.tell((1..=unknown).map(ClientEvent::RequestUnknown));
        assert_eq!(story.violations(), expected, "{unknown}");
    }
}

#[test]
fn a_second_reply_a_reply_to_nothing_and_a_failure_are_found() {
    let story = Story::new();
    story.ask(1..=3);
    story.hand_out([1, 7]);
    story.reply([1, 1, 2]);
    story.tell([ClientEvent::RequestFailed(3, "too many".into())]);
    let expected = [
        Violation::NeverSent(7),
        Violation::Twice(1),
        Violation::AnsweredUnhandled(2),
        Violation::RequestFailed(3, "too many".into()),
    ];
    assert_eq!(story.violations(), expected);
}
