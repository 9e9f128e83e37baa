//! The server's own requests to the client.

use staywire_protocol::message;
use staywire_protocol::parts::pending::TooMany;
use tokio::sync::oneshot;

use super::LastingSession;
use crate::message::Message;
use crate::session::{RequestError, SendError};
use crate::session_mode::payload::{Payload, size};

pub(crate) type Reply = Result<Payload, message::RequestError<Payload>>;

/// Who waits for a reply.
pub(crate) type Asker = oneshot::Sender<Reply>;

impl LastingSession<'_> {
    /// Asks the client: the request's number, and where its reply comes.
    pub(crate) fn request(self, message: Message) -> Result<(u64, oneshot::Receiver<Reply>), RequestError> {
        self.check_size(&message).map_err(RequestError::NotSent)?;
        let bytes = size(&message);
        let (asker, reply) = oneshot::channel();
        let (number, _) = self
            .push(|core| core.machine.request(message.into(), bytes, None, asker))
            .ok_or(RequestError::NotSent(SendError::Closed))?;
        match number {
            Ok(number) => Ok((number, reply)),
            Err(TooMany { max_count }) => Err(RequestError::TooManyRequests { max_requests: max_count }),
        }
    }

    /// Nobody waits for the reply to the own request `number` any more.
    pub(crate) fn cancel(self, number: u64) {
        let _ = self.push(|core| core.machine.cancel(number));
    }
}
