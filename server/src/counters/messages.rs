//! Messages, and what was told about those that are missing.

use staywire_protocol::message::{Answer, ToClient};
use staywire_protocol::wire::StreamOutcome;

use super::counter::counters;

counters! {
    /// Messages, and what was told about those that are missing.
    MessageCounters, live as LiveMessageCounters {
        /// Messages of clients that were taken in for a listener.
        received,
        /// Bytes of their payloads.
        received_bytes,
        /// Messages of clients that came again and were dropped.
        repeated,
        /// Messages given to a listener with the mark that a process that crashed may have given them before.
        redelivered,
        /// Messages written to clients, those that a resume repeats among them.
        sent,
        /// Bytes of their payloads.
        sent_bytes,
        /// Times that a message was turned into bytes for the wire: once for all its receivers of one mode.
        encoded,
        /// Gaps that clients were told, of the inbox or of a stream.
        gaps,
        /// Messages in those gaps.
        gap_messages,
        /// Messages of topics that were left out for readers that were behind, who were told.
        left_out,
        /// Streams that began another life between two connections of a client: how much is missing cannot be known.
        resets,
    }
}

impl LiveMessageCounters {
    /// A message of `bytes` bytes was taken in for a listener.
    pub(crate) fn count_received(&self, bytes: usize) {
        self.received.increment();
        self.received_bytes.add(bytes as u64);
    }

    /// A message of `bytes` bytes was written to a client.
    pub(crate) fn count_sent(&self, bytes: usize) {
        self.sent.increment();
        self.sent_bytes.add(bytes as u64);
    }

    /// A client that has its inbox up to `inbox` is told by `message`, if it is an answer, what is missing.
    pub(crate) fn count_missing<P>(&self, message: &ToClient<P>, inbox: u64) {
        let ToClient::Answer { answer, streams, .. } = message else { return };
        let (Answer::Welcome { oldest, .. } | Answer::Resumed { oldest, .. } | Answer::Fresh { oldest, .. }) =
            *answer;
        self.count_gap(oldest.saturating_sub(inbox + 1));
        for line in streams {
            match line.outcome {
                StreamOutcome::Recovered(_) => {}
                StreamOutcome::Gap { from, to, .. } => self.count_gap(to - from + 1),
                StreamOutcome::Reset { .. } => self.resets.increment(),
            }
        }
    }

    fn count_gap(&self, messages: u64) {
        self.gaps.add(u64::from(messages > 0));
        self.gap_messages.add(messages);
    }
}
