//! A client's machine of either mode, as the loop drives it.
//!
//! Owns: that the loop need not know the mode. Each mode is a feature: a page
//! that needs one does not pay for the other.

use staywire_protocol::Instant;
use staywire_protocol::client::{Input, Status};

#[cfg(feature = "plain")]
use crate::plain;
#[cfg(feature = "session")]
use crate::session;
use crate::wire::Handle;

#[cfg_attr(
    all(feature = "plain", feature = "session"),
    expect(clippy::large_enum_variant, reason = "a page has a handful of conversations")
)]
pub(crate) enum Machine {
    #[cfg(feature = "plain")]
    Plain(plain::Machine),
    #[cfg(feature = "session")]
    Session(session::Machine),
}

/// What a machine wants.
pub(crate) enum Output {
    #[cfg(feature = "plain")]
    Plain(plain::Output),
    #[cfg(feature = "session")]
    Session(session::Output),
}

macro_rules! either {
    ($machine:expr, $name:ident => $work:expr) => {
        match $machine {
            #[cfg(feature = "plain")]
            Machine::Plain($name) => $work,
            #[cfg(feature = "session")]
            Machine::Session($name) => $work,
        }
    };
}

impl Machine {
    pub(crate) fn connect(&mut self, now: Instant) {
        either!(self, machine => machine.connect(now));
    }

    pub(crate) fn close(&mut self, now: Instant) {
        either!(self, machine => machine.close(now));
    }

    pub(crate) fn handle_input(&mut self, now: Instant, input: Input<Handle>) {
        either!(self, machine => machine.handle_input(now, input));
    }

    pub(crate) fn handle_timeout(&mut self, now: Instant) {
        either!(self, machine => machine.handle_timeout(now));
    }

    pub(crate) fn poll_timeout(&self) -> Option<Instant> {
        either!(self, machine => machine.poll_timeout())
    }

    pub(crate) const fn status(&self) -> Status {
        either!(self, machine => machine.status())
    }

    pub(crate) fn poll_output(&mut self) -> Option<Output> {
        match self {
            #[cfg(feature = "plain")]
            Self::Plain(machine) => machine.poll_output().map(Output::Plain),
            #[cfg(feature = "session")]
            Self::Session(machine) => machine.poll_output().map(Output::Session),
        }
    }
}
