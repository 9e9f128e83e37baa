//! The exports that `js/core.js` calls for a conversation of either mode, whose number `core` comes first.
//!
//! Beside other exports of a program they are told apart by `staywire_`, which the npm package leaves out.

use staywire_protocol::client::{Cause, ClientConfig, Closed, Hint, Input};
use staywire_protocol::parts::advice::RetryWindow;
use staywire_protocol::{CloseCode, ConnectionId, Duration};
use wasm_bindgen::prelude::*;

use crate::driver;
use crate::drivers;
use crate::wire::Handle;

/// A failure to dial that no further attempt can mend: the browser refuses the URL or a sub-protocol.
const FOR_EVER: u8 = 2;

/// By their numbers in `js/wire.js`.
const HINTS: [Hint; 10] = [
    Hint::Offline,
    Hint::Online,
    Hint::Hidden,
    Hint::Visible,
    Hint::Freeze,
    Hint::Resume,
    Hint::PageHide { persisted: false },
    Hint::PageHide { persisted: true },
    Hint::PageShow { persisted: false },
    Hint::PageShow { persisted: true },
];

/// The knobs that both modes have; times are in ms, `max_attempts` is negative for no end.
pub(crate) fn config(
    connect_timeout: u32,
    close_timeout: u32,
    min_delay: u32,
    max_delay: u32,
    min_uptime: u32,
    max_attempts: i32,
    max_queue_bytes: f64,
) -> ClientConfig {
    let mut config = ClientConfig::default();
    config.connect_timeout = millis(connect_timeout);
    config.close_timeout = millis(close_timeout);
    config.backoff.min_reconnect_delay = millis(min_delay);
    config.backoff.max_reconnect_delay = millis(max_delay);
    config.backoff.min_uptime = millis(min_uptime);
    config.max_attempts = u32::try_from(max_attempts).ok();
    config.max_queue_bytes = max_queue_bytes as u64;
    config
}

/// Forgets a conversation.
#[wasm_bindgen]
pub fn staywire_free(core: u32) {
    drivers::remove(core);
}

/// Begins, or gives the conversation a new connection now.
#[wasm_bindgen]
pub fn staywire_connect(core: u32) {
    driver::connect(core);
}

/// Ends the conversation.
#[wasm_bindgen]
pub fn staywire_close(core: u32) {
    driver::close(core);
}

/// The opening handshake succeeded.
#[wasm_bindgen]
pub fn staywire_opened(core: u32, connection: u32) {
    driver::input(core, Input::Opened { connection: ConnectionId::from_number(connection) });
}

/// The connection ended, or could not be dialled: by `failure` 0 the former, 1 for now, 2 for ever.
///
/// `retry` is the window in ms that the reason advises, or negative.
#[wasm_bindgen]
pub fn staywire_closed(core: u32, connection: u32, code: u16, was_clean: bool, failure: u8, retry: f64) {
    let connection = ConnectionId::from_number(connection);
    let reason = Some(Handle);
    let input = if failure == FOR_EVER {
        Input::Failed { connection, reason }
    } else {
        let cause = if failure == 0 { Cause::Peer } else { Cause::Unlocated };
        let code = CloseCode::from_number(code);
        let retry = (retry >= 0.0).then(|| RetryWindow::from_millis(retry as u64));
        Input::Closed { connection, closed: Closed { code, reason, was_clean, cause }, retry }
    };
    driver::input(core, input);
}

/// The page changed; see `HINTS` in `js/wire.js` for the numbers.
#[wasm_bindgen]
pub fn staywire_hint(core: u32, hint: u8) {
    let hint = HINTS.get(usize::from(hint)).unwrap_or(&Hint::NetworkChanged);
    driver::input(core, Input::Hint(*hint));
}

/// The wire's timer fired.
#[wasm_bindgen]
pub fn staywire_expired(core: u32) {
    driver::on_alarm(core);
}

/// 0 connecting, 1 open, 2 reconnecting, 3 closing, 4 closed.
#[wasm_bindgen]
pub fn staywire_status(core: u32) -> u8 {
    drivers::with(core, |machine| machine.status() as u8)
}

pub(crate) fn millis(count: u32) -> Duration {
    Duration::from_millis(count.into())
}
