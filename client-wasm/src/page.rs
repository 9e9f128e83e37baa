//! The page's life as hints to the machine.

use std::rc::Weak;

use gloo_events::EventListener;
use staywire_protocol::client::{Hint, Input};
use wasm_bindgen::prelude::*;
use web_sys::{Document, Event, EventTarget, PageTransitionEvent};

use crate::driver::Driver;

#[wasm_bindgen]
extern "C" {
    /// Absent in workers and outside browsers.
    #[wasm_bindgen(thread_local_v2, js_name = document)]
    static DOCUMENT: Option<Document>;
}

/// Listens to the page until it is dropped.
pub(crate) struct PageListeners {
    _listeners: Vec<EventListener>,
}

impl PageListeners {
    /// Listens where there is something to listen to: a worker has a network but no page, Node has neither.
    pub(crate) fn new(driver: &Weak<Driver>) -> Self {
        let mut listeners = Vec::with_capacity(7);
        if let Ok(global) = js_sys::global().dyn_into::<EventTarget>() {
            let mut on = |kind, hint| listeners.push(listen(&global, kind, driver, hint));
            on("online", |_| Hint::Online);
            on("offline", |_| Hint::Offline);
            on("pagehide", |event| Hint::PageHide { persisted: persisted(event) });
            on("pageshow", |event| Hint::PageShow { persisted: persisted(event) });
        }
        if let Some(document) = DOCUMENT.with(Clone::clone) {
            let mut on = |kind, hint| listeners.push(listen(&document, kind, driver, hint));
            on("visibilitychange", |_| visibility());
            on("freeze", |_| Hint::Freeze);
            on("resume", |_| Hint::Resume);
        }
        Self { _listeners: listeners }
    }
}

fn listen(
    target: &EventTarget,
    kind: &'static str,
    driver: &Weak<Driver>,
    hint: fn(&Event) -> Hint,
) -> EventListener {
    let driver = driver.clone();
    EventListener::new(target, kind, move |event| {
        if let Some(driver) = driver.upgrade() {
            driver.input(Input::Hint(hint(event)));
        }
    })
}

fn persisted(event: &Event) -> bool {
    event.dyn_ref::<PageTransitionEvent>().is_some_and(PageTransitionEvent::persisted)
}

fn visibility() -> Hint {
    let hidden = DOCUMENT.with(|document| document.as_ref().is_some_and(Document::hidden));
    if hidden { Hint::Hidden } else { Hint::Visible }
}
