//! What a close code tells the other side to do.
//!
//! The number's range is the advice, so that an old client obeys a code that
//! was invented after it (Centrifugo's rule; RFC 6455 §7.4 for the first thousand).

/// The status code of a closing handshake (RFC 6455 §7.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CloseCode(u16);

/// What a client does after a connection closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Advice {
    /// The reason is temporary: come back, after the backoff.
    Reconnect,
    /// Coming back would end the same way: stop and tell the application.
    Stop,
}

impl CloseCode {
    /// The purpose of the connection is fulfilled.
    pub const NORMAL: Self = Self(1000);
    /// The server shuts down, or the page is left.
    pub const GOING_AWAY: Self = Self(1001);
    /// The peer broke the protocol.
    pub const PROTOCOL_ERROR: Self = Self(1002);
    /// The peer sent a kind of data that is not accepted.
    pub const UNSUPPORTED_DATA: Self = Self(1003);
    /// The close frame carried no code; never sent.
    pub const NO_STATUS: Self = Self(1005);
    /// The connection ended without a closing handshake; never sent.
    pub const ABNORMAL: Self = Self(1006);
    /// A text message was not UTF-8.
    pub const INVALID_PAYLOAD: Self = Self(1007);
    /// The message breaks the receiver's policy.
    pub const POLICY_VIOLATION: Self = Self(1008);
    /// The message is larger than the receiver accepts.
    pub const MESSAGE_TOO_BIG: Self = Self(1009);
    /// The client wanted an extension that the server lacks.
    pub const MANDATORY_EXTENSION: Self = Self(1010);
    /// The server met an error that it did not expect.
    pub const INTERNAL_ERROR: Self = Self(1011);
    /// The server restarts.
    pub const SERVICE_RESTART: Self = Self(1012);
    /// The server is overloaded.
    pub const TRY_AGAIN_LATER: Self = Self(1013);
    /// staywire: the reader was too slow and its queue reached its bound.
    pub const SLOW_READER: Self = Self(3008);
    /// staywire: the peer was silent for longer than the heartbeat allows.
    pub const HEARTBEAT_TIMEOUT: Self = Self(3012);
    /// staywire: the credential is missing or refused.
    pub const CREDENTIAL_REFUSED: Self = Self(3500);
    /// staywire: the session was ended by the server.
    pub const ENDED: Self = Self(3501);
    /// staywire: another connection has taken the session over.
    pub const SUPERSEDED: Self = Self(3502);
    /// staywire: the session was ended because its listener panicked.
    pub const LISTENER_PANICKED: Self = Self(3503);
    /// staywire: the peer broke the session protocol.
    pub const VIOLATION: Self = Self(3510);

    /// The code with the number `code`.
    #[must_use]
    pub const fn from_number(code: u16) -> Self {
        Self(code)
    }

    /// The number on the wire.
    #[must_use]
    pub const fn number(self) -> u16 {
        self.0
    }

    /// Whether an endpoint may put this code into a close frame (RFC 6455 §7.4.1, §7.4.2).
    #[must_use]
    pub const fn is_sendable(self) -> bool {
        matches!(self.0, 1000..=1003 | 1007..=1014 | 3000..=4999)
    }

    /// Whether the connection that ended with this code should be replaced.
    ///
    /// A code that nobody has defined yet counts as temporary: a client that
    /// backs off does little harm, one that gives up for ever is stranded.
    #[must_use]
    pub const fn advice(self) -> Advice {
        match self.0 {
            1000 | 1002 | 1003 | 1007..=1010 => Advice::Stop,
            3500..=3999 | 4500..=4999 => Advice::Stop,
            _ => Advice::Reconnect,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn codes_that(advice: Advice, range: core::ops::RangeInclusive<u16>) -> alloc::vec::Vec<u16> {
        range.filter(|&code| CloseCode::from_number(code).advice() == advice).collect()
    }

    #[test]
    fn registered_codes_stop_where_coming_back_would_end_the_same_way() {
        assert_eq!(codes_that(Advice::Stop, 1000..=1015), [1000, 1002, 1003, 1007, 1008, 1009, 1010]);
    }

    #[test]
    fn the_range_of_a_private_code_is_its_advice() {
        for (range, advice) in [
            (3000..=3499, Advice::Reconnect),
            (3500..=3999, Advice::Stop),
            (4000..=4499, Advice::Reconnect),
            (4500..=4999, Advice::Stop),
        ] {
            assert_eq!(codes_that(advice, range.clone()).len(), range.count());
        }
    }

    #[test]
    fn an_unknown_code_strands_nobody() {
        assert_eq!(CloseCode::from_number(2999).advice(), Advice::Reconnect);
        assert_eq!(CloseCode::from_number(1016).advice(), Advice::Reconnect);
    }

    #[test]
    fn codes_that_only_report_are_never_sent() {
        for code in [0, 999, 1004, 1005, 1006, 1015, 2999, 5000] {
            assert!(!CloseCode::from_number(code).is_sendable(), "{code}");
        }
    }
}
