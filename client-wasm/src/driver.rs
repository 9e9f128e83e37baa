//! The loop around the client machine.
//!
//! Owns: the machine and the order in which things are done. Never: calls the
//! wire with a borrow held, so a callback of the application may call anything.

use core::cell::{Cell, RefCell};

use staywire_protocol::Instant;
use staywire_protocol::client::{Client, ClientConfig, Event, Hint, Input, Output};

use crate::clock::{self, SleepDetector};
use crate::wire::{Handle, Wire};

/// One conversation.
pub(crate) struct Driver {
    machine: RefCell<Client<Handle>>,
    sleep: SleepDetector,
    /// What the wire's timer is set to.
    alarm: Cell<Option<Instant>>,
    /// Whether the loop runs already, further up the stack.
    is_driving: Cell<bool>,
}

impl Driver {
    pub(crate) fn new(config: ClientConfig, seed: u64) -> Self {
        Self {
            machine: RefCell::new(Client::new(config, seed)),
            sleep: SleepDetector::new(),
            alarm: Cell::new(None),
            is_driving: Cell::new(false),
        }
    }

    /// Borrows the machine for one call. Nothing that `read` does can come back here.
    pub(crate) fn with<R>(&self, read: impl FnOnce(&mut Client<Handle>) -> R) -> R {
        // A panic message would cost more than the check; `trap` says as much.
        let Ok(mut machine) = self.machine.try_borrow_mut() else { core::arch::wasm32::unreachable() };
        read(&mut machine)
    }

    pub(crate) fn command(&self, wire: &Wire, command: impl FnOnce(&mut Client<Handle>, Instant)) {
        self.with(|machine| command(machine, clock::now()));
        self.drive(wire);
    }

    pub(crate) fn input(&self, wire: &Wire, input: Input<Handle>) {
        self.with(|machine| machine.handle_input(clock::now(), input));
        self.drive(wire);
    }

    /// The wire's timer fired.
    pub(crate) fn on_alarm(&self, wire: &Wire) {
        self.alarm.set(None);
        if self.sleep.slept() {
            self.input(wire, Input::Hint(Hint::ClockJump));
        }
        self.command(wire, Client::handle_timeout);
    }

    /// Does what the machine wants until it wants nothing more, then sets the timer.
    fn drive(&self, wire: &Wire) {
        if self.is_driving.replace(true) {
            return;
        }
        while let Some(output) = self.with(Client::poll_output) {
            self.perform(output, wire);
        }
        self.is_driving.set(false);
        self.set_alarm(wire);
    }

    fn perform(&self, output: Output<Handle>, wire: &Wire) {
        match output {
            Output::Connect { connection } => wire.dial(connection.number()),
            Output::Transmit { payload, .. } => wire.transmit(payload.0),
            Output::Ping { .. } => wire.ping(),
            Output::Close { .. } => wire.hangup(),
            Output::Detach { .. } => wire.detach(),
            Output::Event(Event::Open { connection }) => {
                wire.opened();
                self.with(|machine| machine.handle_input(clock::now(), Input::OpenHandled { connection }));
            }
            Output::Event(Event::Stale) => wire.stale(),
            Output::Event(Event::Reconnecting(next)) => {
                let (closed, delay) = (next.closed, clock::whole_millis(next.delay));
                let has_reason = closed.reason.is_some();
                wire.reconnecting(next.attempt, delay, closed.cause as u8, closed.code.number(), has_reason);
            }
            Output::Event(Event::Closed { closed, is_failure }) => {
                let has_reason = closed.reason.is_some();
                wire.ended(is_failure, closed.was_clean, closed.code.number(), has_reason);
            }
        }
    }

    /// Keeps the wire's timer at the machine's next timeout.
    fn set_alarm(&self, wire: &Wire) {
        let due = self.with(|machine| machine.poll_timeout());
        if self.alarm.replace(due) != due {
            let delay =
                |due: Instant| clock::whole_millis(due.saturating_duration_since(clock::now())) as i32;
            wire.alarm(due.map_or(-1, delay));
        }
    }
}
