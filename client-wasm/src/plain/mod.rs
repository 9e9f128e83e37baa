//! Plain mode: the loop around a `Client`.
//!
//! Owns: how its outputs become calls of the wire. Never: decides anything.

pub mod exports;

use staywire_protocol::client::{Client, Event, Input, Output as Wanted};

use crate::wire::{self, Handle};
use crate::{clock, driver, drivers};

pub(crate) type Machine = Client<Handle>;
pub(crate) type Output = Wanted<Handle>;

pub(crate) fn perform(core: u32, output: Output) {
    match output {
        Output::Connect { connection } => wire::dial(connection.number()),
        Output::Flush { .. } => wire::flush(),
        Output::Ping { .. } => wire::ping(),
        Output::Close { connection } => wire::hangup(connection.number()),
        Output::Detach { connection, code } => wire::detach(connection.number(), code.number()),
        Output::Event(Event::Open { connection }) => {
            wire::open();
            drivers::with(core, |machine| {
                machine.handle_input(clock::now(), Input::OpenHandled { connection })
            });
        }
        Output::Event(Event::Stale) => wire::silent(),
        Output::Event(Event::Reconnecting(next)) => driver::reconnecting(&next),
        Output::Event(Event::Closed { closed, is_failure }) => driver::ended(&closed, is_failure),
    }
}
