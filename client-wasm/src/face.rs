//! The JavaScript objects that the driver is given: the face it speaks to and its options.

use std::time::Duration;

use staywire_protocol::client::ClientConfig;
use staywire_protocol::parts::heartbeat::HeartbeatConfig;
use wasm_bindgen::prelude::*;
use web_sys::WebSocket;

#[wasm_bindgen]
extern "C" {
    /// The JavaScript side of one conversation. None of its methods may throw.
    #[derive(Clone)]
    pub type Face;

    /// Asks where to dial; the answer is `Core.dial` or `Core.fail`, at once or later.
    #[wasm_bindgen(method)]
    pub(crate) fn locate(this: &Face, connection: u32);

    /// A connection is open.
    #[wasm_bindgen(method)]
    pub(crate) fn opened(this: &Face);

    /// The connection fell silent and is being replaced.
    #[wasm_bindgen(method)]
    pub(crate) fn stale(this: &Face);

    /// A connection is lost and attempt number `attempt` follows in `delay` milliseconds.
    #[wasm_bindgen(method)]
    pub(crate) fn reconnecting(this: &Face, attempt: u32, delay: f64, cause: u8, code: u16, reason: JsValue);

    /// The conversation is over; `failed` asks for an `error` event first.
    #[wasm_bindgen(method)]
    pub(crate) fn closed(this: &Face, failed: bool, clean: bool, code: u16, reason: JsValue);
}

#[wasm_bindgen(module = "/js/message_path.js")]
extern "C" {
    /// Lets the messages of `socket` flow to `face`, each by way of `Core.onData`.
    pub(crate) fn attach(socket: &WebSocket, connection: u32, face: &Face);

    /// Ends that, and forgets the socket.
    pub(crate) fn detach(socket: &WebSocket, face: &Face);
}

#[wasm_bindgen]
extern "C" {
    /// What the npm package hands over: numbers that it has validated, times in milliseconds.
    pub type Options;

    #[wasm_bindgen(method, getter = connectTimeout)]
    fn connect_timeout(this: &Options) -> u32;

    #[wasm_bindgen(method, getter = closeTimeout)]
    fn close_timeout(this: &Options) -> u32;

    #[wasm_bindgen(method, getter = minReconnectDelay)]
    fn min_reconnect_delay(this: &Options) -> u32;

    #[wasm_bindgen(method, getter = maxReconnectDelay)]
    fn max_reconnect_delay(this: &Options) -> u32;

    #[wasm_bindgen(method, getter = maxAttempts)]
    fn max_attempts(this: &Options) -> f64;

    #[wasm_bindgen(method, getter = maxQueueBytes)]
    fn max_queue_bytes(this: &Options) -> f64;

    /// 0 for no heartbeat.
    #[wasm_bindgen(method, getter = interval)]
    fn heartbeat_interval(this: &Options) -> u32;

    #[wasm_bindgen(method, getter = timeout)]
    fn heartbeat_timeout(this: &Options) -> u32;

    #[wasm_bindgen(method, getter = expectReply)]
    fn expect_reply(this: &Options) -> bool;

    /// The text that is sent as a ping.
    #[wasm_bindgen(method, getter = message)]
    pub(crate) fn heartbeat_message(this: &Options) -> JsValue;
}

impl Options {
    /// The machine's configuration.
    pub(crate) fn config(&self) -> ClientConfig {
        let mut config = ClientConfig::default();
        config.connect_timeout = millis(self.connect_timeout());
        config.close_timeout = millis(self.close_timeout());
        config.backoff.min_reconnect_delay = millis(self.min_reconnect_delay());
        config.backoff.max_reconnect_delay = millis(self.max_reconnect_delay());
        // JavaScript's word for "never" is Infinity.
        let max_attempts = self.max_attempts();
        config.max_attempts = max_attempts.is_finite().then_some(max_attempts as u32);
        config.max_queue_bytes = self.max_queue_bytes() as u64;
        config.heartbeat = self.heartbeat();
        config
    }

    fn heartbeat(&self) -> Option<HeartbeatConfig> {
        let interval = self.heartbeat_interval();
        let config = HeartbeatConfig::new(millis(interval), millis(self.heartbeat_timeout()));
        let config = if self.expect_reply() { config.expecting_reply() } else { config };
        (interval > 0).then_some(config)
    }
}

fn millis(count: u32) -> Duration {
    Duration::from_millis(count.into())
}
