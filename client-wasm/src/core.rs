//! The exports that the npm package calls.

use std::rc::Rc;

use staywire_protocol::ConnectionId;
use staywire_protocol::client::{Cause, Client, Closed, Input, Route, Verdict};
use wasm_bindgen::prelude::*;

use crate::driver::Driver;
use crate::face::{Face, Options};

/// A message sent now goes straight to the socket that the face holds.
const TRANSMIT: u8 = 0;
/// A message sent now goes to `Core.send`.
const QUEUE: u8 = 1;
/// A message sent now goes to `Core.send`, which counts it and drops it.
const DISCARD: u8 = 2;

/// One conversation, as the JavaScript face drives it.
#[wasm_bindgen]
pub struct Core {
    driver: Rc<Driver>,
}

#[wasm_bindgen]
impl Core {
    /// A conversation that has not begun; `seed` (0..2^53) decides its jitter.
    #[wasm_bindgen(constructor)]
    pub fn new(options: &Options, seed: f64) -> Self {
        Self { driver: Driver::new(options, seed as u64) }
    }

    /// Begins, and tells `face` from now on.
    pub fn connect(&self, face: Face) {
        self.driver.go_live(face);
        self.driver.command(Client::connect);
    }

    /// Replaces the connection now, also after the end.
    pub fn reconnect(&self, face: Face) {
        self.driver.go_live(face);
        self.driver.command(Client::reconnect);
    }

    /// Answers `Face.locate`.
    pub fn dial(&self, connection: u32, url: &JsValue, protocols: &JsValue) {
        self.driver.dial(ConnectionId::from_number(connection), url, protocols);
    }

    /// Answers `Face.locate` when where to dial could not be found out: for now, or for ever.
    pub fn fail(&self, connection: u32, is_temporary: bool, reason: JsValue) {
        let connection = ConnectionId::from_number(connection);
        let reason = Some(reason);
        self.driver.input(if is_temporary {
            Input::Closed { connection, closed: Closed { reason, ..Closed::abnormal(Cause::Unlocated) } }
        } else {
            Input::Failed { connection, reason }
        });
    }

    /// Where a message goes that is sent now: 0 to the face's socket, 1 and 2 to `send`.
    pub fn route(&self) -> u8 {
        match self.driver.machine.borrow().route() {
            Route::Transmit(_) => TRANSMIT,
            Route::Queue => QUEUE,
            Route::Discard => DISCARD,
        }
    }

    /// Queues a message of `bytes` bytes, or says that it could not be accepted.
    pub fn send(&self, payload: JsValue, bytes: u32) -> bool {
        self.driver.machine.borrow_mut().send(payload, bytes).is_ok()
    }

    /// Ends the conversation; `undefined` for what the application left out.
    pub fn close(&self, code: JsValue, reason: JsValue) {
        self.driver.close(code, reason);
    }

    /// Whether a message of `connection` is to be delivered; asked for each one.
    #[wasm_bindgen(js_name = onData)]
    pub fn on_data(&self, connection: u32) -> bool {
        let verdict = self.driver.machine.borrow_mut().on_data(ConnectionId::from_number(connection));
        verdict == Verdict::Deliver
    }

    /// The peer answered a ping.
    #[wasm_bindgen(js_name = onAnswered)]
    pub fn on_answered(&self, connection: u32) {
        self.driver.machine.borrow_mut().on_answered(ConnectionId::from_number(connection));
    }

    /// 0 connecting, 1 open, 2 reconnecting, 3 closing, 4 closed.
    #[wasm_bindgen(getter)]
    pub fn status(&self) -> u8 {
        self.driver.machine.borrow().status() as u8
    }

    /// Bytes that were sent and have not left the browser, as WHATWG counts them.
    #[wasm_bindgen(getter, js_name = bufferedAmount)]
    pub fn buffered_amount(&self) -> f64 {
        self.driver.buffered_amount()
    }
}
