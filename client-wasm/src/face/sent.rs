//! What `send` gives.

use core::fmt;

use staywire_protocol::wire::FailureCode;
use wasm_bindgen_futures::JsFuture;

use super::error::AcknowledgeError;
use super::js::Receipt;

/// A message that was accepted.
///
/// In session mode it is delivered once and in order, or the application is told. In plain mode it is lost if the
/// connection breaks after it was handed over: a WebSocket has no receipt. Dropping it changes nothing of that.
pub struct Sent {
    /// None in plain mode.
    receipt: Option<Receipt>,
}

impl Sent {
    pub(super) const fn plain() -> Self {
        Self { receipt: None }
    }

    pub(super) const fn of_session(receipt: Receipt) -> Self {
        Self { receipt: Some(receipt) }
    }

    /// Waits until the server's listener is done with the message, over any number of reconnects.
    ///
    /// # Errors
    ///
    /// - [`AcknowledgeError::OutcomeUnknown`]: the session was lost or closed while the message was under way.
    /// - [`AcknowledgeError::Refused`]: it was for a topic, and the server did not publish it.
    /// - [`AcknowledgeError::NoSession`], at once, in plain mode.
    pub async fn acknowledged(self) -> Result<(), AcknowledgeError> {
        let receipt = self.receipt.ok_or(AcknowledgeError::NoSession)?;
        let is_done = JsFuture::from(receipt.acknowledged()).await;
        if is_done.is_ok_and(|is_done| is_done.is_truthy()) {
            return Ok(());
        }
        Err(receipt.refusal().map_or(AcknowledgeError::OutcomeUnknown, |why| AcknowledgeError::Refused {
            code: FailureCode::from_number(why.get(0).as_f64().unwrap_or_default() as u64),
            reason: why.get(1).as_string().unwrap_or_default(),
        }))
    }
}

impl fmt::Debug for Sent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sent").field("has_session", &self.receipt.is_some()).finish_non_exhaustive()
    }
}
