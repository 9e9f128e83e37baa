//! The client half of staywire for Rust programs: a session that outlives its connections, on tokio.
//!
//! A [`Client`] sends, its [`Events`] tell what comes. Connections are opened, watched and replaced underneath; what
//! is sent is delivered once and in order, in both directions, or the application is told what is missing.
//!
//! ```no_run
//! use staywire_client_native::{Client, Event};
//!
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let (client, mut events) = Client::builder("ws://127.0.0.1:8080/echo").connect()?;
//! let sent = client.send("hello")?;
//! tokio::spawn(async move {
//!     match sent.acknowledged().await {
//!         Ok(()) => println!("handled"),
//!         Err(error) => println!("perhaps handled: {error}"),
//!     }
//! });
//! while let Some(event) = events.recv().await {
//!     match event {
//!         Event::Message(message) => println!("{message:?}"),
//!         Event::Reconnecting { delay, lost, .. } => println!("{}: again in {delay:?}", lost.reason),
//!         Event::Fresh { reason, unknown } => println!("a new session ({reason:?}), unknown: {unknown:?}"),
//!         Event::InboxGap(gap) => println!("the messages {} to {} are lost", gap.from, gap.to),
//!         _ => {}
//!     }
//! }
//! # Ok(())
//! # }
//! ```
//!
//! The rules are those of `staywire_protocol::client::SessionClient`, the same machine that drives browsers; this
//! crate is the loop around it. Begin with `driver`, then `core`.

mod builder;
mod client;
mod clock;
mod core;
mod dial;
mod driver;
mod era;
mod error;
mod event;
mod events;
mod message;
mod outgoing;
mod random;
mod sent;
mod socket;
mod target;

pub use builder::ClientBuilder;
pub use client::Client;
pub use error::{AcknowledgeError, ConnectError, ReplyError, RequestError, SendError, SubscribeError};
pub use event::{ConnectionEnd, Event, Request};
pub use events::Events;
pub use message::Message;
pub use sent::Sent;

pub use bytes::Bytes;
pub use bytestring::ByteString;
pub use staywire_protocol::CloseCode;
pub use staywire_protocol::client::{Cause, Status};
pub use staywire_protocol::parts::ring::Gap;
pub use staywire_protocol::wire::{
    Epoch, FailureCode, FreshReason, Name, Stream, StreamPosition, SubscribeFrom,
};
