//! The loop around the client's machine, in a task of its own.
//!
//! Owns: the sockets, the timer, and the order in which things are done.
//! Never: decides when to dial, to ping or to give up.
//!
//! ```text
//!  woken by a command, the timer or a socket ─► the core is told ─► perform its actions, tell its events ─┐
//!   ▲─────────────────────────────────────────────────────────────────────────────────────────────────────┘
//! ```

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::Poll;

use futures_util::FutureExt;
use staywire_protocol::client::{Cause, Hint, Status};
use staywire_protocol::wire::FailureCode;
use staywire_protocol::{CloseCode, ConnectionId};
use tokio::time::{Instant, Sleep};

use crate::client::Shared;
use crate::clock::SleepDetector;
use crate::core::Action;
use crate::dial::{DialError, Dialer};
use crate::event::Event;
use crate::events::EventSender;
use crate::socket::{Happening, Socket};

pub(crate) struct Driver {
    shared: Arc<Shared>,
    dialer: Arc<Dialer>,
    events: EventSender,
    /// The connection in charge and, for a while, its successor.
    sockets: Vec<Socket>,
    /// Empty but for their room, which changes places with the core's.
    actions: Vec<Action>,
    waiting: Vec<Event>,
    sleep: SleepDetector,
    /// What the timer is set to.
    alarm: Option<Instant>,
    /// The application has no room for events, and the connection was lost: the next one waits for room.
    ///
    /// Without it, a client whose application never reads would come and go for ever, and tell of each time.
    is_suspended: bool,
}

impl Driver {
    pub(crate) fn new(shared: Arc<Shared>, dialer: Dialer, events: EventSender) -> Self {
        Self {
            shared,
            dialer: Arc::new(dialer),
            events,
            sockets: Vec::new(),
            actions: Vec::new(),
            waiting: Vec::new(),
            sleep: SleepDetector::new(),
            alarm: None,
            is_suspended: false,
        }
    }

    pub(crate) async fn run(mut self) {
        let shared = Arc::clone(&self.shared);
        let mut timer = pin!(tokio::time::sleep_until(Instant::now()));
        while self.catch_up(timer.as_mut()) {
            tokio::select! {
                () = shared.wake.notified() => {}
                () = timer.as_mut(), if self.alarm.is_some() => self.on_alarm(),
                (connection, happening) = self.next_happening() => self.on_happening(connection, happening),
            }
        }
    }

    /// Does and tells what the machine wants until it wants nothing more; whether there is more to come.
    fn catch_up(&mut self, timer: Pin<&mut Sleep>) -> bool {
        loop {
            let mut core = self.shared.lock();
            if self.is_suspended && self.events.has_room() {
                self.is_suspended = false;
                core.hint(Hint::PageShow { persisted: true });
            }
            if core.actions.is_empty() && core.events.is_empty() {
                let (status, due) = (core.status(), core.due());
                drop(core);
                self.set_alarm(due, timer);
                return status != Status::Closed;
            }
            std::mem::swap(&mut self.actions, &mut core.actions);
            std::mem::swap(&mut self.waiting, &mut core.events);
            drop(core);
            self.tell_all();
            self.perform_all();
        }
    }

    fn tell_all(&mut self) {
        for event in self.waiting.drain(..) {
            if let Err(Event::Request(request)) = self.events.send(event) {
                // Without room for the refusal the server waits until its deadline.
                let _ = self.shared.lock().fail(&request, FailureCode::UNHANDLED, "");
            }
        }
    }

    fn perform_all(&mut self) {
        let mut actions = std::mem::take(&mut self.actions);
        actions.drain(..).for_each(|action| self.perform(action));
        self.actions = actions;
    }

    fn perform(&mut self, action: Action) {
        match action {
            Action::Dial { .. } if !self.events.has_room() => {
                self.is_suspended = true;
                self.shared.lock().hint(Hint::PageHide { persisted: true });
            }
            Action::Dial { connection } => {
                self.sockets.push(Socket::new(connection, Arc::clone(&self.dialer).dial().boxed()));
            }
            Action::Transmit { connection, message } => {
                if let Some(socket) = self.socket(connection) {
                    socket.transmit(message);
                }
            }
            Action::Close { connection } => {
                if let Some(socket) = self.socket(connection) {
                    socket.close(CloseCode::NORMAL);
                }
            }
            Action::Detach { connection, code, reason } => {
                if let Some(socket) = self.take_socket(connection) {
                    socket.hang_up(code, reason);
                }
            }
        }
    }

    fn on_alarm(&mut self) {
        self.alarm = None;
        let mut core = self.shared.lock();
        if self.sleep.slept() {
            core.hint(Hint::ClockJump);
        }
        core.timeout();
    }

    fn on_happening(&mut self, connection: ConnectionId, happening: Happening) {
        let mut core = self.shared.lock();
        match happening {
            Happening::Opened => return core.opened(connection),
            Happening::Message { message, is_first } => return core.receive(connection, &message, is_first),
            Happening::Closed { code, reason } => core.closed(connection, code, reason, true),
            Happening::TooLarge { bytes, max_bytes } => {
                // It would come again on every other connection, so this is the end.
                let reason = format!("a message of {bytes} bytes, more than {max_bytes}");
                core.closed(connection, CloseCode::MESSAGE_TOO_BIG, reason.into(), false);
            }
            Happening::Lost(error) => core.lost(connection, Cause::Peer, &error.to_string()),
            Happening::NotOpened(error) => {
                let reason = error.to_string();
                match error {
                    DialError::NoCredential(_) => core.lost(connection, Cause::Unlocated, &reason),
                    DialError::BadCredential | DialError::NotStaywire => core.failed(connection, &reason),
                    DialError::Io(_) | DialError::Refused(_) | DialError::Handshake(_) => {
                        core.lost(connection, Cause::Peer, &reason);
                    }
                }
            }
        }
        drop(core);
        if let Some(socket) = self.take_socket(connection) {
            socket.hang_up(CloseCode::NORMAL, "".into());
        }
    }

    /// Waits until something happens to a socket, and writes what waits meanwhile.
    async fn next_happening(&mut self) -> (ConnectionId, Happening) {
        poll_fn(|cx| {
            let may_read = self.events.has_room();
            // The newest first: it is about to take over, however much the other one delivers.
            for socket in self.sockets.iter_mut().rev() {
                if let Poll::Ready(happening) = socket.poll(cx, may_read) {
                    return Poll::Ready((socket.connection, happening));
                }
            }
            Poll::Pending
        })
        .await
    }

    fn socket(&mut self, connection: ConnectionId) -> Option<&mut Socket> {
        self.sockets.iter_mut().find(|socket| socket.connection == connection)
    }

    fn take_socket(&mut self, connection: ConnectionId) -> Option<Socket> {
        let index = self.sockets.iter().position(|socket| socket.connection == connection)?;
        Some(self.sockets.remove(index))
    }

    fn set_alarm(&mut self, due: Option<Instant>, timer: Pin<&mut Sleep>) {
        if let Some(due) = due
            && self.alarm != Some(due)
        {
            timer.reset(due);
        }
        self.alarm = due;
    }
}
