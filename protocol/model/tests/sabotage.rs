//! Each rule is needed: without it, and only it, a promise falls.
//!
//! Owns: for each rule the promise and the smallest bounds in which it falls.

use staywire_model::explore::{explore, refute};
use staywire_model::world::Bounds;
use staywire_model::{Promise, Rule, Rules};

/// One test a line: without the rule the promise falls, and with it, it stands in the same bounds.
macro_rules! without {
    ($($name:ident: $rule:ident breaks $promise:ident in $bounds:expr;)*) => {
        $(
            #[test]
            fn $name() {
                let bounds = $bounds;
                let sabotaged = refute(Promise::$promise, Rule::$rule, bounds);
                assert!(sabotaged.breaks(Promise::$promise), "{:?} stands: {sabotaged}", Promise::$promise);
                let sound = explore(bounds, Rules::ALL);
                assert!(sound.broken.is_empty(), "{sound}");
            }
        )*

        #[test]
        fn every_rule_has_its_sabotage() {
            let sabotaged = [$(Rule::$rule),*];
            let missing: Vec<_> = Rule::ALL.into_iter().filter(|rule| !sabotaged.contains(rule)).collect();
            assert_eq!(missing, []);
        }

        #[test]
        fn every_promise_falls_by_some_sabotage() {
            let fallen = [$(Promise::$promise),*];
            let missing: Vec<_> = Promise::ALL.into_iter().filter(|promise| !fallen.contains(promise)).collect();
            assert_eq!(missing, []);
        }
    };
}

const NONE: Bounds = Bounds {
    messages: 0,
    pushes: 0,
    ring: 2,
    attempts: 2,
    moves: 0,
    crashes: 0,
    wipes: 0,
    hand_overs: 0,
    expiries: 0,
    ends: 0,
    users: 0,
    goodbyes: 0,
    thefts: 0,
};

without! {
    a_repeated_hello_that_is_not_recognised_makes_a_second_session:
        RepeatedHelloIsTheSame breaks HelloMakesOneSession in NONE;
    a_next_token_that_changes_with_each_attempt_makes_a_session_for_each:
        NextTokenIsRepeated breaks FreshMakesOneSession in Bounds { attempts: 3, wipes: 1, ..NONE };
    a_lost_fresh_that_is_not_found_by_its_token_makes_a_second_session:
        LostFreshIsFoundByNext breaks FreshMakesOneSession in Bounds { attempts: 3, wipes: 1, ..NONE };
    an_attempt_that_is_not_compared_lets_a_late_opening_take_the_session:
        OnlyHigherAttemptsCount breaks LateOpeningTakesNothing in Bounds { attempts: 3, ..NONE };
    a_first_token_that_is_forgotten_lets_a_late_hello_make_a_session:
        FirstTokenIsRemembered breaks LateOpeningMakesNone in Bounds { attempts: 3, ..NONE };
    an_end_that_is_forgotten_lets_a_late_opening_make_a_session:
        EndIsRemembered breaks LateOpeningMakesNone in Bounds { goodbyes: 1, attempts: 3, ..NONE };
    an_ended_session_that_is_not_refused_begins_another:
        EndedSessionIsRefused breaks EndedStaysEnded in Bounds { ends: 1, ..NONE };
    a_resume_by_token_alone_finds_a_session_that_a_late_hello_made:
        ResumeNamesItsSession breaks RedeliveryIsMarked in Bounds { messages: 1, attempts: 3, wipes: 1, ..NONE };
    a_user_who_is_not_compared_gets_the_session_of_another:
        UserIsChecked breaks SessionIsItsUsers in Bounds { users: 1, ..NONE };
    a_next_token_that_is_left_to_the_old_session_opens_two:
        TokenOpensOneSession breaks TokenOpensOneSession in Bounds { attempts: 3, users: 1, ..NONE };
    a_current_token_that_dies_before_the_answer_arrives_locks_the_client_out:
        CurrentIsGoodUntilProven breaks NobodyIsLockedOut in Bounds { attempts: 3, ..NONE };
    a_next_token_that_waits_for_its_proof_locks_the_client_out:
        NextIsGoodAtOnce breaks NobodyIsLockedOut in Bounds { attempts: 3, ..NONE };
    a_token_that_outlives_its_successor_s_proof_serves_a_thief:
        ProvenTokenEndsTheOlder breaks SupersededTokenIsDead in Bounds { thefts: 1, ..NONE };
    an_older_connection_that_is_not_fenced_shares_the_session:
        OlderConnectionIsFenced breaks OneOwner in NONE;
    a_fenced_connection_that_is_listened_to_proves_an_answer_that_never_came:
        FencedConnectionIsIgnored breaks NobodyIsLockedOut in Bounds { attempts: 3, ..NONE };
    a_client_that_does_not_wait_proves_an_answer_that_it_never_got:
        ClientWaitsForTheAnswer breaks NobodyIsLockedOut in Bounds { messages: 1, attempts: 3, ..NONE };
    an_answer_that_leaves_before_its_record_is_stored_locks_the_client_out:
        RecordIsStoredFirst breaks NobodyIsLockedOut in Bounds { attempts: 3, crashes: 1, ..NONE };
    a_late_opening_takes_back_a_session_whose_record_was_stored_late:
        RecordIsStoredFirst breaks LateOpeningTakesNothing in Bounds { attempts: 4, crashes: 1, ..NONE };
    a_welcome_without_the_oldest_number_looks_like_a_violation:
        EveryAnswerNamesTheOldest breaks NobodyIsAccused in Bounds { pushes: 2, ring: 1, ..NONE };
    a_gap_that_is_not_told_is_a_silent_loss:
        GapIsTold breaks InboxIsComplete in Bounds { pushes: 2, ring: 1, ..NONE };
    a_repeat_that_is_not_dropped_reaches_the_application_twice:
        RepeatsAreDroppedByNumber breaks InboxIsComplete in Bounds { pushes: 1, moves: 1, ..NONE };
    a_gap_from_where_the_client_was_is_told_of_what_it_has:
        GapCountsFromThePosition breaks InboxIsComplete in Bounds { pushes: 1, moves: 1, ..NONE };
    a_transmitted_message_that_fresh_sends_again_is_delivered_by_two_sessions:
        FreshSendsNothingAgain breaks FreshSendsNothingAgain in Bounds { messages: 1, wipes: 1, ..NONE };
    a_transmitted_message_that_fresh_forgets_is_lost_without_a_word:
        FreshTellsOutcomeUnknown breaks OutcomeUnknownIsTold in Bounds { messages: 1, wipes: 1, ..NONE };
    a_message_that_waited_is_lost_where_fresh_forgets_it:
        FreshKeepsTheUntransmitted breaks UntransmittedGoesOn in Bounds { messages: 1, wipes: 1, ..NONE };
    a_resumed_inbox_that_numbers_from_the_start_loses_in_silence:
        LostNumberingIsFresh breaks EverythingArrives in Bounds { pushes: 2, crashes: 1, ..NONE };
    a_server_without_accepted_delivers_twice:
        AcceptedIsDropped breaks DeliveredOnce in Bounds { messages: 1, ..NONE };
    an_acknowledgement_before_the_listener_returned_loses_in_a_crash:
        OnlyDoneIsAcknowledged breaks AcknowledgedIsKept in Bounds { messages: 1, crashes: 1, ..NONE };
    a_redelivery_without_its_mark_looks_like_a_first_delivery:
        RedeliveryIsMarked breaks RedeliveryIsMarked in Bounds { messages: 1, crashes: 1, ..NONE };
    a_mark_that_ends_with_the_first_resume_misses_what_went_out_meanwhile:
        MarkFollowsSentUntilProven breaks RedeliveryIsMarked
        in Bounds { messages: 2, attempts: 4, moves: 1, crashes: 1, ..NONE };
    a_hand_over_without_accepted_delivers_twice:
        HandOverTakesAccepted breaks DeliveredOnce in Bounds { messages: 1, hand_overs: 1, ..NONE };
    a_hand_over_without_accepted_delivers_out_of_order:
        HandOverTakesAccepted breaks LaneIsInOrder in Bounds { messages: 2, hand_overs: 1, ..NONE };
    a_hand_over_during_a_delivery_repeats_it:
        HandOverWaitsForTheListener breaks DeliveredOnce in Bounds { messages: 1, hand_overs: 1, ..NONE };
    a_client_that_transmits_while_it_moves_is_redelivered_without_a_mark:
        MovingClientIsQuiet breaks RedeliveryIsMarked
        in Bounds { messages: 1, attempts: 3, moves: 1, crashes: 1, ..NONE };
    a_client_that_stops_at_its_own_takeover_locks_itself_out:
        OwnTakeoverIsNoStop breaks NobodyIsLockedOut in Bounds { moves: 1, ..NONE };
}
