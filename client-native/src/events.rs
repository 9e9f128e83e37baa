//! Where events wait for the application, within a bound in bytes.
//!
//! Owns: what was told and not yet read. Never: drops an event, or makes the
//! driver wait: a driver asks for room before it reads a connection, so what
//! there is no room for stays with the server.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::mpsc;

use crate::client::Handle;
use crate::event::Event;

/// The events of one client, in order.
///
/// Those that were not read yet take at most [`max_unread_bytes`](crate::ClientBuilder::max_unread_bytes) and one
/// message more. Past that nothing is read from the connection, acknowledgements and replies included, so read events
/// in a task that waits for neither. What is not read is not acknowledged: the server keeps it, as far as its ring
/// goes. A connection that is lost meanwhile is replaced once there is room.
///
/// Whoever wants no events drops this; messages are then acknowledged and gone, and requests of the server fail. Dropping
/// every [`Client`](crate::Client) and this closes the session.
pub struct Events {
    receiver: mpsc::UnboundedReceiver<Event>,
    room: Arc<Room>,
    handle: Arc<Handle>,
}

/// The driver's end.
pub(crate) struct EventSender {
    sender: mpsc::UnboundedSender<Event>,
    room: Arc<Room>,
}

struct Room {
    unread_bytes: AtomicUsize,
    max_bytes: usize,
}

/// The application's end, before there is a client that it belongs to.
pub(crate) struct Unclaimed {
    receiver: mpsc::UnboundedReceiver<Event>,
    room: Arc<Room>,
}

pub(crate) fn channel(max_bytes: usize) -> (EventSender, Unclaimed) {
    let (sender, receiver) = mpsc::unbounded_channel();
    let room = Arc::new(Room { unread_bytes: AtomicUsize::new(0), max_bytes });
    (EventSender { sender, room: Arc::clone(&room) }, Unclaimed { receiver, room })
}

impl Unclaimed {
    pub(crate) fn claim(self, handle: Arc<Handle>) -> Events {
        Events { receiver: self.receiver, room: self.room, handle }
    }
}

impl Events {
    /// The next event; `None` after [`Event::Closed`].
    ///
    /// Cancel safe: an event is either returned or still there.
    pub async fn recv(&mut self) -> Option<Event> {
        let event = self.receiver.recv().await?;
        let bytes = event.queued_bytes();
        let before = self.room.unread_bytes.fetch_sub(bytes, Ordering::AcqRel);
        if before >= self.room.max_bytes && before - bytes < self.room.max_bytes {
            self.handle.wake();
        }
        Some(event)
    }
}

impl fmt::Debug for Events {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unread_bytes = self.room.unread_bytes.load(Ordering::Acquire);
        f.debug_struct("Events").field("unread_bytes", &unread_bytes).finish_non_exhaustive()
    }
}

impl Drop for Events {
    fn drop(&mut self) {
        self.receiver.close();
        // The driver may have been waiting for room.
        self.handle.wake();
    }
}

impl EventSender {
    /// Whether what comes next may be read.
    pub(crate) fn has_room(&self) -> bool {
        self.sender.is_closed() || self.room.unread_bytes.load(Ordering::Acquire) < self.room.max_bytes
    }

    /// Tells the application, or gives the event back where it is unwanted.
    pub(crate) fn send(&self, event: Event) -> Result<(), Event> {
        self.room.unread_bytes.fetch_add(event.queued_bytes(), Ordering::AcqRel);
        self.sender.send(event).map_err(|unwanted| unwanted.0)
    }
}
