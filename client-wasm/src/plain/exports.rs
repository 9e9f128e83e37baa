//! The exports of plain mode.

use staywire_protocol::ConnectionId;
use staywire_protocol::client::{Client, Verdict};
use staywire_protocol::parts::heartbeat::HeartbeatConfig;
use wasm_bindgen::prelude::*;

use crate::driver::Driver;
use crate::drivers;
use crate::exports::{config, millis};
use crate::machine::Machine;

/// A conversation that has not begun, with knobs that the npm package has validated; returns its number.
///
/// Times are in ms; `max_attempts` is negative for no end, `interval` 0 for no heartbeat; `seed` decides the jitter.
#[expect(clippy::too_many_arguments, reason = "a settings class would cost 600 bytes of every page")]
#[wasm_bindgen]
pub fn staywire_create(
    seed: f64,
    connect_timeout: u32,
    close_timeout: u32,
    min_delay: u32,
    max_delay: u32,
    min_uptime: u32,
    max_attempts: i32,
    max_queue_bytes: f64,
    interval: u32,
    timeout: u32,
    expect_reply: bool,
) -> u32 {
    let mut config = config(
        connect_timeout,
        close_timeout,
        min_delay,
        max_delay,
        min_uptime,
        max_attempts,
        max_queue_bytes,
    );
    let mut heartbeat = HeartbeatConfig::new(millis(interval), millis(timeout));
    heartbeat.expect_reply = expect_reply;
    config.heartbeat = Some(heartbeat);
    drivers::insert(Driver::new(Machine::Plain(Client::new(config, seed.to_bits()))))
}

/// Whether the wire may keep a message of `bytes` bytes until `flush`.
///
/// While the status is open, messages go straight to the wire's socket instead.
#[wasm_bindgen]
pub fn staywire_send(core: u32, bytes: u32) -> bool {
    with(core, |machine| machine.send(bytes)).is_ok()
}

/// Whether a message of `connection` is to be delivered; asked for each one.
#[wasm_bindgen]
pub fn staywire_data(core: u32, connection: u32, is_answer: bool) -> bool {
    let connection = ConnectionId::from_number(connection);
    with(core, |machine| {
        if is_answer {
            machine.on_answered(connection);
        }
        machine.on_data(connection) == Verdict::Deliver
    })
}

/// Bytes that were sent and no socket has taken.
#[wasm_bindgen]
pub fn staywire_buffered(core: u32) -> f64 {
    with(core, |machine| machine.buffered_bytes() as f64)
}

fn with<R>(core: u32, work: impl FnOnce(&mut super::Machine) -> R) -> R {
    drivers::with(core, |machine| match machine {
        Machine::Plain(machine) => work(machine),
        #[cfg(feature = "session")]
        Machine::Session(_) => drivers::trap(),
    })
}
