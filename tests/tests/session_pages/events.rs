//! What a lone `onmessage` sees of a message, which is not dispatched to it, in real browsers.

use serde_json::{Value, json};
use staywire_tests::{Browser, BrowserKind};

use crate::site::{SOON, Site};

/// All that the event has and says, during the call and afterwards, as text.
const LOOK: &str = "
    const look = (event, target) => {
        const names = new Set();
        for (let from = event; from && from !== Object.prototype; from = Object.getPrototypeOf(from)) {
            Object.getOwnPropertyNames(from).forEach((name) => names.add(name));
        }
        // Gecko's own names for the target stay empty.
        for (const name of ['timeStamp', 'originalTarget', 'explicitOriginalTarget']) names.delete(name);
        const printed = (value) => (value === target ? 'the target' : value === null ? 'null' : String(value));
        return [...names].sort().map((name) => name + ': ' + printed(event[name]))
            .concat('path: ' + event.composedPath().map(printed));
    };";

/// What `onmessage` of another session sees of its echo, alone or beside a listener.
async fn seen(page: &Browser, has_listener: bool) -> Value {
    page.run(&format!(
        "{LOOK}
         const other = new socket.constructor(socket.url, {{ session: true }});
         window.seen = [];
         other.onmessage = (event) => {{
             seen.push(look(event, other));
             setTimeout(() => seen.push(look(event, other)));
         }};
         if ({has_listener}) other.addEventListener('message', () => {{}});
         other.send('hello');"
    ))
    .await;
    page.wait_for("seen.length === 2 && seen", SOON).await
}

async fn a_lone_handler_sees_what_is_dispatched(kind: BrowserKind) {
    let site = Site::open().await;
    let page = site.visit(kind).await;
    let lone = seen(&page, false).await;
    assert_eq!(lone, seen(&page, true).await);
    assert!(lone[0].as_array().is_some_and(|lines| lines.contains(&json!("currentTarget: the target"))));
    assert!(lone[1].as_array().is_some_and(|lines| lines.contains(&json!("currentTarget: null"))));
}

#[tokio::test]
async fn a_lone_handler_sees_the_event_that_it_would_see_beside_a_listener() {
    a_lone_handler_sees_what_is_dispatched(BrowserKind::Chromium).await;
}

#[tokio::test]
async fn a_lone_handler_sees_the_event_that_it_would_see_beside_a_listener_in_firefox() {
    a_lone_handler_sees_what_is_dispatched(BrowserKind::Firefox).await;
}

async fn the_page_hears_what_a_lone_handler_throws(kind: BrowserKind) {
    let site = Site::open().await;
    let page = site.visit(kind).await;
    page.run(
        // What such a script throws is not told to the page, but that it throws is.
        "window.uncaught = 0;
         window.received = [];
         addEventListener('error', () => window.uncaught++);
         const other = new socket.constructor(socket.url, { session: true });
         other.onmessage = ({ data }) => {
             received.push(data);
             throw new Error();
         };
         other.send('one');
         other.send('two');",
    )
    .await;
    page.wait_for("uncaught === 2", SOON).await;
    assert_eq!(page.run("return received").await, json!(["one", "two"]));
}

#[tokio::test]
async fn what_a_lone_handler_throws_is_uncaught_and_the_next_message_comes() {
    the_page_hears_what_a_lone_handler_throws(BrowserKind::Chromium).await;
}

#[tokio::test]
async fn what_a_lone_handler_throws_is_uncaught_and_the_next_message_comes_in_firefox() {
    the_page_hears_what_a_lone_handler_throws(BrowserKind::Firefox).await;
}

/// What a handler without a parameter finds in `window.event`, which pages are used to.
async fn the_global_event_is_the_message(kind: BrowserKind) {
    let site = Site::open().await;
    let page = site.visit(kind).await;
    page.run(
        "window.found = [];
         const other = new socket.constructor(socket.url, { session: true });
         other.onmessage = () => found.push(window.event.data, window.event.currentTarget === other);
         other.send('hello');",
    )
    .await;
    assert_eq!(page.wait_for("found.length && found", SOON).await, json!(["hello", true]));
}

#[tokio::test]
async fn a_handler_without_a_parameter_finds_the_message_in_the_global_event() {
    the_global_event_is_the_message(BrowserKind::Chromium).await;
}

#[tokio::test]
async fn a_handler_without_a_parameter_finds_the_message_in_the_global_event_in_firefox() {
    the_global_event_is_the_message(BrowserKind::Firefox).await;
}
