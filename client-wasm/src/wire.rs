//! The JavaScript side: the wire that the driver commands.

use wasm_bindgen::prelude::*;

/// A message or a reason, which the wire keeps: payloads never enter wasm memory.
#[derive(Clone, Copy)]
pub(crate) struct Handle(pub(crate) u32);

impl Handle {
    /// The reason that came with the last close.
    pub(crate) const REASON: Self = Self(0);
}

#[wasm_bindgen]
extern "C" {
    /// The class of `js/wire.js`: one conversation's sockets, timer and page listeners.
    ///
    /// Its methods must not throw; the package that loads the core sees to it.
    ///
    /// Each call of the core brings it along: were it kept here, it and its core would keep each other alive.
    pub type Wire;

    /// Opens a WebSocket under the name `connection`, once it is known where.
    #[wasm_bindgen(method)]
    pub(crate) fn dial(this: &Wire, connection: u32);

    /// Sends the message that it keeps under `payload`.
    #[wasm_bindgen(method)]
    pub(crate) fn transmit(this: &Wire, payload: u32);

    /// Sends the heartbeat's text.
    #[wasm_bindgen(method)]
    pub(crate) fn ping(this: &Wire);

    /// Begins the closing handshake with what the application gave.
    #[wasm_bindgen(method)]
    pub(crate) fn hangup(this: &Wire);

    /// Takes the callbacks off the socket and closes it in the background.
    #[wasm_bindgen(method)]
    pub(crate) fn detach(this: &Wire);

    /// Calls `Core.timeout` in `delay` ms, instead of when it was set to before; never if negative.
    #[wasm_bindgen(method)]
    pub(crate) fn alarm(this: &Wire, delay: i32);

    /// Tells that a connection is open.
    #[wasm_bindgen(method)]
    pub(crate) fn opened(this: &Wire);

    /// Tells that the connection fell silent and is being replaced.
    #[wasm_bindgen(method)]
    pub(crate) fn stale(this: &Wire);

    /// Tells that attempt number `attempt` follows in `delay` ms.
    #[wasm_bindgen(method)]
    pub(crate) fn reconnecting(this: &Wire, attempt: u32, delay: u32, cause: u8, code: u16, has_reason: bool);

    /// Tells the end; `failed` asks for an `error` event first.
    #[wasm_bindgen(method)]
    pub(crate) fn ended(this: &Wire, failed: bool, clean: bool, code: u16, has_reason: bool);
}
