//! What became of the first message of each connection in session mode (PROTOCOL.md §4).

use staywire_protocol::wire::FreshReason;

use super::counter::{Counter, counters};

counters! {
    /// What became of the first message of each connection in session mode: every opening is in one of these.
    OpeningCounters, live as LiveOpeningCounters {
        /// `hello` that made a session.
        hello_new,
        /// `hello`, or a `resume` after `fresh`, that came again because its answer was lost.
        hello_repeated,
        /// `resume` that took its session over.
        resumed,
        /// `fresh expired`: the session's window was over.
        fresh_expired,
        /// `fresh unknown`: there is no such session.
        fresh_unknown,
        /// `fresh identity`: the session belongs to another user.
        fresh_identity,
        /// `fresh restarted`: the server may have lost the session.
        fresh_restarted,
        /// Refused with 3502, because a later attempt was here before.
        refused_superseded,
        /// Refused with 3502, because the token does not open the session, or does so no longer.
        refused_unknown_token,
        /// Refused with 3501, because the session was ended.
        refused_ended,
        /// Refused with 3500, because the credential is missing or not good.
        refused_credential,
        /// Refused with 1013, because there was no room for another session.
        refused_capacity,
        /// Refused with 3510, because the message was not of the protocol or not allowed there.
        refused_violation,
        /// Closed, because the first message did not come in time.
        refused_timeout,
        /// Refused with 1012, because the server was shutting down.
        refused_draining,
        /// Refused with 1011 or 1013, because who judges credentials failed or took too long.
        failed,
        /// The connection was over before its first message.
        abandoned,
    }
}

impl LiveOpeningCounters {
    pub(crate) fn fresh(&self, reason: FreshReason) -> &Counter {
        match reason {
            FreshReason::Expired => &self.fresh_expired,
            FreshReason::Unknown => &self.fresh_unknown,
            FreshReason::Identity => &self.fresh_identity,
            FreshReason::Restarted => &self.fresh_restarted,
        }
    }
}
