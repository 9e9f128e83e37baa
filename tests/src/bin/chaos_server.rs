//! `chaos_server FIRST INTERVAL_MS`: the server of a chaos run, in a process that can be killed.
//!
//! Each interval it sends one numbered message to every session, every user and everybody, counting from
//! FIRST, and tells all that it does on its standard output, one report a line. The first line is
//! `listening on 127.0.0.1:PORT`.
//!
//! ```text
//! SIGTERM            ends it in good order, and so does the end of its standard input
//! a line on stdin    ends its sending
//! ```

use std::collections::BTreeMap;
use std::error::Error;
use std::io::{Write, stdin, stdout};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use staywire_server::{
    CloseReason, Endpoint, Handshake, HandshakeInterceptor, ListenerError, Message, Rejection, Server,
    Session, UserDelivery, WsHelper, WsListener,
};
use staywire_tests::chaos::{Report, Stream};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::oneshot;
use tokio::time::{MissedTickBehavior, interval};

/// Short, so that a connection that fell silent is replaced before the fault is over.
const HEARTBEAT_INTERVAL: Duration = Duration::from_secs(1);
const HEARTBEAT_TIMEOUT: Duration = Duration::from_millis(500);

/// The sessions that are open, by the name of their client.
#[derive(Clone, Default)]
struct Sessions(Arc<Mutex<BTreeMap<String, Session>>>);

impl Sessions {
    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, Session>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The name by which the ledger knows a session's client.
fn client(session: &Session) -> String {
    session.path_param("client").unwrap_or_default().to_owned()
}

/// Takes the user from the path.
struct UserOfPath;

impl HandshakeInterceptor for UserOfPath {
    async fn before_handshake(&self, handshake: &mut Handshake) -> Result<(), Rejection> {
        let user = handshake.path_param("user").unwrap_or_default().to_owned();
        handshake.set_user(user)
    }
}

struct Chaos {
    sessions: Sessions,
}

impl WsListener for Chaos {
    async fn open(&self, session: &Session) -> Result<(), ListenerError> {
        self.sessions.lock().insert(client(session), session.clone());
        Ok(())
    }

    async fn message(&self, session: &Session, message: Message) -> Result<(), ListenerError> {
        let number = message.as_text().unwrap_or_default().parse()?;
        report(&Report::Handled { client: client(session), number, is_redelivered: false });
        Ok(())
    }

    async fn close(&self, session: &Session, _reason: CloseReason) {
        let mut sessions = self.sessions.lock();
        // The client may have another session by now.
        if sessions.get(&client(session)).is_some_and(|current| current.id() == session.id()) {
            sessions.remove(&client(session));
        }
    }
}

/// A whole line at once, so that a process that is killed leaves no half of one.
fn report(report: &Report) {
    say(&report.to_string());
}

fn say(line: &str) {
    // Who does not read any more is about to end this process.
    let _ = stdout().lock().write_all(format!("{line}\n").as_bytes());
}

/// Sends without end; to be dropped when it is enough.
async fn send_for_ever(helper: WsHelper, sessions: Sessions, first: u64, every: Duration) {
    let mut ticks = interval(every);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    for number in first.. {
        ticks.tick().await;
        // Reports are written before the lock is let go, so that a session that opens meanwhile changes nothing.
        for (client, session) in &*sessions.lock() {
            let stream = Stream::Inbox { client: client.clone(), session: session.id().to_string() };
            offer(&stream, number, |text| session.send(text).is_ok());
        }
        for user in helper.users().into_keys() {
            offer(&Stream::User(user.to_string()), number, |text| {
                helper.send_to_user(&user, text) != UserDelivery::Unknown
            });
        }
        offer(&Stream::Broadcast, number, |text| {
            let _ = helper.broadcast(text);
            true
        });
    }
}

/// Reports a message, sends it, and reports if it was refused.
fn offer(stream: &Stream, number: u64, send: impl FnOnce(String) -> bool) {
    report(&Report::Offered(stream.clone(), number));
    if !send(stream.message(number)) {
        report(&Report::Refused(stream.clone(), number));
    }
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
    let mut args = std::env::args().skip(1);
    let mut number = || {
        args.next()
            .ok_or("usage: chaos_server FIRST INTERVAL_MS")?
            .parse::<u64>()
            .map_err(Box::<dyn Error>::from)
    };
    let (first, every) = (number()?, Duration::from_millis(number()?));

    let sessions = Sessions::default();
    let listener = Chaos { sessions: sessions.clone() };
    let endpoint = Endpoint::new(listener).intercept(UserOfPath);
    let server = Server::builder()
        .endpoint("/chaos/{user}/{client}", endpoint)
        .heartbeat(HEARTBEAT_INTERVAL, HEARTBEAT_TIMEOUT)
        .dev()
        .build()?;
    let (hushed, ended) = read_orders();
    let mut terminate = signal(SignalKind::terminate())?;
    let sending = tokio::spawn(send_for_ever(server.helper(), sessions, first, every));
    let stop_sending = sending.abort_handle();
    tokio::spawn(async move {
        if hushed.await.is_ok() {
            stop_sending.abort();
        }
    });

    let socket = TcpListener::bind(("127.0.0.1", 0)).await?;
    say(&format!("listening on {}", socket.local_addr()?));
    let shutdown = async {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = ended => {}
        }
        sending.abort();
    };
    server.serve(socket, shutdown).await?;
    Ok(())
}
