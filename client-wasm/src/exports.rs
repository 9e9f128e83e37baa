//! The exports that `js/core.js` calls for a conversation, whose number `core` comes first.
//!
//! Beside other exports of a program they are told apart by `staywire_`, which the npm package leaves out.

use staywire_protocol::client::{Cause, Client, ClientConfig, Closed, Hint, Input, Verdict};
use staywire_protocol::parts::heartbeat::HeartbeatConfig;
use staywire_protocol::{CloseCode, ConnectionId, Duration};
use wasm_bindgen::prelude::*;

use crate::driver::{self, Driver};
use crate::drivers;
use crate::wire::Handle;

/// A failure to dial that no further attempt can mend: the browser refuses the URL or a sub-protocol.
const FOR_EVER: u8 = 2;

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
    max_attempts: i32,
    max_queue_bytes: f64,
    interval: u32,
    timeout: u32,
    expect_reply: bool,
) -> u32 {
    let mut config = ClientConfig::default();
    config.connect_timeout = millis(connect_timeout);
    config.close_timeout = millis(close_timeout);
    config.backoff.min_reconnect_delay = millis(min_delay);
    config.backoff.max_reconnect_delay = millis(max_delay);
    config.max_attempts = u32::try_from(max_attempts).ok();
    config.max_queue_bytes = max_queue_bytes as u64;
    if interval > 0 {
        let mut heartbeat = HeartbeatConfig::new(millis(interval), millis(timeout));
        heartbeat.expect_reply = expect_reply;
        config.heartbeat = Some(heartbeat);
    }
    drivers::insert(Driver::new(config, seed.to_bits()))
}

/// Forgets a conversation.
#[wasm_bindgen]
pub fn staywire_free(core: u32) {
    drivers::remove(core);
}

/// Begins, or gives the conversation a new connection now.
#[wasm_bindgen]
pub fn staywire_connect(core: u32) {
    driver::command(core, Client::connect);
}

/// Ends the conversation.
#[wasm_bindgen]
pub fn staywire_close(core: u32) {
    driver::command(core, Client::close);
}

/// Queues the message that the wire keeps under `payload`, or says that it could not be accepted.
///
/// While the status is open, messages go straight to the wire's socket instead.
#[wasm_bindgen]
pub fn staywire_send(core: u32, payload: u32, bytes: u32) -> bool {
    drivers::with(core, |driver| driver.machine.send(Handle(payload), bytes)).is_ok()
}

/// The opening handshake succeeded.
#[wasm_bindgen]
pub fn staywire_opened(core: u32, connection: u32) {
    driver::input(core, Input::Opened { connection: ConnectionId::from_number(connection) });
}

/// The connection ended, or could not be dialled: by `failure` 0 the former, 1 for now, 2 for ever.
#[wasm_bindgen]
pub fn staywire_closed(core: u32, connection: u32, code: u16, was_clean: bool, failure: u8) {
    let connection = ConnectionId::from_number(connection);
    let reason = Some(Handle::REASON);
    let input = if failure == FOR_EVER {
        Input::Failed { connection, reason }
    } else {
        let cause = if failure == 0 { Cause::Peer } else { Cause::Unlocated };
        let code = CloseCode::from_number(code);
        Input::Closed { connection, closed: Closed { code, reason, was_clean, cause }, retry: None }
    };
    driver::input(core, input);
}

/// Whether a message of `connection` is to be delivered; asked for each one.
#[wasm_bindgen]
pub fn staywire_data(core: u32, connection: u32, is_answer: bool) -> bool {
    let connection = ConnectionId::from_number(connection);
    drivers::with(core, |driver| {
        if is_answer {
            driver.machine.on_answered(connection);
        }
        driver.machine.on_data(connection) == Verdict::Deliver
    })
}

/// The page changed; see `HINTS` in `js/wire.js` for the numbers.
#[wasm_bindgen]
pub fn staywire_hint(core: u32, hint: u8) {
    let hint = match hint {
        0 => Hint::Offline,
        1 => Hint::Online,
        2 => Hint::Hidden,
        3 => Hint::Visible,
        4 => Hint::Freeze,
        5 => Hint::Resume,
        6 => Hint::PageHide { persisted: false },
        7 => Hint::PageHide { persisted: true },
        8 => Hint::PageShow { persisted: false },
        _ => Hint::PageShow { persisted: true },
    };
    driver::input(core, Input::Hint(hint));
}

/// The wire's timer fired.
#[wasm_bindgen]
pub fn staywire_timeout(core: u32) {
    driver::on_alarm(core);
}

/// 0 connecting, 1 open, 2 reconnecting, 3 closing, 4 closed.
#[wasm_bindgen]
pub fn staywire_status(core: u32) -> u8 {
    drivers::with(core, |driver| driver.machine.status() as u8)
}

/// Bytes that were sent and no socket has taken.
#[wasm_bindgen]
pub fn staywire_buffered(core: u32) -> f64 {
    drivers::with(core, |driver| driver.machine.buffered_bytes() as f64)
}

fn millis(count: u32) -> Duration {
    Duration::from_millis(count.into())
}
