//! Why a request failed, or a subscription was refused or has ended.

/// The code of an `e` or a `gone` message (PROTOCOL.md §3).
///
/// Codes below 1000 are the protocol's, the others the application's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FailureCode(u64);

impl FailureCode {
    /// The server restarted while the request was under way.
    pub const INTERRUPTED: Self = Self(1);
    /// Nobody handles requests.
    pub const UNHANDLED: Self = Self(2);
    /// The handler panicked.
    pub const PANICKED: Self = Self(3);
    /// As many requests as are allowed are under way.
    pub const TOO_MANY: Self = Self(4);
    /// The user may not do this.
    pub const NOT_ALLOWED: Self = Self(5);
    /// Nothing has this name.
    pub const UNKNOWN_NAME: Self = Self(6);
    /// It cannot be done now.
    pub const UNAVAILABLE: Self = Self(7);
    /// The handler failed, and does not say how.
    pub const FAILED: Self = Self(8);
    /// It is larger than may be sent: a publication, a reply, or a list of members.
    pub const TOO_LARGE: Self = Self(9);

    /// The code with the number `code`: 1000 and above for what the application means by it.
    ///
    /// Below that it is one of those above, and the other side takes it for the protocol's, or one that a later version
    /// of the protocol has.
    #[must_use]
    pub const fn from_number(code: u64) -> Self {
        Self(code)
    }

    /// The number on the wire.
    #[must_use]
    pub const fn number(self) -> u64 {
        self.0
    }
}
