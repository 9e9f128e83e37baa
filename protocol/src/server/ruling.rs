//! What an opening leads to, once the session that it is for has been found (PROTOCOL.md §4).
//!
//! Owns: the order of the rules. Never: finds a session, or knows who a user is;
//! whoever keeps the sessions of a server does both, and carries the ruling out.

use super::EndReason;
use crate::parts::tokens::Presented;

/// A session, as far as an opening that found it is concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Found {
    /// What the opening's token and attempt are to the session's tokens.
    pub presented: Presented,
    /// How the session ended, if it has.
    pub ended: Option<EndReason>,
    /// Whether the opening's credential names another user than the session's.
    pub is_of_another_user: bool,
}

/// What becomes of an opening.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub enum Ruling {
    /// Its connection takes the session over.
    TakesOver,
    /// A later attempt was here before: close with 3502.
    Superseded,
    /// The token does not open the session, or does so no longer: close with 3502.
    UnknownToken,
    /// The token has made a session that has heard more than `hello`: close with 3510.
    TokenInUse,
    /// The session was ended: close with 3501.
    Ended,
    /// The session's window is over: another one is made.
    Expired,
    /// The session is another user's: one of its own is made.
    OtherUser,
}

impl Found {
    /// Rules on a `resume` that names the session.
    pub const fn rule_on_resume(self) -> Ruling {
        match (self.presented, self.ended) {
            (Presented::Superseded, _) => Ruling::Superseded,
            (Presented::Unknown, _) => Ruling::UnknownToken,
            (Presented::TakesOver, Some(EndReason::Expired)) => Ruling::Expired,
            (Presented::TakesOver, Some(_)) => Ruling::Ended,
            (Presented::TakesOver, None) if self.is_of_another_user => Ruling::OtherUser,
            (Presented::TakesOver, None) => Ruling::TakesOver,
        }
    }

    /// Rules on an opening whose token has made the session before: the answer may have been lost.
    pub const fn rule_on_repetition(self) -> Ruling {
        match (self.presented, self.ended) {
            (Presented::Superseded, _) => Ruling::Superseded,
            (_, Some(EndReason::Expired)) => Ruling::Expired,
            (_, Some(_)) => Ruling::Ended,
            // The session has heard something since, so its answer was not lost.
            (Presented::Unknown, None) => Ruling::TokenInUse,
            (Presented::TakesOver, None) if self.is_of_another_user => Ruling::OtherUser,
            (Presented::TakesOver, None) => Ruling::TakesOver,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    const ALIVE: Found = Found { presented: Presented::TakesOver, ended: None, is_of_another_user: false };

    fn ended(presented: Presented, reason: EndReason) -> Found {
        Found { presented, ended: Some(reason), ..ALIVE }
    }

    #[test]
    fn a_later_attempt_wins_whatever_became_of_the_session() {
        for found in [ALIVE, ended(Presented::TakesOver, EndReason::Goodbye)] {
            let found = Found { presented: Presented::Superseded, ..found };
            assert_eq!(found.rule_on_resume(), Ruling::Superseded);
            assert_eq!(found.rule_on_repetition(), Ruling::Superseded);
        }
    }

    #[test]
    fn who_has_no_token_of_a_session_does_not_learn_that_it_has_ended() {
        let found = ended(Presented::Unknown, EndReason::Expired);
        assert_eq!(found.rule_on_resume(), Ruling::UnknownToken);
    }

    #[test]
    fn only_the_end_of_its_window_makes_room_for_another_session() {
        for reason in [EndReason::Goodbye, EndReason::Violation, EndReason::Server] {
            let found = ended(Presented::TakesOver, reason);
            assert_eq!([found.rule_on_resume(), found.rule_on_repetition()], [Ruling::Ended; 2]);
        }
        let found = ended(Presented::TakesOver, EndReason::Expired);
        assert_eq!([found.rule_on_resume(), found.rule_on_repetition()], [Ruling::Expired; 2]);
    }

    #[test]
    fn a_session_is_not_answered_to_another_user() {
        let found = Found { is_of_another_user: true, ..ALIVE };
        assert_eq!([found.rule_on_resume(), found.rule_on_repetition()], [Ruling::OtherUser; 2]);
        assert_eq!([ALIVE.rule_on_resume(), ALIVE.rule_on_repetition()], [Ruling::TakesOver; 2]);
    }

    #[test]
    fn a_token_that_was_used_makes_no_second_session() {
        let found = Found { presented: Presented::Unknown, ..ALIVE };
        assert_eq!(found.rule_on_repetition(), Ruling::TokenInUse);
    }
}
