//! The sockets of the page under test: where the server is, and what becomes of them.

use std::time::Duration;

use js_sys::Promise;
use staywire_client_wasm::{StayWire, StayWireBuilder};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

/// Where the server listens that the tests are run against.
const PEER: Option<&str> = option_env!("STAYWIRE_TEST_PEER");

#[wasm_bindgen(inline_js = "export const nextSocket = () => new Promise((resolve) => {
        const { WebSocket } = globalThis;
        globalThis.WebSocket = class extends WebSocket {
            constructor(url, protocols) {
                super(url, protocols);
                globalThis.WebSocket = WebSocket;
                this.offered = [protocols].flat();
                this.end = new Promise((end) => this.addEventListener('close', ({ code }) => end(code)));
                resolve(this);
            }
        };
    });")]
extern "C" {
    /// Fulfilled with the next WebSocket that the page makes, whoever does.
    #[wasm_bindgen(js_name = nextSocket)]
    pub(crate) async fn next_socket() -> Socket;

    #[wasm_bindgen(extends = js_sys::Object)]
    pub(crate) type Socket;

    /// The sub-protocols that it was made with.
    #[wasm_bindgen(method, getter)]
    pub(crate) fn offered(this: &Socket) -> Vec<String>;

    #[wasm_bindgen(method, getter)]
    fn end(this: &Socket) -> Promise;
}

impl Socket {
    /// The code that it closes with, once it has.
    pub(crate) async fn close_code(&self) -> f64 {
        let code = JsFuture::from(self.end()).await.expect("it is never rejected");
        code.as_f64().expect("it is a number")
    }
}

/// The URL of `path` on the test server.
pub(crate) fn url(path: &str) -> String {
    let peer = PEER.expect("STAYWIRE_TEST_PEER has to name the test server; `cargo xtask test` starts one");
    format!("ws://{peer}{path}")
}

/// A conversation with `path` on the test server, to be described further; with short delays.
pub(crate) fn builder(path: &str, is_session: bool) -> StayWireBuilder {
    let (min, max) = (Duration::from_millis(20), Duration::from_millis(200));
    StayWire::builder(url(path)).session(is_session).backoff(min, max)
}
