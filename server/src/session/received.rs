//! What session mode knows of a message beside what is in it.

/// The place of a message in its session, and whether the listener may have had it before.
///
/// Session id and number together name the message in all processes, so that a listener can recognise it:
///
/// ```
/// use std::collections::HashSet;
/// use std::sync::{Mutex, PoisonError};
///
/// use staywire_server::{ListenerError, Message, Session, SessionId, WsListener};
///
/// /// Takes each order once; a real one remembers where it writes them down, in the same transaction.
/// #[derive(Default)]
/// struct Orders(Mutex<HashSet<(SessionId, u64)>>);
///
/// impl WsListener for Orders {
///     async fn message(&self, session: &Session, order: Message) -> Result<(), ListenerError> {
///         if let Some(received) = session.received() {
///             let mut taken = self.0.lock().unwrap_or_else(PoisonError::into_inner);
///             let is_first = taken.insert((session.id(), received.number));
///             if received.is_redelivered && !is_first {
///                 return Ok(());
///             }
///         }
///         session.send(order)?;
///         Ok(())
///     }
/// }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Received {
    /// Its number among all that the client sent in this session, from 1 on. What the client sends beside messages
    /// is counted too, so that the numbers grow and need not follow one another.
    pub number: u64,
    /// A listener may have had it before, in whole or in part: one that a restart of the server stopped over it, or one
    /// whose process crashed. Where this is `false`, none has.
    pub is_redelivered: bool,
}
