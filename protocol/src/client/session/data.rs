//! Messages that are only a payload, taken in without it.
//!
//! Owns: the path of each single message. A browser's driver keeps the payload
//! and asks what is to become of it: without a clock, whose reading costs as
//! much as five messages, and without a copy.

use super::Session;
use crate::ConnectionId;
use crate::client::Verdict;
use crate::parts::position::Arrival;
use crate::wire::StreamPosition;

/// Where a payload belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Data {
    /// To this session alone: `d<n>`.
    Message {
        /// Its number in the inbox.
        number: u64,
    },
    /// To a stream: `s<alias> <offset>`.
    Stream {
        /// What the stream goes by on this connection.
        alias: u64,
        /// The message's number in it.
        offset: u64,
    },
}

impl<P: Clone, T: Clone, R, N: Clone + PartialEq, E: Copy + PartialEq> Session<P, T, R, N, E> {
    /// Takes in that `data` of `bytes` bytes came on `connection`, and says what becomes of it.
    ///
    /// Where [`wants_attention`](Self::wants_attention) says so afterwards, the driver calls
    /// [`handle_timeout`](Self::handle_timeout) once it has delivered the payload.
    pub fn on_data(&mut self, connection: ConnectionId, data: Data, bytes: u32) -> Verdict {
        if self.state.attached() != Some(connection) {
            return Verdict::Drop;
        }
        let is_next = match data {
            Data::Message { number } => {
                let is_next = self.take_in(connection, number);
                if is_next {
                    self.acknowledge(connection, number, bytes);
                }
                is_next
            }
            Data::Stream { alias, offset } => self.take_in_of_stream(connection, alias, offset).is_some(),
        };
        if is_next { Verdict::Deliver } else { Verdict::Drop }
    }

    /// Whether [`on_data`](Self::on_data) has left something to do.
    #[must_use]
    pub fn wants_attention(&self) -> bool {
        !self.outputs.is_empty() || self.acknowledger.is_unarmed()
    }

    /// Whether the message `number` of the inbox is the next one.
    pub(super) fn take_in(&mut self, connection: ConnectionId, number: u64) -> bool {
        let arrival = self.inbox.arrive(number);
        self.judge(connection, arrival)
    }

    /// The same for a message of a stream, with its index among the streams and its position.
    pub(super) fn take_in_of_stream(
        &mut self,
        connection: ConnectionId,
        alias: u64,
        offset: u64,
    ) -> Option<(usize, StreamPosition<E>)> {
        let Some(index) = self.streams.iter().position(|read| read.alias == Some(alias)) else {
            if !self.subscriptions.have_left(alias) {
                self.on_violation(connection);
            }
            return None;
        };
        let read = &mut self.streams[index];
        let (epoch, arrival) = (read.epoch, read.position.arrive(offset));
        self.judge(connection, arrival).then_some((index, StreamPosition { epoch, offset }))
    }

    fn judge(&mut self, connection: ConnectionId, arrival: Arrival) -> bool {
        if arrival == Arrival::Skipped {
            self.on_violation(connection);
        }
        arrival == Arrival::Next
    }
}
