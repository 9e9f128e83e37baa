//! The loop around a client's machine.
//!
//! Owns: the machine and the order in which things are done. Never: calls the
//! wire with the machine held, so a callback of the application may call anything.

use core::mem;

use staywire_protocol::Instant;
use staywire_protocol::client::{Closed, Hint, Input, Reconnecting};

use crate::clock::{self, SleepDetector};
use crate::drivers;
use crate::machine::{Machine, Output};
#[cfg(feature = "plain")]
use crate::plain;
#[cfg(feature = "session")]
use crate::session;
use crate::wire::{self, Handle};

/// One conversation.
pub(crate) struct Driver {
    pub(crate) machine: Machine,
    sleep: SleepDetector,
    /// What the wire's timer is set to.
    alarm: Option<Instant>,
    /// Whether the loop runs already, further up the stack.
    is_driving: bool,
}

impl Driver {
    pub(crate) fn new(machine: Machine) -> Self {
        Self { machine, sleep: SleepDetector::new(), alarm: None, is_driving: false }
    }
}

/// Has the machine do something, and does what it wants then.
pub(crate) fn command(core: u32, command: impl FnOnce(&mut Machine, Instant)) {
    drivers::with(core, |machine| command(machine, clock::now()));
    drive(core);
}

/// The same once all that came before is done, also where a callback of the application brings it about: a machine has
/// few places for what it wants.
fn command_in_turn(core: u32, work: impl FnOnce(&mut Machine, Instant)) {
    perform(core);
    command(core, work);
}

pub(crate) fn input(core: u32, input: Input<Handle>) {
    command_in_turn(core, |machine, now| machine.handle_input(now, input));
}

/// Ends the conversation.
pub(crate) fn close(core: u32) {
    command_in_turn(core, Machine::close);
}

/// The wire's timer fired.
pub(crate) fn on_alarm(core: u32) {
    let slept = drivers::with_driver(core, |driver| {
        driver.alarm = None;
        driver.sleep.slept()
    });
    if slept {
        input(core, Input::Hint(Hint::ClockJump));
    }
    command(core, Machine::handle_timeout);
}

/// Does what the machine wants until it wants nothing more, then sets the timer.
pub(crate) fn drive(core: u32) {
    if drivers::with_driver(core, |driver| mem::replace(&mut driver.is_driving, true)) {
        return;
    }
    perform(core);
    set_alarm(core);
}

/// Begins, or gives the conversation a new connection now.
///
/// Within a callback, too, the end of what was before is told before this returns: what the application then does belongs
/// to what has begun.
pub(crate) fn connect(core: u32) {
    command_in_turn(core, Machine::connect);
    perform(core);
}

fn perform(core: u32) {
    while let Some(output) = drivers::with(core, Machine::poll_output) {
        match output {
            #[cfg(feature = "plain")]
            Output::Plain(output) => plain::perform(core, output),
            #[cfg(feature = "session")]
            Output::Session(output) => session::perform(output),
        }
    }
}

pub(crate) fn reconnecting(next: &Reconnecting<Handle>) {
    let (closed, delay) = (&next.closed, clock::whole_millis(next.delay));
    let has_reason = closed.reason.is_some();
    wire::waiting(next.attempt, delay, closed.cause as u8, closed.code.number(), has_reason);
}

pub(crate) fn ended(closed: &Closed<Handle>, is_failure: bool) {
    wire::ended(is_failure, closed.was_clean, closed.code.number(), closed.reason.is_some());
}

/// Ends the loop, and keeps the wire's timer at the machine's next timeout.
fn set_alarm(core: u32) {
    let due = drivers::with_driver(core, |driver| {
        driver.is_driving = false;
        let due = driver.machine.poll_timeout();
        (mem::replace(&mut driver.alarm, due) != due).then_some(due)
    });
    if let Some(due) = due {
        let delay = |due: Instant| clock::whole_millis(due.saturating_duration_since(clock::now())) as i32;
        wire::alarm(due.map_or(-1, delay));
    }
}
