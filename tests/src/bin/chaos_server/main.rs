//! `chaos_server --first N --interval MS [--state-dir PATH] [--ring BYTES] [--hasty]`: the server of a chaos run, in a
//! process that can be killed.
//!
//! Each interval it sends one numbered message to every session, every user and everybody, counting from N, and tells
//! all that it does on its standard output, one report a line. The first line is `listening on 127.0.0.1:PORT`.
//! Now and then it asks everybody to move to another connection. A hasty one has a listener that dawdles, and stops it over its message when it ends.
//!
//! ```text
//! SIGTERM            ends it in good order, and so does the end of its standard input
//! a line on stdin    ends its sending
//! ```

mod listener;
mod options;
mod sending;

use std::error::Error;
use std::io::{Write, stdin, stdout};
use std::time::Duration;

use staywire_server::{Endpoint, Retention, Server, TopicSettings};
use staywire_tests::chaos::Report;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::oneshot;

use listener::{Listener, Sessions, UserOfPath};
use options::Options;
use sending::send_for_ever;

/// Short, so that a connection that fell silent is replaced before the fault is over.
const HEARTBEAT_INTERVAL: Duration = Duration::from_secs(1);
const HEARTBEAT_TIMEOUT: Duration = Duration::from_millis(500);

/// Short, so that it is the server's absence that is measured, and not how politely its clients come back.
const RETURN_WINDOW: Duration = Duration::from_millis(500);

/// More than clients ask for during the longest outage, for they all come at once afterwards.
const MAX_REQUESTS: usize = 1_000;

/// Of each topic, for who comes late or back: more than is published during any absence.
const HISTORY: usize = 1_000;
const HISTORY_AGE: Duration = Duration::from_secs(600);

/// What a hasty server gives its listeners.
const HASTY_DRAIN: Duration = Duration::from_millis(1);

/// A whole line at once, so that a process that is killed leaves no half of one.
fn report(report: &Report) {
    say(&report.to_string());
}

fn say(line: &str) {
    // Who does not read any more is about to end this process.
    let _ = stdout().lock().write_all(format!("{line}\n").as_bytes());
}

/// Reads orders: a line ends the sending, the end of the input ends the process.
fn read_orders() -> (oneshot::Receiver<()>, oneshot::Receiver<()>) {
    let (hush, hushed) = oneshot::channel();
    let (end, ended) = oneshot::channel();
    std::thread::spawn(move || {
        let mut hush = Some(hush);
        for line in stdin().lines() {
            if line.is_err() {
                break;
            }
            hush = hush.and_then(|hush| hush.send(()).err().and(None));
        }
        let _ = end.send(());
    });
    (hushed, ended)
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let options = Options::read(std::env::args().skip(1))?;
    let sessions = Sessions::default();
    let listener = Listener { sessions: sessions.clone(), dawdles: options.is_hasty };
    let mut builder = Server::builder()
        .endpoint("/chaos/{user}/{client}", Endpoint::new(listener).intercept(UserOfPath))
        .heartbeat(HEARTBEAT_INTERVAL, HEARTBEAT_TIMEOUT)
        .return_window(RETURN_WINDOW)
        .max_requests(MAX_REQUESTS)
        .topics("", TopicSettings::new().history(Retention::new(HISTORY, HISTORY_AGE)))
        .dev();
    if let Some(state_dir) = options.state_dir {
        builder = builder.state_dir(state_dir);
    }
    if let Some(bytes) = options.ring_bytes {
        builder = builder.max_ring_bytes(bytes);
    }
    if options.is_hasty {
        builder = builder.drain_timeout(HASTY_DRAIN);
    }
    let server = builder.build()?;
    let (hushed, ended) = read_orders();
    let mut terminate = signal(SignalKind::terminate())?;

    let socket = TcpListener::bind(("127.0.0.1", 0)).await?;
    say(&format!("listening on {}", socket.local_addr()?));
    // What is sent before the sessions are back would not reach them.
    server.restore().await?;
    // It goes on while the server drains, and ends with the process.
    let sending = tokio::spawn(send_for_ever(server.helper(), sessions, options.first, options.interval));
    tokio::spawn(async move {
        if hushed.await.is_ok() {
            sending.abort();
        }
    });
    let shutdown = async {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = ended => {}
        }
    };
    server.serve(socket, shutdown).await?;
    Ok(())
}
