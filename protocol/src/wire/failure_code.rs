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

    /// The code with the number `code`.
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
