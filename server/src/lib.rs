//! The server half of staywire: WebSocket sessions on axum and tokio.
//!
//! Write a [`WsListener`], give it a path, and serve it; hold a [`WsHelper`] to reach its sessions from anywhere.
//!
//! ```no_run
//! use staywire_server::{ListenerError, Message, Server, Session, WsListener};
//!
//! struct Chat;
//!
//! impl WsListener for Chat {
//!     async fn open(&self, session: &Session) -> Result<(), ListenerError> {
//!         session.send("hello")?;
//!         Ok(())
//!     }
//!
//!     async fn message(&self, session: &Session, message: Message) -> Result<(), ListenerError> {
//!         let name = session.path_param("nickName").unwrap_or("nobody");
//!         let text = message.as_text().ok_or_else(|| ListenerError::msg("this chat is of text"))?;
//!         let delivery = session.helper().broadcast(format!("{name}>{text}"));
//!         for (id, error) in delivery.refused {
//!             println!("{id} missed a message: {error}");
//!         }
//!         Ok(())
//!     }
//! }
//!
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let server = Server::builder().endpoint("/ws/chat/{nickName}", Chat).max_sessions(64).build()?;
//! let helper = server.helper(); // cheap to clone; usable from any task
//! let listener = tokio::net::TcpListener::bind("127.0.0.1:8080").await?;
//! server.serve(listener, std::future::pending()).await?;
//! # Ok(())
//! # }
//! ```
//!
//! A [`HandshakeInterceptor`] decides who may come in, and as which user; [`WsHelper::send_to_user`] reaches a user
//! in all tabs, and [`WsListener::join`] and [`leave`](WsListener::leave) tell of each user's coming and going once.
//!
//! A message for a subject rather than a person goes to a topic: [`WsHelper::publish`] reaches the sessions whose clients
//! [subscribe](WsListener::subscribe) and those that the server has [subscribed](Session::subscribe) by itself; what
//! late readers get of its past says [`ServerBuilder::topics`].
//!
//! # Logs
//!
//! The server logs by `tracing`, and nothing secret at any level: no message, token, credential, header or query. The
//! crate `tungstenite` below it logs by `log`, and at the level `trace` every frame and message, the tokens of sessions
//! among them. An application that lets such records through, as `tracing-subscriber` with its default features and
//! `env_logger` do for `RUST_LOG=trace`, leaves these out by
//!
//! ```sh
//! RUST_LOG=trace,tungstenite=info
//! ```
//!
//! or, for good, by the feature `release_max_level_debug` of the crate `log`.
//!
//! # Where to begin reading
//!
//! The path of a message is the order to read the code in: `accept`, `handshake`, `connection`, `session`
//! (inbox), `listener`; and back: `session` (outbox), `connection`.

mod accept;
mod builder;
mod capacity;
mod clock;
mod close;
mod connection;
mod counters;
mod delivery;
mod endpoint;
mod engine;
mod error;
mod fan_out;
mod handshake;
mod helper;
mod json;
mod limits;
mod listener;
mod message;
mod panic;
mod registry;
mod restart;
mod server;
mod session;
mod session_mode;
mod shards;
mod state_dir;
mod sync;
mod tephra;
mod topic;
mod user;

pub use builder::{BuildError, ServerBuilder};
pub use close::{CloseReason, ClosedBy};
pub use counters::{ConnectionCounters, Counters, MessageCounters, OpeningCounters, SessionCounters};
pub use delivery::{Delivery, Sent, UserDelivery};
pub use endpoint::Endpoint;
pub use engine::{
    Eager, Engine, EngineError, History, Member, MemberState, Members, Memory, PresenceChange, Publication,
    Published, Retention, Sink, StreamName, StreamRecord,
};
pub use error::{ListenerError, SessionError};
pub use handshake::interceptor::{HandshakeInterceptor, interceptor_fn};
pub use handshake::path::PathProblem;
pub use handshake::rejection::Rejection;
pub use handshake::request::Handshake;
pub use helper::WsHelper;
pub use json::{JsonError, SendJsonError};
pub use listener::{
    In, JsonListener, ListenerFn, Out, RequestFailure, Resumption, WsListener, listener_fn, on_ready,
};
pub use message::{FromMessage, Message};
pub use server::Server;
pub use session::{
    AttributeError, Attributes, ParseSessionIdError, Received, RequestError, SendError, Session, SessionId,
};
pub use session_mode::authenticator::Authenticator;
pub use state_dir::StateDirError;
pub use tephra::{FileLine, TephraConfig, TephraConfigError};
pub use topic::{ParseTopicNameError, PublishError, SubscribeError, TopicError, TopicName, TopicSettings};
pub use user::{ParseUserIdError, UserId};

pub use axum::http;
pub use bytes::Bytes;
pub use bytestring::ByteString;
pub use staywire_protocol::CloseCode;
pub use staywire_protocol::wire::{Epoch, FailureCode, StreamPosition, SubscribeFrom};

/// The guide whose Rust is compiled with the examples.
#[cfg(doctest)]
#[doc = include_str!("../../docs/from-java.md")]
struct FromJava;
