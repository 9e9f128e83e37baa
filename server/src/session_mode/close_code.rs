//! The close codes of session mode (PROTOCOL.md §12).

use staywire_protocol::CloseCode;

/// The credential is missing or refused.
pub(crate) const CREDENTIAL_REFUSED: CloseCode = CloseCode::from_number(3500);

/// The session was ended by the server.
pub(crate) const ENDED: CloseCode = CloseCode::from_number(3501);

/// The session was ended because its listener panicked.
pub(crate) const LISTENER_PANICKED: CloseCode = CloseCode::from_number(3503);
