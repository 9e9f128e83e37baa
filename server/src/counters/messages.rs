//! Messages, and what was told about those that are missing.

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
        /// Messages that a ring had no room to keep for a client that had not acknowledged them, or a reader of a stream.
        dropped_from_ring,
        /// Gaps that clients were told, of the inbox or of a stream.
        gaps,
        /// Messages in those gaps.
        gap_messages,
        /// Streams that began another life between two connections of a client: how much is missing cannot be known.
        resets,
    }
}
