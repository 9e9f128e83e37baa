//! What each side must do with one message, given what it knows.
//!
//! Owns: the state of a [`Client`] and of a [`Server`], and every step that
//! changes it. Never: the network, time, or what the application makes of it.
//!
//! Small numbers stand for what is long on the wire: a [`Token`] for 256
//! random bits, a [`Payload`] for its bytes.

mod client;
mod client_tokens;
mod inbox;
mod judge;
mod lane;
mod message;
mod outbox;
mod position;
mod server;
mod session;
mod session_tokens;

pub use client::{Client, End, Link, Obeyed};
pub use client_tokens::ClientTokens;
pub use inbox::Inbox;
pub use judge::{Verdict, judge};
pub use lane::{Delivery, Lane, Taken};
pub use message::{
    Answer, Attempt, CloseCode, ConnectionId, Downward, FreshReason, Message, Number, Opening, Payload,
    SessionName, Token, Upward, User,
};
pub use outbox::Outbox;
pub use position::{Position, Seen};
pub use server::{Opened, Server};
pub use session::{Born, Life, Session};
pub use session_tokens::SessionTokens;
