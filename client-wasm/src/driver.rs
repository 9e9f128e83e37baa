//! The loop around the client machine.
//!
//! Owns: the machine and the order in which things are done. Never: calls the
//! wire with the machine held, so a callback of the application may call anything.

use core::mem;

use staywire_protocol::Instant;
use staywire_protocol::client::{Client, ClientConfig, Event, Hint, Input, Output};

use crate::clock::{self, SleepDetector};
use crate::drivers;
use crate::wire::{self, Handle};

/// One conversation.
pub(crate) struct Driver {
    pub(crate) machine: Client<Handle>,
    sleep: SleepDetector,
    /// What the wire's timer is set to.
    alarm: Option<Instant>,
    /// Whether the loop runs already, further up the stack.
    is_driving: bool,
}

impl Driver {
    pub(crate) fn new(config: ClientConfig, seed: u64) -> Self {
        Self {
            machine: Client::new(config, seed),
            sleep: SleepDetector::new(),
            alarm: None,
            is_driving: false,
        }
    }
}

pub(crate) fn command(core: u32, command: impl FnOnce(&mut Client<Handle>, Instant)) {
    drivers::with(core, |driver| command(&mut driver.machine, clock::now()));
    drive(core);
}

pub(crate) fn input(core: u32, input: Input<Handle>) {
    command(core, |machine, now| machine.handle_input(now, input));
}

/// The wire's timer fired.
pub(crate) fn on_alarm(core: u32) {
    let slept = drivers::with(core, |driver| {
        driver.alarm = None;
        driver.sleep.slept()
    });
    if slept {
        input(core, Input::Hint(Hint::ClockJump));
    }
    command(core, Client::handle_timeout);
}

/// Does what the machine wants until it wants nothing more, then sets the timer.
fn drive(core: u32) {
    if drivers::with(core, |driver| mem::replace(&mut driver.is_driving, true)) {
        return;
    }
    while let Some(output) = drivers::with(core, |driver| driver.machine.poll_output()) {
        perform(core, output);
    }
    set_alarm(core);
}

fn perform(core: u32, output: Output<Handle>) {
    match output {
        Output::Connect { connection } => wire::dial(connection.number()),
        Output::Transmit { payload, .. } => wire::transmit(payload.0),
        Output::Ping { .. } => wire::ping(),
        Output::Close { .. } => wire::hangup(),
        Output::Detach { .. } => wire::detach(),
        Output::Event(Event::Open { connection }) => {
            wire::open();
            drivers::with(core, |driver| {
                driver.machine.handle_input(clock::now(), Input::OpenHandled { connection });
            });
        }
        Output::Event(Event::Stale) => wire::stale(),
        Output::Event(Event::Reconnecting(next)) => {
            let (closed, delay) = (next.closed, clock::whole_millis(next.delay));
            let has_reason = closed.reason.is_some();
            wire::reconnecting(next.attempt, delay, closed.cause as u8, closed.code.number(), has_reason);
        }
        Output::Event(Event::Closed { closed, is_failure }) => {
            let has_reason = closed.reason.is_some();
            wire::ended(is_failure, closed.was_clean, closed.code.number(), has_reason);
        }
    }
}

/// Ends the loop, and keeps the wire's timer at the machine's next timeout.
fn set_alarm(core: u32) {
    let due = drivers::with(core, |driver| {
        driver.is_driving = false;
        let due = driver.machine.poll_timeout();
        (mem::replace(&mut driver.alarm, due) != due).then_some(due)
    });
    if let Some(due) = due {
        let delay = |due: Instant| clock::whole_millis(due.saturating_duration_since(clock::now())) as i32;
        wire::alarm(due.map_or(-1, delay));
    }
}
