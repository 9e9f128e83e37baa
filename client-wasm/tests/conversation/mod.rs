//! A conversation under test: the core, the wire of `js/wire.js`, and what the application is told.

use futures_channel::mpsc::{UnboundedReceiver, UnboundedSender, unbounded};
use futures_util::StreamExt;
use js_sys::{Array, Function, Object, Promise, Reflect};
use staywire_client_wasm as _;
use wasm_bindgen::prelude::*;

/// Where the server listens that the tests are run against.
const PEER: Option<&str> = option_env!("STAYWIRE_TEST_PEER");

#[wasm_bindgen(module = "/js/wire.js")]
extern "C" {
    type Wire;

    #[wasm_bindgen(constructor)]
    fn new() -> Wire;

    #[wasm_bindgen(method)]
    fn queue(this: &Wire, payload: &str, bytes: u32) -> bool;
}

#[wasm_bindgen(module = "/js/core.js")]
extern "C" {
    type Core;

    #[wasm_bindgen(constructor)]
    fn new(
        exports: &Object,
        wire: &Wire,
        seed: f64,
        connect_timeout: u32,
        close_timeout: u32,
        min_delay: u32,
        max_delay: u32,
        min_uptime: u32,
        max_attempts: i32,
        max_queue_bytes: f64,
        interval: u32,
        timeout: u32,
        expect_reply: bool,
    ) -> Core;
}

#[wasm_bindgen(inline_js = "export const dispatch = (type) => globalThis.dispatchEvent(new Event(type));
    export const send = (wire, text) => wire.socket.send(text);
    export const close = (wire) => { wire.closing = [1000]; wire.core.close(); };
    export const connect = (wire) => { wire.listen(); wire.core.connect(); };
    export const status = (wire) => wire.core.status();
    export const buffered = (wire) => wire.core.buffered();
    const PREFIX = /^staywire_/;
    export const ownOf = (exports) => {
        const own = Object.entries(exports).filter(([name]) => PREFIX.test(name));
        return Object.fromEntries(own.map(([name, call]) => [name.replace(PREFIX, ''), call]));
    };")]
extern "C" {
    /// Dispatches an event of that type on the page.
    pub(crate) fn dispatch(kind: &str);
    fn send(wire: &Wire, text: &str);
    fn close(wire: &Wire);
    fn connect(wire: &Wire);
    fn status(wire: &Wire) -> u8;
    fn buffered(wire: &Wire) -> f64;
    /// Those of a program's exports that are the core's, by the names that `Core` knows.
    #[wasm_bindgen(js_name = ownOf)]
    fn own_of(exports: &JsValue) -> Object;
}

/// What the application is told.
#[derive(Debug, PartialEq)]
pub(crate) enum Told {
    Opened,
    Message(String),
    Stale,
    Retrying { code: u16 },
    Closed { failed: bool, clean: bool, code: u16 },
}

/// Times are in ms.
#[derive(Clone)]
pub(crate) struct Options {
    pub(crate) max_attempts: i32,
    pub(crate) max_queue_bytes: f64,
    pub(crate) interval: u32,
    pub(crate) timeout: u32,
}

impl Default for Options {
    fn default() -> Self {
        Self { max_attempts: -1, max_queue_bytes: 1_048_576.0, interval: 0, timeout: 0 }
    }
}

pub(crate) struct Conversation {
    wire: Wire,
    told: UnboundedReceiver<Told>,
}

impl Conversation {
    /// A conversation with `path` on the test server, begun.
    pub(crate) fn begin(path: &str, options: &Options) -> Self {
        let conversation = Self::prepare(path, options);
        conversation.connect();
        conversation
    }

    /// The same, not begun.
    pub(crate) fn prepare(path: &str, options: &Options) -> Self {
        let peer =
            PEER.expect("STAYWIRE_TEST_PEER has to name the test server; `cargo xtask test` starts one");
        Self::prepare_at(&JsValue::from(format!("ws://{peer}{path}")), options)
    }

    pub(crate) fn begin_at(url: &JsValue, options: &Options) -> Self {
        let conversation = Self::prepare_at(url, options);
        conversation.connect();
        conversation
    }

    fn prepare_at(url: &JsValue, options: &Options) -> Self {
        let Options { max_attempts, max_queue_bytes, interval, timeout } = *options;
        let wire = Wire::new();
        let core = Core::new(
            &own_of(&wasm_bindgen::exports()),
            &wire,
            js_sys::Math::random(),
            10_000,
            5_000,
            20,
            200,
            5_000,
            max_attempts,
            max_queue_bytes,
            interval,
            timeout,
            true,
        );
        let (teller, told) = unbounded();
        set(&wire, "core", &core.into());
        set(&wire, "heartbeat", &heartbeat());
        let location = Array::of2(url, &Array::new());
        set(
            &wire,
            "locate",
            &Closure::<dyn Fn() -> Promise<Array>>::new(move || Promise::resolve(&location)).into_js_value(),
        );
        overrides(&wire, &teller);
        Self { wire, told }
    }

    pub(crate) fn connect(&self) {
        connect(&self.wire);
    }

    pub(crate) async fn next(&mut self) -> Told {
        self.told.next().await.expect("the wire goes on telling")
    }

    pub(crate) fn send(&self, text: &str) {
        send(&self.wire, text);
    }

    pub(crate) fn queue(&self, text: &str) -> bool {
        self.wire.queue(text, text.len() as u32)
    }

    pub(crate) fn close(&self) {
        close(&self.wire);
    }

    pub(crate) fn status(&self) -> u8 {
        status(&self.wire)
    }

    pub(crate) fn buffered(&self) -> f64 {
        buffered(&self.wire)
    }
}

fn heartbeat() -> JsValue {
    let heartbeat = Object::new();
    set(&heartbeat, "message", &"PING".into());
    heartbeat.into()
}

/// Gives the wire the methods that the application's side has.
fn overrides(wire: &Wire, teller: &UnboundedSender<Told>) {
    on(wire, "opened", teller, |_| Told::Opened);
    on(wire, "silent", teller, |_| Told::Stale);
    on(wire, "deliver", teller, |args| Told::Message(args.get(0).as_string().unwrap_or_default()));
    on(wire, "retrying", teller, |args| Told::Retrying { code: number(args, 3) });
    on(wire, "closed", teller, |args| Told::Closed {
        failed: args.get(0).is_truthy(),
        clean: args.get(1).is_truthy(),
        code: number(args, 2),
    });
}

fn on(wire: &Wire, name: &str, teller: &UnboundedSender<Told>, told: fn(&Array) -> Told) {
    let teller = teller.clone();
    let tell = move |args: Array| drop(teller.unbounded_send(told(&args)));
    let tell: Function = Closure::<dyn Fn(Array)>::new(tell).into_js_value().unchecked_into();
    let variadic = Function::new_with_args("tell", "return (...args) => tell(args)");
    set(wire, name, &variadic.call1(&JsValue::NULL, &tell).expect("the function is well-formed"));
}

fn number(args: &Array, index: u32) -> u16 {
    args.get(index).as_f64().unwrap_or_default() as u16
}

fn set(target: &JsValue, name: &str, value: &JsValue) {
    Reflect::set(target, &name.into(), value).expect("the wire is an ordinary object");
}
