//! What numbers, keeps and spreads the messages of streams.
//!
//! Owns: the seam behind which a server is alone (`Memory`) or one of many.
//! Never: knows a session's machine or a connection; the server copies the
//! newest messages of what its sessions read, and answers them from there.
//!
//! ```text
//!  helper, listener ── publish ──► engine: position, history ── deliver ──► sink: the server's readers
//!                                     ▲
//!  a reader who comes ── attach, history
//! ```

mod eager;
mod error;
pub(crate) mod history;
mod memory;
mod presence;
mod retention;
mod stream_name;

use std::sync::Weak;

use bytestring::ByteString;
use staywire_protocol::wire::{Epoch, StreamPosition, SubscribeFrom};

use crate::delivery::Delivery;
use crate::message::Message;
use crate::session::SessionId;
use crate::topic::TopicName;

pub use eager::Eager;
pub use error::EngineError;
pub use history::{History, Published, StreamRecord};
pub use memory::Memory;
pub use presence::{Member, MemberState, Members, PresenceChange};
pub use retention::Retention;
pub use stream_name::StreamName;

/// What streams are kept in: their numbering, their history, and who is in a topic.
///
/// A stream has an *epoch*, which names one life of it, and its messages have *offsets* from 1 on. A life goes on over
/// the times in which nobody reads; where it cannot, the next one has another epoch, so that no number ever stands for
/// two messages. A life begins when the stream is published to or [attached](Self::attach). Who looks at a stream that
/// has none begins nothing, and sees the place at which one would begin.
///
/// A server has one engine, and several servers may share what is behind theirs.
///
/// The work of each method begins with the call, in the order of the calls, whether or not anybody waits for it.
pub trait Engine: Send + Sync + 'static {
    /// Begins to work for the server process `instance`, whose readers are reached by `sink`. It comes once, before
    /// everything else.
    fn start(&self, instance: u128, sink: Weak<dyn Sink>);

    /// Gives `message` the next number of `stream`, keeps it as `retention` says, and has it delivered.
    ///
    /// `retention` holds for all that is kept of the stream. `key` is what the message is the latest of, if anything.
    fn publish(
        &self,
        stream: &StreamName,
        message: Message,
        key: Option<ByteString>,
        retention: &Retention,
    ) -> Eager<Result<Publication, EngineError>>;

    /// Delivers the stream's messages from now on, the first right after the position that this returns, each once and
    /// in order.
    ///
    /// Attaching again changes nothing but the position. The stream is delivered until it was
    /// [detached](Self::detach) as many times as it was attached.
    fn attach(&self, stream: &StreamName) -> Eager<Result<StreamPosition, EngineError>>;

    /// Takes back one [`attach`](Self::attach) that has succeeded.
    fn detach(&self, stream: &StreamName);

    /// What is kept of a stream, from `from` on.
    fn history(&self, stream: &StreamName, from: SubscribeFrom) -> Eager<Result<History, EngineError>>;

    /// The session `session`, which is one of `member`'s, is in `topic` as `state` says, or not any more.
    ///
    /// What that changes for the member is decided at once for all processes, published to the topic's
    /// [presence](StreamName::Presence) as [`PresenceChange::message`] says it, and returned.
    fn present(
        &self,
        topic: &TopicName,
        session: SessionId,
        member: &Member,
        state: Option<MemberState>,
    ) -> Eager<Result<Option<PresenceChange>, EngineError>>;

    /// Who is in `topic`.
    fn members(&self, topic: &TopicName) -> Eager<Result<Members, EngineError>>;

    /// Comes about every second while the server runs: forgets what is too old, refreshes what others would forget.
    fn tick(&self) {}

    /// Ends all lives here, for the next process to [go on with](Self::restore), if there is one. It comes last, when
    /// the server has [drained](crate::Server::drain). Default nothing: what is kept outside of the process needs no
    /// moving, and has other readers.
    ///
    /// Nothing is published here afterwards: it fails as [unavailable](EngineError::Unavailable).
    fn take(&self) -> Vec<StreamRecord> {
        Vec::new()
    }

    /// Goes on with what another process has [taken](Self::take) along, before anybody reads or publishes.
    fn restore(&self, records: Vec<StreamRecord>) {
        let _ = records;
    }
}

/// Where an engine delivers to.
pub trait Sink: Send + Sync + 'static {
    /// Hands a message to the readers of a stream that are here. It neither waits nor calls the engine.
    fn deliver(&self, stream: &StreamName, epoch: Epoch, published: &Published) -> Delivery;
}

/// What became of a message that was published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Publication {
    /// Its place: right after it.
    pub position: StreamPosition,
    /// What became of it here. An engine that delivers later does not know, and counts nobody.
    pub delivery: Delivery,
}
