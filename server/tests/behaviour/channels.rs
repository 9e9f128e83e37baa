//! Channel style: what a session's two channels promise.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use staywire_server::http::StatusCode;
use staywire_server::{
    Endpoint, In, ListenerError, Message, Out, Rejection, Server, interceptor_fn, on_ready,
};
use tokio::io::AsyncWriteExt;
use tokio::sync::{Semaphore, mpsc, watch};

use crate::session_mode::client::Visitor;
use crate::support::{Running, frame, serve, soon};

type Printed = mpsc::UnboundedReceiver<String>;

/// A stand-in for the console.
fn console() -> (mpsc::UnboundedSender<String>, Printed) {
    mpsc::unbounded_channel()
}

async fn next(printed: &mut Printed) -> String {
    soon(printed.recv()).await.expect("the console is gone")
}

#[tokio::test]
async fn a_handler_greets_prints_each_message_and_says_when_it_is_over() {
    let (console, mut printed) = console();
    let index = on_ready(async move |input: In, out: Out| {
        let closing = console.clone();
        input.on_message(async move |event: String| Ok(console.send(event)?));
        input.on_close(async move |_| drop(closing.send("Disconnected".to_owned())));
        out.write("Hello!")?;
        Ok(())
    });
    let running = serve(Server::builder().endpoint("/", index)).await;
    let mut client = running.connect("/").await;
    assert_eq!(client.next_text().await, "Hello!");
    client.send("one").await;
    client.send(b"not text".to_vec()).await;
    client.send("two").await;
    client.close().await;
    for expected in ["one", "two", "Disconnected"] {
        assert_eq!(next(&mut printed).await, expected);
    }
}

#[tokio::test]
async fn a_handler_that_closes_at_once_still_says_hello_and_hears_nothing() {
    let index = on_ready(async |_: In, out: Out| {
        out.write("Hello!")?;
        out.close();
        Ok(())
    });
    let running = serve(Server::builder().endpoint("/", index)).await;
    let mut client = running.connect("/").await;
    client.send("to nobody").await;
    assert_eq!(client.next_text().await, "Hello!");
    assert_eq!(client.next_close().await, (1000, String::new()));
}

#[tokio::test]
async fn messages_that_come_before_the_handler_is_set_wait_for_it_in_order() {
    let (console, mut printed) = console();
    let gate = Arc::new(Semaphore::new(0));
    let index = {
        let gate = Arc::clone(&gate);
        on_ready(async move |input: In, _: Out| {
            gate.acquire().await?.forget();
            input.on_message(async move |event: String| Ok(console.send(event)?));
            Ok(())
        })
    };
    let running = serve(Server::builder().endpoint("/", index)).await;
    let mut stream = running.raw_handshake("/", "").await;
    for number in 0..100 {
        stream.write_all(&frame(0x81, format!("message {number}").as_bytes())).await.unwrap();
    }
    gate.add_permits(1);
    for number in 0..100 {
        assert_eq!(next(&mut printed).await, format!("message {number}"));
    }
}

#[tokio::test]
async fn several_handlers_are_called_in_their_order_and_an_error_stops_at_the_first() {
    let (console, mut printed) = console();
    let index = on_ready(async move |input: In, _: Out| {
        for name in ["first", "second"] {
            let (console, closing) = (console.clone(), console.clone());
            input.on_message(async move |event: Message| {
                let text = event.as_text().unwrap_or("(binary)");
                console.send(format!("{name}: {text}"))?;
                if text == "bad" { Err(ListenerError::msg("a bad message")) } else { Ok(()) }
            });
            input.on_close(async move |reason| {
                drop(closing.send(format!("{name}: {}", reason.code.number())))
            });
        }
        Ok(())
    });
    let running = serve(Server::builder().endpoint("/", index)).await;
    let mut client = running.connect("/").await;
    client.send("good").await;
    client.send("bad").await;
    client.send(b"good".to_vec()).await;
    client.close().await;
    for expected in [
        "first: good",
        "second: good",
        "first: bad",
        "first: (binary)",
        "second: (binary)",
        "first: 1005",
        "second: 1005",
    ] {
        assert_eq!(next(&mut printed).await, expected);
    }
}

#[tokio::test]
async fn a_request_is_seen_whole_before_it_is_accepted_and_when_it_is_ready() {
    let ready_count = Arc::new(AtomicUsize::new(0));
    let index = {
        let ready_count = Arc::clone(&ready_count);
        on_ready(async move |input: In, out: Out| {
            ready_count.fetch_add(1, Ordering::SeqCst);
            let session = input.session();
            out.write(format!("{:?} {:?}", session.cookie("PLAY_SESSION"), session.query_param("room")))?;
            Ok(())
        })
    };
    let members_only = interceptor_fn(|request| match (request.cookie("PLAY_SESSION"), request.path()) {
        (Some(_), "/chat") => Ok(()),
        _ => Err(Rejection::new(StatusCode::FORBIDDEN, "log in first\n")),
    });
    let running =
        serve(Server::builder().endpoint("/chat", Endpoint::new(index).intercept(members_only))).await;
    let answer = running.request("/chat", "Cookie: other=1\r\n").await;
    assert!(answer.starts_with("HTTP/1.1 403 ") && answer.ends_with("\r\n\r\nlog in first\n"), "{answer}");
    assert_eq!(ready_count.load(Ordering::SeqCst), 0);
    let mut client = running.connect_with("/chat?room=7", &[("cookie", "PLAY_SESSION=ann")]).await;
    assert_eq!(client.next_text().await, r#"Some("ann") Some("7")"#);
}

/// Holds the session that it is a handler of, and tells when it is dropped.
#[derive(Clone)]
struct Held {
    _out: Out,
    _dropped: Arc<Dropped>,
}

struct Dropped(watch::Sender<bool>);

impl Drop for Dropped {
    fn drop(&mut self) {
        self.0.send_replace(true);
    }
}

/// Serves handlers that hold their own session and never return; `true` once such a handler is dropped.
async fn serve_holding() -> (Running, watch::Receiver<bool>) {
    let (sender, dropped) = watch::channel(false);
    let builder = Server::builder().drain_timeout(Duration::from_millis(50)).endpoint(
        "/",
        on_ready(async move |input: In, out: Out| {
            let held = Held { _out: out.clone(), _dropped: Arc::new(Dropped(sender)) };
            input.on_message(async move |event: String| {
                // All of it is captured by this.
                let _held = &held;
                if event == "wait" { std::future::pending().await } else { Ok(()) }
            });
            out.write("ready")?;
            Ok(())
        }),
    );
    (serve(builder).await, dropped)
}

#[tokio::test]
async fn handlers_that_hold_their_own_session_end_with_it() {
    let (running, mut dropped) = serve_holding().await;
    let mut client = running.connect("/").await;
    assert_eq!(client.next_text().await, "ready");
    assert!(!*dropped.borrow());
    client.close().await;
    soon(dropped.wait_for(|&dropped| dropped)).await.unwrap();
}

#[tokio::test]
async fn handlers_of_a_session_that_was_stopped_end_too() {
    let (running, mut dropped) = serve_holding().await;
    let mut client = running.connect("/").await;
    assert_eq!(client.next_text().await, "ready");
    client.send("wait").await;
    running.stop().await;
    soon(dropped.wait_for(|&dropped| dropped)).await.unwrap();
}

#[tokio::test]
async fn a_session_that_goes_on_in_the_next_process_is_made_ready_again() {
    let dir = tempfile::tempdir().unwrap();
    let start = || {
        let index = on_ready(async |input: In, out: Out| {
            if !input.is_restored() {
                out.write("Hello!")?;
            }
            input.on_message(async move |event: String| Ok(out.write(event)?));
            Ok(())
        });
        serve(
            Server::builder()
                .close_timeout(Duration::from_millis(100))
                .endpoint("/", index)
                .state_dir(dir.path()),
        )
    };
    let first = start().await;
    let mut visitor = Visitor::arrive(&first, "/", 1).await;
    assert_eq!(visitor.hear().await, "Hello!");
    first.stop().await;

    let second = start().await;
    let answer = visitor.come_back(&second).await;
    assert_eq!(answer.kind(), "resumed");
    visitor.say("still here").await;
    assert_eq!(visitor.hear().await, "still here");
}
