//! Requests of pages: answered once, over any number of cuts, or given up.

use std::future::pending;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::json;
use staywire_server::{ListenerError, Message, RequestFailure, Server, Session, WsListener};
use staywire_tests::{Browser, BrowserKind, FaultProxy, open_session_page, serve};
use tokio::sync::{Semaphore, watch};

use crate::site::SOON;

/// How long it may take from a page's `abort` to the end of its handler.
const AT_ONCE: Duration = Duration::from_millis(100);

/// A busy machine may be late once; who does not drop a handler at once is late each time.
const TRIES: usize = 5;

/// Answers once it is told to, and says when it is given up.
struct Oracle {
    asked: AtomicU32,
    may_answer: Semaphore,
    /// When a handler was dropped without an answer.
    dropped_at: watch::Sender<Option<SystemTime>>,
}

impl Oracle {
    fn new() -> Arc<Self> {
        let (asked, may_answer) = (AtomicU32::new(0), Semaphore::new(0));
        Arc::new(Self { asked, may_answer, dropped_at: watch::Sender::new(None) })
    }
}

/// Says when it is dropped.
struct Guard<'a>(&'a watch::Sender<Option<SystemTime>>);

impl Drop for Guard<'_> {
    fn drop(&mut self) {
        self.0.send_replace(Some(SystemTime::now()));
    }
}

impl WsListener for Oracle {
    async fn message(&self, session: &Session, message: Message) -> Result<(), ListenerError> {
        session.send(message)?;
        Ok(())
    }

    async fn request(&self, session: &Session, request: Message) -> Result<Message, RequestFailure> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        session.send("asked")?;
        if request.as_text() == Some("for ever") {
            let _guard = Guard(&self.dropped_at);
            pending::<()>().await;
        }
        self.may_answer.acquire().await?.forget();
        Ok(request)
    }
}

/// A page with a session, and the proxy that it reaches the oracle through.
async fn ask(kind: BrowserKind, oracle: &Arc<Oracle>) -> (Browser, FaultProxy) {
    let server = Server::builder().endpoint("/ws", Arc::clone(oracle)).dev().build();
    let server = server.expect("the settings fit each other");
    let router = server.router();
    let proxy = FaultProxy::to(serve(server, router).await).await;
    let page = open_session_page(kind).await;
    page.run(&format!("begin('{}', {{ maxReconnectDelay: 100 }})", proxy.url("/ws"))).await;
    page.wait_for("count('open') === 1", SOON).await;
    (page, proxy)
}

async fn an_abort_ends_the_handler(kind: BrowserKind) {
    let oracle = Oracle::new();
    let (page, _proxy) = ask(kind, &oracle).await;
    let mut took = Duration::MAX;
    for number in 1..=TRIES {
        took = took.min(abort(&page, &oracle, number).await);
    }
    println!("the handler was dropped {took:?} after the abort");
    assert!(took <= AT_ONCE, "the handler was dropped only {took:?} after the abort");
}

/// Has the page's request of that `number` given up; how long its handler lives on.
async fn abort(page: &Browser, oracle: &Oracle, number: usize) -> Duration {
    oracle.dropped_at.send_replace(None);
    page.run(
        "window.controller = new AbortController();
         window.failure = undefined;
         socket.request('for ever', controller).catch(({ name }) => (window.failure = name));",
    )
    .await;
    page.wait_for(&format!("texts().filter((text) => text === 'asked').length === {number}"), SOON).await;
    let mut dropped_at = oracle.dropped_at.subscribe();
    assert_eq!(*dropped_at.borrow(), None);

    let aborted_at = page.run("const at = Date.now(); controller.abort(); return at").await;
    let dropped = tokio::time::timeout(SOON, dropped_at.wait_for(Option::is_some)).await;
    let dropped_at =
        dropped.expect("the handler is dropped").expect("the oracle is there").expect("some time");
    assert_eq!(page.wait_for("failure", SOON).await, json!("AbortError"));
    // Both clocks are this machine's; the page's has whole milliseconds.
    let aborted_at = UNIX_EPOCH + Duration::from_millis(aborted_at.as_u64().expect("a time"));
    dropped_at.duration_since(aborted_at).unwrap_or_default()
}

#[tokio::test]
async fn an_abort_signal_ends_the_handler_at_once() {
    an_abort_ends_the_handler(BrowserKind::Chromium).await;
}

#[tokio::test]
async fn an_abort_signal_ends_the_handler_at_once_in_firefox() {
    an_abort_ends_the_handler(BrowserKind::Firefox).await;
}

async fn ten_cuts_leave_one_answer(kind: BrowserKind) {
    let oracle = Oracle::new();
    let (page, proxy) = ask(kind, &oracle).await;
    page.run(
        "window.replies = [];
         socket.request('once').then((reply) => replies.push(reply), ({ message }) => replies.push(message));",
    )
    .await;
    for cut in 1..=10 {
        proxy.next_connection(SOON).await.cut();
        page.wait_for(&format!("outcomes().length === {cut}"), SOON).await;
        if cut == 5 {
            oracle.may_answer.add_permits(1);
        }
    }
    page.wait_for("replies.length", SOON).await;
    page.run("send(1, 1)").await;
    page.wait_for("texts().includes('1')", SOON).await;
    assert_eq!(page.run("return replies").await, json!(["once"]));
    assert_eq!(oracle.asked.load(Ordering::Relaxed), 1);
    assert_eq!(page.run("return outcomes().filter((outcome) => outcome !== 'resumed')").await, json!([]));
}

#[tokio::test]
async fn a_request_that_is_cut_ten_times_is_answered_once() {
    ten_cuts_leave_one_answer(BrowserKind::Chromium).await;
}

#[tokio::test]
async fn a_request_that_is_cut_ten_times_is_answered_once_in_firefox() {
    ten_cuts_leave_one_answer(BrowserKind::Firefox).await;
}

#[tokio::test]
async fn the_seventeenth_request_at_once_is_refused_and_the_others_are_answered() {
    let oracle = Oracle::new();
    let (page, _proxy) = ask(BrowserKind::Chromium, &oracle).await;
    page.run(
        "window.replies = [];
         window.refusals = [];
         window.ask = (name) =>
           socket.request(name).then((reply) => replies.push(reply), ({ kind, code }) => refusals.push([name, kind, code]));
         for (let number = 1; number <= 17; number++) ask(`request ${number}`);",
    )
    .await;
    let refusals = page.wait_for("refusals.length && refusals", SOON).await;
    assert_eq!(refusals, json!([["request 17", "tooMany", 4]]));
    oracle.may_answer.add_permits(17);
    page.wait_for("replies.length === 16", SOON).await;
    page.run("ask('again')").await;
    page.wait_for("replies.includes('again')", SOON).await;
    assert_eq!(page.run("return refusals.length").await, json!(1));
}

#[tokio::test]
async fn a_page_answers_the_server_and_fails_as_it_says() {
    struct Curious;

    impl WsListener for Curious {
        async fn message(&self, session: &Session, question: Message) -> Result<(), ListenerError> {
            let asked = session.clone();
            tokio::spawn(async move {
                let told = match asked.request(question, SOON).await {
                    Ok(reply) => format!("{reply:?}"),
                    Err(error) => error.to_string(),
                };
                let _ = asked.send(told);
            });
            Ok(())
        }
    }

    let server = Server::builder().endpoint("/ws", Curious).dev().build().expect("a server");
    let router = server.router();
    let address = serve(server, router).await;
    let page = open_session_page(BrowserKind::Chromium).await;
    page.run(&format!(
        "const {{ RequestError }} = await import('/staywire/index.js');
         begin('ws://{address}/ws');
         socket.onRequest(async (question) => {{
             if (question === 'fail') throw new RequestError(4711, 'out of dumplings');
             return `answer to ${{question}}`;
         }});"
    ))
    .await;
    page.wait_for("count('open') === 1", SOON).await;
    page.run("socket.send('question'); socket.send('fail')").await;
    let texts = page.wait_for("texts().length === 2 && texts()", SOON).await.to_string();
    assert!(texts.contains("answer to question"), "{texts}");
    assert!(texts.contains("4711") && texts.contains("out of dumplings"), "{texts}");
}
