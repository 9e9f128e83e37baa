//! The messages of `staywire.v1` as bytes, both ways (PROTOCOL.md §1 to §3).
//!
//! Owns: what a message looks like. A parser borrows from its input, never
//! panics, and refuses what is not canonical, so that what it accepts encodes
//! to the same bytes. Never: knows a state, a clock or a payload; whether a
//! message may stand where it stands is for the machines to say.
//!
//! ```text
//! first message ─► Opening   its answer ─► Answer   any other ─► Header + where its payload begins
//! ```
//!
//! The private `cursor` reads; each type has a `read` and a `write` side by side.

mod answer;
mod credential;
mod cursor;
mod epoch;
mod error;
mod failure_code;
mod fields;
mod header;
mod id;
mod limits;
mod name;
mod number;
mod opening;
mod stream;
mod stream_line;
mod sub_protocol;
mod token;

pub use answer::{Answer, AnswerHeader, FreshReason};
pub use credential::Credential;
pub use epoch::Epoch;
pub use error::{WireError, WireErrorKind};
pub use failure_code::FailureCode;
pub use header::{Header, PayloadForm, SubscribeFrom};
pub use id::Id;
pub use limits::Limits;
pub use name::Name;
pub use number::MAX_NUMBER;
pub use opening::{Hello, Opening, OpeningHeader, Resume};
pub use stream::{HeldStream, Stream, StreamPosition};
pub use stream_line::{StreamLine, StreamOutcome};
pub use sub_protocol::SubProtocol;
pub use token::Token;
