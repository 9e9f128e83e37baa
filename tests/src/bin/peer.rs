//! `peer [PORT]`: the server that clients under test talk to.
//!
//! Prints `listening on 127.0.0.1:PORT` and runs until its standard input closes.
//!
//! ```text
//! /echo              returns each message and each request, but fails `fail` and leaves `wait` without a reply;
//!                    topics are for everybody, but for reading `secrets` and publishing `news`
//! /ask               asks back what each message says, and sends the reply, or why there is none; waits for 50 ms for the
//!                    one to `hurry`
//! /close/{code}      closes with the code as soon as it is open
//! /cut-once/{name}   returns each message, but cuts the first connection of that name at its first one
//! /silent            takes messages and says nothing
//! /tell/{user}       sends each message to the user, but `all …` to everybody here; both are kept for who comes later
//! ```

use std::collections::HashSet;
use std::error::Error;
use std::io::{Read, stdin};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use staywire_server::{
    CloseCode, Endpoint, FailureCode, Handshake, HandshakeInterceptor, ListenerError, Message, Rejection,
    RequestFailure, Retention, Server, Session, TopicError, TopicName, WsListener,
};
use tokio::net::TcpListener;

struct Echo;

impl WsListener for Echo {
    async fn message(&self, session: &Session, message: Message) -> Result<(), ListenerError> {
        session.send(message)?;
        Ok(())
    }

    async fn request(&self, _session: &Session, request: Message) -> Result<Message, RequestFailure> {
        match request.as_text() {
            Some("fail") => Err(RequestFailure::new(FailureCode::from_number(1_000), "as asked")),
            Some("wait") => std::future::pending().await,
            _ => Ok(request),
        }
    }

    async fn subscribe(&self, _session: &Session, topic: &TopicName) -> Result<(), TopicError> {
        if topic.as_str() == "secrets" { Err(TopicError::not_allowed("not yours")) } else { Ok(()) }
    }

    async fn publish(&self, _session: &Session, topic: &TopicName, _: &Message) -> Result<(), TopicError> {
        if topic.as_str() == "news" { Err(TopicError::not_allowed("read only")) } else { Ok(()) }
    }
}

struct Asking;

impl WsListener for Asking {
    async fn message(&self, session: &Session, question: Message) -> Result<(), ListenerError> {
        let timeout = if question.as_text() == Some("hurry") { 50 } else { 10_000 };
        let session = session.clone();
        tokio::spawn(async move {
            let reply = session.request(question, Duration::from_millis(timeout)).await;
            session.send(reply.unwrap_or_else(|error| error.to_string().into()))
        });
        Ok(())
    }
}

struct Closing;

impl WsListener for Closing {
    async fn open(&self, session: &Session) -> Result<(), ListenerError> {
        let code = session.path_param("code").unwrap_or_default().parse()?;
        session.close(CloseCode::from_number(code), "as the path says");
        Ok(())
    }

    async fn message(&self, _session: &Session, _message: Message) -> Result<(), ListenerError> {
        Ok(())
    }
}

/// Holds the names whose first connection was cut.
#[derive(Default)]
struct CutOnce(Mutex<HashSet<String>>);

impl WsListener for CutOnce {
    async fn message(&self, session: &Session, message: Message) -> Result<(), ListenerError> {
        let name = session.path_param("name").unwrap_or_default().to_owned();
        let is_first = self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(name);
        if is_first {
            session.terminate();
            return Ok(());
        }
        session.send(message)?;
        Ok(())
    }
}

struct Silent;

impl WsListener for Silent {
    async fn message(&self, _session: &Session, _message: Message) -> Result<(), ListenerError> {
        Ok(())
    }
}

struct Telling;

impl WsListener for Telling {
    async fn message(&self, session: &Session, message: Message) -> Result<(), ListenerError> {
        let (helper, user) = (session.helper(), session.path_param("user").unwrap_or_default());
        if message.as_text().is_some_and(|text| text.starts_with("all ")) {
            let _ = helper.broadcast(message);
        } else {
            let _ = helper.send_to_user(user, message);
        }
        Ok(())
    }
}

impl HandshakeInterceptor for Telling {
    async fn before_handshake(&self, handshake: &mut Handshake) -> Result<(), Rejection> {
        let user = handshake.path_param("user").unwrap_or_default().to_owned();
        handshake.set_user(user)
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let port = std::env::args().nth(1).map_or(Ok(0), |port| port.parse())?;
    let keep = Retention::new(100, Duration::from_secs(60));
    let server = Server::builder()
        .broadcast_history(keep)
        .user_history(keep)
        .endpoint("/echo", Echo)
        .endpoint("/ask", Asking)
        .endpoint("/close/{code}", Closing)
        .endpoint("/cut-once/{name}", CutOnce::default())
        .endpoint("/silent", Silent)
        .endpoint("/tell/{user}", Endpoint::new(Telling).intercept(Telling))
        .dev()
        .build()?;
    let listener = TcpListener::bind(("127.0.0.1", port)).await?;
    println!("listening on {}", listener.local_addr()?);
    tokio::select! {
        served = server.serve(listener, std::future::pending()) => served?,
        _ = tokio::task::spawn_blocking(|| stdin().read_to_end(&mut Vec::new())) => {}
    }
    Ok(())
}
