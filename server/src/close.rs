//! How a session ends: the close frame and what the listener is told.

use bytestring::ByteString;
use staywire_protocol::CloseCode;

/// The body of a close frame (RFC 6455 §5.5.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CloseFrame {
    /// `None`: a frame without a body, which the peer reports as 1005.
    pub(crate) code: Option<CloseCode>,
    pub(crate) reason: ByteString,
}

/// Bytes that a close frame's reason may take: a control frame's 125 without the code.
const MAX_REASON_BYTES: usize = 123;

impl CloseFrame {
    /// A frame that may be sent: a code that may not becomes a frame without one, a long reason is cut.
    pub(crate) fn new(code: CloseCode, reason: &str) -> Self {
        if !code.is_sendable() {
            return Self { code: None, reason: ByteString::new() };
        }
        let end = reason.floor_char_boundary(MAX_REASON_BYTES);
        Self { code: Some(code), reason: reason[..end].into() }
    }
}

/// How a session ended.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CloseReason {
    /// The code of the first close frame; 1005 where it had none, 1006 where there was no close frame.
    pub code: CloseCode,
    /// The reason in that close frame, as its sender chose it; empty where there was none.
    pub reason: ByteString,
    /// Whether both sides sent their close frame.
    pub was_clean: bool,
    /// Who ended it.
    pub by: ClosedBy,
}

/// Who ended a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClosedBy {
    /// The client, by a close frame.
    Peer,
    /// This side: the application, a limit, the shutdown.
    Server,
    /// The network: the connection was lost.
    Network,
}

impl CloseReason {
    /// The end that `frame`, the first close frame, leads to.
    pub(crate) fn from_frame(frame: CloseFrame, by: ClosedBy, was_clean: bool) -> Self {
        Self { code: frame.code.unwrap_or(CloseCode::NO_STATUS), reason: frame.reason, was_clean, by }
    }

    /// The close frame that leads to this end.
    pub(crate) fn frame(&self) -> CloseFrame {
        CloseFrame::new(self.code, &self.reason)
    }

    /// The end of a connection without a closing handshake.
    pub(crate) fn abnormal(by: ClosedBy) -> Self {
        Self { code: CloseCode::ABNORMAL, reason: ByteString::new(), was_clean: false, by }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_reason_is_cut_between_characters() {
        let frame = CloseFrame::new(CloseCode::NORMAL, &"成".repeat(100));
        assert_eq!(&*frame.reason, "成".repeat(41));
    }

    #[test]
    fn a_code_that_only_reports_is_not_sent() {
        for code in [CloseCode::ABNORMAL, CloseCode::NO_STATUS, CloseCode::from_number(5000)] {
            let frame = CloseFrame::new(code, "text");
            assert_eq!(frame, CloseFrame { code: None, reason: ByteString::new() });
        }
    }
}
