//! From what the wire tells to messages and events.

use alloc::rc::Rc;
use core::time::Duration;

use staywire_protocol::CloseCode;
use staywire_protocol::client::Cause;
use staywire_protocol::parts::ring::Gap;
use staywire_protocol::wire::{FreshReason, StreamPosition};
use wasm_bindgen::prelude::*;

use super::event::{Event, SessionOutcome};
use super::js::{Deliver, Face};
use super::message::Message;
use super::position::parsed;
use super::subscribers::{Delivered, OwnStream, Subscribers};

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
    face.set_deliver(Closure::<Deliver>::new(
        move |data, _, stream: Option<String>, position: Option<String>| {
            let place = stream.zip(position).and_then(|(stream, position)| place(&stream, &position));
            all.messages.tell(Delivered { message: Message::from_js(&data), place });
        },
    ));
    let all = Rc::clone(subscribers);
    face.set_opened(Closure::new(move || all.events.tell(Event::Open)));
    let all = Rc::clone(subscribers);
    face.set_silent(Closure::new(move || all.events.tell(Event::Stale)));
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

fn place(stream: &str, position: &str) -> Option<(OwnStream, StreamPosition)> {
    let stream = match stream {
        "broadcast" => OwnStream::Broadcast,
        "user" => OwnStream::User,
        _ => return None,
    };
    Some((stream, parsed(position)?))
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

#[cfg(test)]
mod tests {
    use futures_channel::mpsc::UnboundedReceiver;
    use js_sys::{Array, Function, Reflect};
    use wasm_bindgen_test::{wasm_bindgen_test as test, wasm_bindgen_test_configure};

    use super::*;

    wasm_bindgen_test_configure!(run_in_browser);

    /// What is told when the wire calls its method `name` with `args`.
    fn told(name: &str, args: impl IntoIterator<Item = JsValue>) -> Option<Event> {
        let face = Face::new(&wasm_bindgen::exports(), true, "", Vec::new(), None, None, None, &[0.0; 9]);
        let subscribers = Rc::<Subscribers>::default();
        let mut events: UnboundedReceiver<Event> = subscribers.events.add();
        tell(&face, &subscribers);
        let method = Reflect::get(&face, &name.into()).ok()?.dyn_into::<Function>().ok()?;
        method.apply(&face, &args.into_iter().collect::<Array>()).ok()?;
        events.try_recv().ok()
    }

    #[test]
    fn every_outcome_of_a_session_is_told_as_such() {
        for (name, outcome) in [
            ("resumed", SessionOutcome::Resumed),
            ("expired", SessionOutcome::Fresh(FreshReason::Expired)),
            ("unknown", SessionOutcome::Fresh(FreshReason::Unknown)),
            ("identity", SessionOutcome::Fresh(FreshReason::Identity)),
            ("restarted", SessionOutcome::Fresh(FreshReason::Restarted)),
        ] {
            assert_eq!(told("session", [name.into()]), Some(Event::Session(outcome)));
        }
    }

    #[test]
    fn a_gap_has_numbers_where_they_are_known() {
        let gap = |gap| Some(Event::Gap { stream: "inbox".into(), gap });
        assert_eq!(told("gap", ["inbox".into(), 3.into(), 7.into()]), gap(Some(Gap { from: 3, to: 7 })));
        assert_eq!(told("gap", ["inbox".into()]), gap(None));
    }

    #[test]
    fn every_cause_is_told_by_its_number() {
        for cause in CAUSES {
            let args = [1.into(), 250.into(), (cause as u8).into(), 1006.into(), "why".into()];
            let reason = "why".into();
            let delay = Duration::from_millis(250);
            let expected =
                Event::Reconnecting { attempt: 1, delay, cause, code: CloseCode::ABNORMAL, reason };
            assert_eq!(told("retrying", args), Some(expected));
        }
    }
}
