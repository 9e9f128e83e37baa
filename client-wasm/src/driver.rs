//! The loop around the client machine.
//!
//! Owns: the machine, its one timer, the connection in charge, and the order
//! in which things are done: the machine's outputs first, then the callbacks of
//! the application. Never: calls the application with a borrow held, so a
//! callback may call anything.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::{Rc, Weak};

use gloo_timers::callback::Timeout;
use staywire_protocol::client::{Client, Event, Hint, Input, Output};
use staywire_protocol::{ConnectionId, Instant};
use wasm_bindgen::prelude::*;

use crate::clock::Clock;
use crate::connection::Connection;
use crate::face::{Face, Options};
use crate::page::PageListeners;

/// One conversation.
pub(crate) struct Driver {
    pub(crate) machine: RefCell<Client<JsValue>>,
    clock: Clock,
    /// The text that pings the peer.
    heartbeat: JsValue,
    /// Held from `connect` to the end: afterwards nothing may keep the application's object alive.
    live: RefCell<Option<Live>>,
    connection: RefCell<Option<Connection>>,
    timer: RefCell<Option<(Instant, Timeout)>>,
    /// The code and the reason that the application closes with.
    close_request: RefCell<(JsValue, JsValue)>,
    /// What the application is still to be told.
    events: RefCell<VecDeque<Event<JsValue>>>,
    /// Whether the loop runs already, further up the stack.
    is_driving: Cell<bool>,
    this: Weak<Self>,
}

/// What exists only while the conversation does.
struct Live {
    face: Face,
    _page: PageListeners,
}

impl Driver {
    pub(crate) fn new(options: &Options, seed: u64) -> Rc<Self> {
        Rc::new_cyclic(|this| Self {
            machine: RefCell::new(Client::new(options.config(), seed)),
            clock: Clock::new(),
            heartbeat: options.heartbeat_message(),
            live: RefCell::default(),
            connection: RefCell::default(),
            timer: RefCell::default(),
            close_request: RefCell::default(),
            events: RefCell::default(),
            is_driving: Cell::new(false),
            this: this.clone(),
        })
    }

    /// Makes `face` the one that is told, and listens to the page.
    pub(crate) fn go_live(&self, face: Face) {
        let _page = PageListeners::new(&self.this);
        *self.live.borrow_mut() = Some(Live { face, _page });
    }

    pub(crate) fn command(&self, command: impl FnOnce(&mut Client<JsValue>, Instant)) {
        command(&mut self.machine.borrow_mut(), Clock::now());
        self.drive();
    }

    pub(crate) fn input(&self, input: Input<JsValue>) {
        self.command(|machine, now| machine.handle_input(now, input));
    }

    pub(crate) fn close(&self, code: JsValue, reason: JsValue) {
        *self.close_request.borrow_mut() = (code, reason);
        self.command(Client::close);
    }

    /// Opens the WebSocket that [`Output::Connect`] asked for, now that it is known where.
    pub(crate) fn dial(&self, id: ConnectionId, url: &JsValue, protocols: &JsValue) {
        // The answer may be late: only the connection in charge is opened.
        let (Some(face), true) = (self.face(), self.machine.borrow().connection() == Some(id)) else {
            return;
        };
        match Connection::dial(id, url, protocols, face, &self.this) {
            Ok(connection) => *self.connection.borrow_mut() = Some(connection),
            Err(thrown) => self.input(Input::Failed { connection: id, reason: Some(thrown) }),
        }
    }

    pub(crate) fn buffered_amount(&self) -> f64 {
        let unsent = self.connection.borrow().as_ref().map_or(0.0, Connection::buffered_amount);
        self.machine.borrow().buffered_bytes() as f64 + unsent
    }

    fn face(&self) -> Option<Face> {
        self.live.borrow().as_ref().map(|live| live.face.clone())
    }

    /// Does what the machine wants until it wants nothing more, then sets its timer.
    fn drive(&self) {
        if self.is_driving.replace(true) {
            return;
        }
        loop {
            let output = self.machine.borrow_mut().poll_output();
            if let Some(output) = output {
                self.perform(output);
            } else if let Some(event) = { self.events.borrow_mut().pop_front() } {
                self.tell(event);
            } else {
                break;
            }
        }
        self.is_driving.set(false);
        self.set_timer();
    }

    fn perform(&self, output: Output<JsValue>) {
        match output {
            Output::Connect { connection } => {
                if let Some(face) = self.face() {
                    face.locate(connection.number());
                }
            }
            Output::Transmit { connection, payload } => {
                self.with(connection, |socket| socket.send(&payload));
            }
            Output::Ping { connection } => {
                self.with(connection, |socket| socket.send(&self.heartbeat));
            }
            Output::Close { connection } => self.with(connection, |socket| {
                let (code, reason) = &*self.close_request.borrow();
                socket.close(code, reason);
            }),
            Output::Detach { .. } => self.detach(),
            Output::Event(event) => self.events.borrow_mut().push_back(event),
        }
    }

    fn with(&self, id: ConnectionId, act: impl FnOnce(&Connection)) {
        if let Some(connection) = self.connection.borrow().as_ref().filter(|connection| connection.id() == id)
        {
            act(connection);
        }
    }

    fn detach(&self) {
        let detached = self.connection.borrow_mut().take();
        drop(detached);
    }

    fn tell(&self, event: Event<JsValue>) {
        let Some(face) = self.face() else { return };
        match event {
            Event::Open { connection } => {
                face.opened();
                self.machine.borrow_mut().handle_input(Clock::now(), Input::OpenHandled { connection });
            }
            Event::Stale => face.stale(),
            Event::Reconnecting(next) => {
                let (closed, delay) = (next.closed, next.delay.as_secs_f64() * 1_000.0);
                let reason = closed.reason.unwrap_or_default();
                face.reconnecting(next.attempt, delay, closed.cause as u8, closed.code.number(), reason);
            }
            Event::Closed { closed, is_failure } => {
                self.detach();
                let live = self.live.borrow_mut().take();
                face.closed(
                    is_failure,
                    closed.was_clean,
                    closed.code.number(),
                    closed.reason.unwrap_or_default(),
                );
                drop(live);
            }
        }
    }

    /// Keeps the one timer at the machine's next timeout.
    fn set_timer(&self) {
        let due = self.machine.borrow().poll_timeout();
        if self.timer.borrow().as_ref().map(|(set_to, _)| *set_to) == due {
            return;
        }
        let timer = due.map(|due| {
            let delay = due.saturating_duration_since(Clock::now());
            let this = self.this.clone();
            let fire = move || {
                if let Some(driver) = this.upgrade() {
                    driver.on_timer();
                }
            };
            (due, Timeout::new(u32::try_from(delay.as_millis()).unwrap_or(u32::MAX >> 1), fire))
        });
        *self.timer.borrow_mut() = timer;
    }

    fn on_timer(&self) {
        drop(self.timer.take());
        if self.clock.jumped() {
            self.input(Input::Hint(Hint::ClockJump));
        }
        self.command(Client::handle_timeout);
    }
}
