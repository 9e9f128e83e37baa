//! The JavaScript side of the face, `js/face.js`.

use js_sys::{Array, Promise};
use wasm_bindgen::prelude::*;

/// Told what happened in a topic, where that is, a payload or a reason, and two numbers.
pub(super) type Tell = dyn Fn(String, Option<String>, JsValue, Option<f64>, Option<f64>);

/// Told a payload and its origin, and of a stream that every session reads its name and where in it that is.
pub(super) type Deliver = dyn Fn(JsValue, JsValue, Option<String>, Option<String>);

/// Told a payload, and by a promise when nobody waits any more, fulfilled with a [`Receipt`] to send and, where that is
/// a failure, its code.
pub(super) type Answer = dyn Fn(JsValue, Promise) -> Promise;

#[wasm_bindgen(module = "/js/face.js")]
extern "C" {
    /// One conversation's wire and its core.
    #[derive(Clone)]
    pub(super) type Face;

    /// A wire whose core is among `exports`, and that was told whom to tell nothing yet.
    ///
    /// `settings` are those of the core's `create`, without the seed.
    #[wasm_bindgen(constructor)]
    pub(super) fn new(
        exports: &JsValue,
        is_session: bool,
        url: &str,
        protocols: Vec<String>,
        credential: Option<Closure<dyn Fn() -> Promise>>,
        ping: Option<&str>,
        reply: Option<&str>,
        settings: &[f64],
    ) -> Face;

    /// Has the first session go on right after a position in a stream that every session reads: `b` or `u`.
    #[wasm_bindgen(method)]
    pub(super) fn since(this: &Face, kind: &str, position: &str);

    #[wasm_bindgen(method)]
    pub(super) fn connect(this: &Face);

    #[wasm_bindgen(method)]
    pub(super) fn close(this: &Face);

    /// As `staywire_status`.
    #[wasm_bindgen(method)]
    pub(super) fn status(this: &Face) -> u8;

    /// Sends a message of plain mode; whether there was room.
    #[wasm_bindgen(method)]
    pub(super) fn post(this: &Face, payload: &JsValue, bytes: u32) -> bool;

    /// Accepts a message of a session; its number, or why not as in `staywire_push`.
    #[wasm_bindgen(method)]
    pub(super) fn push(this: &Face, receipt: &Receipt) -> f64;

    /// In session mode, the largest message that the server takes.
    #[wasm_bindgen(method, getter, js_name = maxMessageBytes)]
    pub(super) fn max_message_bytes(this: &Face) -> f64;

    /// The application's sub-protocol that the server chose, empty until it has.
    #[wasm_bindgen(method, getter)]
    pub(super) fn protocol(this: &Face) -> String;

    /// Accepts a request that waits for at most `timeout` ms; its number, or why not as in `staywire_push`.
    #[wasm_bindgen(method)]
    pub(super) fn request(this: &Face, request: &Asked, timeout: u32) -> f64;

    /// Nobody waits for its reply any more.
    #[wasm_bindgen(method, js_name = giveUp)]
    pub(super) fn give_up(this: &Face, request: &Asked);

    /// Who answers the server's requests, if anybody does: as [`Answer`].
    #[wasm_bindgen(method, getter, js_name = requestHandler)]
    pub(super) fn request_handler(this: &Face) -> JsValue;

    #[wasm_bindgen(method, setter, js_name = requestHandler)]
    pub(super) fn set_request_handler(this: &Face, handler: &JsValue);

    /// Accepts a message for a topic, as `push` does.
    #[wasm_bindgen(method)]
    pub(super) fn publish(this: &Face, receipt: &Receipt, topic: &str) -> f64;

    /// Has `reader` told of a topic, from its position or with the `last` messages; 0, or why not.
    #[wasm_bindgen(method)]
    pub(super) fn read(this: &Face, topic: &str, reader: &Reader, last: f64) -> f64;

    #[wasm_bindgen(method, js_name = isRead)]
    pub(super) fn is_read(this: &Face, topic: &str) -> bool;

    /// Has nobody told of a topic any more, if `reader` was.
    #[wasm_bindgen(method)]
    pub(super) fn leave(this: &Face, topic: &str, reader: &Reader);

    /// A request, and its reply.
    pub(super) type Asked;

    #[wasm_bindgen(constructor)]
    pub(super) fn new(payload: &JsValue, bytes: u32) -> Asked;

    /// Fulfilled with the payload, or rejected with a number and a reason.
    #[wasm_bindgen(method, getter)]
    pub(super) fn reply(this: &Asked) -> Promise;

    /// Who is told of a topic.
    pub(super) type Reader;

    #[wasm_bindgen(constructor)]
    pub(super) fn new(position: Option<String>, tell: Closure<Tell>) -> Reader;

    /// A message of a session, and what becomes of it.
    pub(super) type Receipt;

    #[wasm_bindgen(constructor)]
    pub(super) fn new(payload: &JsValue, bytes: u32) -> Receipt;

    /// A failure's code and a reason, where the server refused it.
    #[wasm_bindgen(method, getter)]
    pub(super) fn refusal(this: &Receipt) -> Option<Array>;

    /// Fulfilled with whether the message is known to be done; never rejected.
    #[wasm_bindgen(method)]
    pub(super) fn acknowledged(this: &Receipt) -> Promise;

    /// `url` as `WebSocket.url` would show it, or what is wrong with it.
    #[wasm_bindgen(catch, js_name = absoluteUrl)]
    pub(super) fn absolute_url(url: &str) -> Result<String, JsValue>;

    // What the wire tells. The closures are the wire's from then on, and freed where the browser collects it.

    #[wasm_bindgen(method, setter)]
    pub(super) fn set_deliver(this: &Face, tell: Closure<Deliver>);

    #[wasm_bindgen(method, setter)]
    pub(super) fn set_opened(this: &Face, tell: Closure<dyn Fn()>);

    #[wasm_bindgen(method, setter)]
    pub(super) fn set_session(this: &Face, tell: Closure<dyn Fn(String)>);

    #[wasm_bindgen(method, setter)]
    pub(super) fn set_gap(this: &Face, tell: Closure<dyn Fn(String, Option<f64>, Option<f64>)>);

    #[wasm_bindgen(method, setter)]
    pub(super) fn set_silent(this: &Face, tell: Closure<dyn Fn()>);

    #[wasm_bindgen(method, setter)]
    pub(super) fn set_retrying(this: &Face, tell: Closure<dyn Fn(u32, u32, usize, u16, String)>);

    #[wasm_bindgen(method, setter)]
    pub(super) fn set_closed(this: &Face, tell: Closure<dyn Fn(bool, bool, u16, String)>);
}

// A snippet is shipped where something in Rust names it: these are what `js/face.js` imports, and what those import.

#[wasm_bindgen(module = "/js/wire.js")]
extern "C" {
    type Wire;
}

#[wasm_bindgen(module = "/js/session.js")]
extern "C" {
    #[wasm_bindgen(js_name = carrySession)]
    fn carry_session(wire: &JsValue);
}

#[wasm_bindgen(module = "/js/session_connections.js")]
extern "C" {
    #[wasm_bindgen(js_name = newConnections)]
    fn new_connections(wire: &JsValue);
}

#[wasm_bindgen(module = "/js/session_kept.js")]
extern "C" {
    #[wasm_bindgen(js_name = newKept)]
    fn new_kept(wire: &JsValue);
}

#[wasm_bindgen(module = "/js/session_openings.js")]
extern "C" {
    #[wasm_bindgen(js_name = newOpenings)]
    fn new_openings(wire: &JsValue);
}

#[wasm_bindgen(module = "/js/session_requests.js")]
extern "C" {
    #[wasm_bindgen(js_name = newRequests)]
    fn new_requests(wire: &JsValue);
}

#[wasm_bindgen(module = "/js/session_sending.js")]
extern "C" {
    #[wasm_bindgen(js_name = newSending)]
    fn new_sending(wire: &JsValue);
}

#[wasm_bindgen(module = "/js/session_streams.js")]
extern "C" {
    #[wasm_bindgen(js_name = newStreams)]
    fn new_streams(wire: &JsValue);
}

#[wasm_bindgen(module = "/js/session_wire.js")]
extern "C" {
    #[wasm_bindgen(js_name = newToken)]
    fn new_token() -> String;
}
