//! The sockets of the page under test: where the server is, and what becomes of them.

use std::time::Duration;

use js_sys::Promise;
use staywire_client_wasm::{StayWire, StayWireBuilder};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

/// Where the server listens that the tests are run against.
const PEER: Option<&str> = option_env!("STAYWIRE_TEST_PEER");

#[wasm_bindgen(inline_js = "export const closeOfNext = () => new Promise((resolve) => {
        const { WebSocket } = globalThis;
        globalThis.WebSocket = class extends WebSocket {
            constructor(...args) {
                super(...args);
                globalThis.WebSocket = WebSocket;
                this.addEventListener('close', ({ code }) => resolve(code));
            }
        };
    });")]
extern "C" {
    #[wasm_bindgen(js_name = closeOfNext)]
    fn close_of_next() -> Promise;
}

/// Watches the next WebSocket that the page makes, whoever does.
pub(crate) struct NextSocket(Promise);

impl NextSocket {
    pub(crate) fn watch() -> Self {
        Self(close_of_next())
    }

    /// The code that it closes with, once it has.
    pub(crate) async fn close_code(self) -> Option<f64> {
        JsFuture::from(self.0).await.expect("it is never rejected").as_f64()
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
