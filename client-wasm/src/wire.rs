//! The JavaScript side: the wire that the driver commands.

use wasm_bindgen::prelude::*;

/// What JavaScript keeps, for payloads never enter wasm memory: the reason that came with the last close, and each payload
/// of a session, of which it knows by other numbers which one is meant.
#[derive(Clone, Copy)]
pub(crate) struct Handle;

// Methods of the `Wire` (`js/wire.js`) whose core is being called; `js/core.js` knows which one that is.
#[wasm_bindgen(module = "/js/core.js")]
extern "C" {
    /// Opens a WebSocket under the name `connection`, once it is known where.
    #[wasm_bindgen(js_namespace = commands)]
    pub(crate) fn dial(connection: u32);

    /// Sends the messages that it keeps, in order.
    #[wasm_bindgen(js_namespace = commands)]
    pub(crate) fn flush();

    /// Sends the heartbeat's text.
    #[wasm_bindgen(js_namespace = commands)]
    pub(crate) fn ping();

    /// Begins the closing handshake with what the application gave.
    #[wasm_bindgen(js_namespace = commands)]
    pub(crate) fn hangup(connection: u32);

    /// Takes the callbacks off the socket and closes it in the background, with `code` unless that is 1000.
    #[wasm_bindgen(js_namespace = commands)]
    pub(crate) fn detach(connection: u32, code: u16);

    /// Writes a message of a session, on the connection that was answered last; `kind` is its place in `WRITTEN` of
    /// `js/core.js`.
    #[wasm_bindgen(js_namespace = commands)]
    pub(crate) fn write(kind: u8, number: f64, to: f64, code: f64, name: u32);

    /// Keeps a stream for the opening that `ask` writes.
    #[wasm_bindgen(js_namespace = commands)]
    pub(crate) fn hold(kind: u8, name: u32, epoch: u32, offset: f64);

    /// Writes an opening: `hello` if `inbox` is negative.
    #[wasm_bindgen(js_namespace = commands)]
    pub(crate) fn ask(connection: u32, current: u32, next: u32, attempt: f64, inbox: f64, sent: f64);

    /// Tells what a session has to tell; `kind` is its place in `events` of `js/session.js`.
    #[wasm_bindgen(js_namespace = commands)]
    pub(crate) fn tell(kind: u8, a: f64, b: f64, c: f64, name: u32);

    /// Calls the core's `timeout` in `delay` ms, instead of when it was set to before; never if negative.
    #[wasm_bindgen(js_namespace = commands)]
    pub(crate) fn alarm(delay: i32);

    /// Tells that a connection is open.
    #[wasm_bindgen(js_namespace = commands, js_name = opened)]
    pub(crate) fn open();

    /// Tells that the connection fell silent and is being replaced.
    #[wasm_bindgen(js_namespace = commands)]
    pub(crate) fn silent();

    /// Tells that attempt number `attempt` follows in `delay` ms.
    #[wasm_bindgen(js_namespace = commands)]
    pub(crate) fn waiting(attempt: u32, delay: u32, cause: u8, code: u16, has_reason: bool);

    /// Tells the end; `failed` asks for an `error` event first.
    #[wasm_bindgen(js_namespace = commands)]
    pub(crate) fn ended(failed: bool, clean: bool, code: u16, has_reason: bool);

    /// Milliseconds on a clock that never goes backwards, and may stand still while the machine sleeps.
    #[wasm_bindgen(js_namespace = commands)]
    pub(crate) fn monotonic() -> f64;

    /// Milliseconds of the wall clock, which goes on while the machine sleeps.
    #[wasm_bindgen(js_namespace = commands)]
    pub(crate) fn wall() -> f64;
}
