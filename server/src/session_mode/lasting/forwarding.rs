//! How messages of streams come to a session.
//!
//! Every method is called with the stream's lock held but for `release`, and
//! none ends the session.

use bytestring::ByteString;
use staywire_protocol::ConnectionId;
use staywire_protocol::parts::ring::Gap;
use tokio::sync::futures::OwnedNotified;

use super::LastingSession;
use crate::delivery::Sent;
use crate::message::Message;
use crate::session::SendError;
use crate::session_mode::payload::{Payload, size};

impl LastingSession<'_> {
    /// Passes a message of a stream on; a suspended session finds it when it resumes.
    pub(crate) fn forward(self, alias: u64, offset: u64, payload: Payload) -> Result<Sent, SendError> {
        let sent = self.with_core(|core| {
            core.machine.forward(alias, offset, payload);
            self.drain(core);
            core.sent()
        });
        sent.ok_or(SendError::Closed)
    }

    /// The same for a stream of which the newest message of each key is wanted: while the connection is behind, the
    /// older ones are left out.
    pub(crate) fn forward_latest(
        self,
        alias: u64,
        offset: u64,
        key: Option<ByteString>,
        payload: Payload,
    ) -> Result<Sent, SendError> {
        let limit = self.handle.server().limits().max_queue_bytes / 2;
        let sent = self.with_core(|core| {
            match core.link.as_mut().filter(|link| link.is_behind(alias)) {
                Some(link) => link.held_back.put(alias, offset, key, payload, limit),
                None => core.machine.forward(alias, offset, payload),
            }
            self.drain(core);
            core.sent()
        });
        sent.ok_or(SendError::Closed)
    }

    /// Sends to this session alone, for a stream that the server has subscribed it to.
    pub(crate) fn send_within_stream(self, message: Message) -> Result<Sent, SendError> {
        self.check_size(&message)?;
        let bytes = size(&message);
        let sent = self.with_core(|core| {
            core.machine.send(message.into(), bytes);
            self.drain(core);
            self.charge_suspended(core);
            core.sent()
        });
        sent.ok_or(SendError::Closed)
    }

    /// The same for what the stream repeats first, which no bound of the outbox counts.
    pub(crate) fn repeat_within_stream(self, message: Message) -> Result<(), SendError> {
        self.check_size(&message)?;
        let bytes = size(&message);
        let sent = self.with_core(|core| {
            core.machine.send(message.into(), bytes);
            self.drain_opening(core, None, 0);
            self.charge_suspended(core);
        });
        sent.ok_or(SendError::Closed)
    }

    /// Ready when its connection is not behind any more; `None` where it is not, or there is none.
    pub(crate) fn caught_up(self) -> Option<OwnedNotified> {
        self.with_core(|core| core.link.as_ref()?.outbox.caught_up()).flatten()
    }

    /// Everything that `connection` was given has been written: sends what was held back for that.
    pub(crate) fn release(self, connection: ConnectionId) {
        self.with_core(|core| {
            let Some(link) = core.link.as_mut().filter(|link| link.connection == connection) else { return };
            let mut left_out = 0;
            for (alias, held) in link.held_back.take() {
                let mut next = held.next;
                for (offset, payload) in held.messages {
                    if offset > next {
                        core.machine.skip(alias, Gap { from: next, to: offset - 1 });
                        left_out += offset - next;
                    }
                    core.machine.forward(alias, offset, payload);
                    next = offset + 1;
                }
            }
            self.counters().messages.left_out.add(left_out);
        });
    }
}
