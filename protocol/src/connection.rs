//! The name of one WebSocket.

/// Names one WebSocket of a client, in the order in which they were opened.
///
/// Every input and output carries it, so that a late callback of a connection
/// that was already replaced is recognised and does nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConnectionId(u32);

impl ConnectionId {
    /// The connection with the number `number`, as a driver got it from [`ConnectionId::number`].
    #[must_use]
    pub const fn from_number(number: u32) -> Self {
        Self(number)
    }

    /// A number for logs and for crossing into JavaScript.
    #[must_use]
    pub const fn number(self) -> u32 {
        self.0
    }
}
