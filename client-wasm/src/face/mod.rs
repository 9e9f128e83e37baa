//! What Rust programs use: the core of this crate behind Rust's own types.
//!
//! Owns: the shapes of messages, events and errors, and who is told. Never:
//! decides anything, or drives a machine: `js/face.js` is a wire like that of
//! the npm package, over the same core.
//!
//! ```text
//!  StayWire ─► js/face.js ─► js/wire.js, js/session.js ─► js/core.js ─► exports
//!  Messages, Events ◄─ subscribers ◄─ told ◄─┘
//! ```

mod builder;
mod error;
mod event;
mod js;
mod json;
mod message;
mod position;
mod request;
mod respond;
mod sent;
mod stay_wire;
mod streams;
mod subscribers;
mod subscription;
mod told;

pub use builder::{Heartbeat, StayWireBuilder};
pub use error::{AcknowledgeError, ConnectError, JsonError, PublishError, SendError, SendJsonError};
pub use event::{Event, SessionOutcome};
pub use json::JsonMessages;
pub use message::Message;
pub use request::RequestError;
pub use respond::{RequestFailure, RequestHandler};
pub use sent::Sent;
pub use stay_wire::StayWire;
pub use streams::{Events, Messages};
pub use subscription::{SubscribeError, Subscription, TopicEvent};

pub use staywire_protocol::CloseCode;
pub use staywire_protocol::client::{Cause, Status};
pub use staywire_protocol::parts::ring::Gap;
pub use staywire_protocol::wire::{Epoch, FailureCode, FreshReason, Name, StreamPosition, SubscribeFrom};
