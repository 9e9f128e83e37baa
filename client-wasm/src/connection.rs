//! One browser `WebSocket`, from the wish for it to its end.

use std::rc::Weak;

use staywire_protocol::client::{Cause, Closed, Input};
use staywire_protocol::{CloseCode, ConnectionId};
use wasm_bindgen::prelude::*;
use web_sys::{CloseEvent, WebSocket};

use crate::driver::Driver;
use crate::face::{Face, attach, detach};

#[wasm_bindgen]
extern "C" {
    /// `WebSocket` again, with a constructor that takes strings as the JavaScript values they are.
    #[wasm_bindgen(extends = WebSocket, js_name = WebSocket)]
    type Dialled;

    #[wasm_bindgen(constructor, catch, js_class = "WebSocket")]
    fn new(url: &JsValue, protocols: &JsValue) -> Result<Dialled, JsValue>;

    /// `close`, with `undefined` for what the application left out.
    #[wasm_bindgen(method, js_name = close)]
    fn close_with(this: &Dialled, code: &JsValue, reason: &JsValue);

    #[wasm_bindgen(method, js_name = send)]
    fn send(this: &Dialled, payload: &JsValue);

    /// `CloseEvent`, whose reason is not copied into wasm.
    #[wasm_bindgen(extends = CloseEvent, js_name = CloseEvent)]
    type Ended;

    #[wasm_bindgen(method, getter)]
    fn reason(this: &Ended) -> JsValue;
}

/// A connection that exists; dropping it detaches it.
pub(crate) struct Connection {
    id: ConnectionId,
    socket: Dialled,
    face: Face,
    _opened: Closure<dyn FnMut()>,
    _closed: Closure<dyn FnMut(Ended)>,
}

impl Connection {
    /// Opens a `WebSocket` whose events go to `driver` and whose messages go to `face`.
    ///
    /// # Errors
    ///
    /// What the browser's constructor threw: the URL or a sub-protocol is malformed, or not allowed here.
    pub(crate) fn dial(
        id: ConnectionId,
        url: &JsValue,
        protocols: &JsValue,
        face: Face,
        driver: &Weak<Driver>,
    ) -> Result<Self, JsValue> {
        let socket = Dialled::new(url, protocols)?;
        let opened = on_open(id, driver.clone());
        let closed = on_close(id, driver.clone());
        socket.set_onopen(Some(opened.as_ref().unchecked_ref()));
        socket.set_onclose(Some(closed.as_ref().unchecked_ref()));
        attach(&socket, id.number(), &face);
        Ok(Self { id, socket, face, _opened: opened, _closed: closed })
    }

    pub(crate) const fn id(&self) -> ConnectionId {
        self.id
    }

    pub(crate) fn send(&self, payload: &JsValue) {
        self.socket.send(payload);
    }

    pub(crate) fn close(&self, code: &JsValue, reason: &JsValue) {
        self.socket.close_with(code, reason);
    }

    pub(crate) fn buffered_amount(&self) -> f64 {
        self.socket.buffered_amount().into()
    }
}

impl Drop for Connection {
    /// Takes the callbacks off first: a dead network reports the end of the closing handshake a minute late.
    fn drop(&mut self) {
        self.socket.set_onopen(None);
        self.socket.set_onclose(None);
        detach(&self.socket, &self.face);
        self.socket.close_with(&JsValue::UNDEFINED, &JsValue::UNDEFINED);
    }
}

fn on_open(connection: ConnectionId, driver: Weak<Driver>) -> Closure<dyn FnMut()> {
    Closure::new(move || {
        if let Some(driver) = driver.upgrade() {
            driver.input(Input::Opened { connection });
        }
    })
}

fn on_close(connection: ConnectionId, driver: Weak<Driver>) -> Closure<dyn FnMut(Ended)> {
    Closure::new(move |event: Ended| {
        let Some(driver) = driver.upgrade() else {
            return;
        };
        let closed = Closed {
            code: CloseCode::from_number(event.code()),
            reason: Some(event.reason()),
            was_clean: event.was_clean(),
            cause: Cause::Peer,
        };
        driver.input(Input::Closed { connection, closed });
    })
}
