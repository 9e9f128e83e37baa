//! From what the wire tells to messages and events.

use alloc::rc::Rc;
use core::time::Duration;

use staywire_protocol::CloseCode;
use staywire_protocol::client::Cause;
use staywire_protocol::parts::ring::Gap;
use staywire_protocol::wire::FreshReason;
use wasm_bindgen::prelude::*;

use super::event::{Event, SessionOutcome};
use super::js::Face;
use super::message::Message;
use super::subscribers::Subscribers;

/// In the order of their numbers.
const CAUSES: [Cause; 8] = [
    Cause::Peer,
    Cause::ConnectTimeout,
    Cause::Silence,
    Cause::Requested,
    Cause::Suspended,
    Cause::Unlocated,
    Cause::Undialable,
    Cause::Violation,
];

/// Has `face` tell `subscribers`.
pub(super) fn tell(face: &Face, subscribers: &Rc<Subscribers>) {
    let all = Rc::clone(subscribers);
    face.set_deliver(Closure::new(move |data| all.messages.tell(Message::from_js(&data))));
    let all = Rc::clone(subscribers);
    face.set_opened(Closure::new(move || all.events.tell(Event::Open)));
    let all = Rc::clone(subscribers);
    face.set_stale(Closure::new(move || all.events.tell(Event::Stale)));
    tell_of_session(face, subscribers);
    tell_of_connections(face, subscribers);
}

fn tell_of_session(face: &Face, subscribers: &Rc<Subscribers>) {
    let all = Rc::clone(subscribers);
    face.set_session(Closure::new(move |outcome: String| {
        all.events.tell(Event::Session(session_outcome(&outcome)));
    }));
    let all = Rc::clone(subscribers);
    face.set_gap(Closure::new(move |stream, from: Option<f64>, to: Option<f64>| {
        let gap = from.zip(to).map(|(from, to)| Gap { from: from as u64, to: to as u64 });
        all.events.tell(Event::Gap { stream, gap });
    }));
}

fn tell_of_connections(face: &Face, subscribers: &Rc<Subscribers>) {
    let all = Rc::clone(subscribers);
    face.set_retrying(Closure::new(move |attempt, delay: u32, cause: usize, code, reason| {
        let delay = Duration::from_millis(delay.into());
        // The core numbers no other.
        let cause = CAUSES.get(cause).copied().unwrap_or(Cause::Peer);
        let code = CloseCode::from_number(code);
        all.events.tell(Event::Reconnecting { attempt, delay, cause, code, reason });
    }));
    let all = Rc::clone(subscribers);
    face.set_closed(Closure::new(move |is_failure, was_clean, code, reason| {
        let code = CloseCode::from_number(code);
        all.events.tell(Event::Closed { is_failure, was_clean, code, reason });
        all.end();
    }));
}

/// The outcome that `js/session.js` calls by that name.
fn session_outcome(name: &str) -> SessionOutcome {
    match name {
        "resumed" => SessionOutcome::Resumed,
        "expired" => SessionOutcome::Fresh(FreshReason::Expired),
        "unknown" => SessionOutcome::Fresh(FreshReason::Unknown),
        "identity" => SessionOutcome::Fresh(FreshReason::Identity),
        _ => SessionOutcome::Fresh(FreshReason::Restarted),
    }
}
