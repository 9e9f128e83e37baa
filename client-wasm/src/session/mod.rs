//! Session mode: the loop around a `SessionClient`.
//!
//! Owns: how its outputs become calls of the wire, and what JavaScript keeps for
//! it. Never: decides anything, or sees a payload, a token, a topic's name or an
//! epoch; each is a number here.

pub mod exports;
mod inputs;
mod outputs;

use alloc::vec::Vec;

use staywire_protocol::client::session::Data;
use staywire_protocol::client::{ClientConfig, Input, SessionClient, Status, Verdict};
use staywire_protocol::{ConnectionId, Instant};

use crate::wire::Handle;
pub(crate) use outputs::perform;

/// A token, by the number of tokens that were made before it.
type Token = u32;
/// Who waits for a reply.
type Asker = u32;
/// The name of a topic; not 0.
type Name = u32;
/// One life of a stream; not 0.
type Epoch = u32;

type Client = SessionClient<Handle, Token, Asker, Name, Epoch>;
pub(crate) type Output = staywire_protocol::client::SessionOutput<Handle, Token, Asker, Name, Epoch>;
type Event = staywire_protocol::client::session::Event<Handle, Asker, Name, Epoch>;
type ToClient = staywire_protocol::message::ToClient<Handle, Name, Epoch>;
type ToServer = staywire_protocol::message::ToServer<Handle, Token, Name, Epoch>;
type LaneMessage = staywire_protocol::message::LaneMessage<Handle, Name, Epoch>;
type StreamLine = staywire_protocol::wire::StreamLine<Name, Epoch>;

/// A session's machine, and the numbers that it is given.
pub(crate) struct Machine {
    client: Client,
    tokens: Tokens,
    /// The lines of an answer that is being read.
    lines: Vec<StreamLine>,
}

/// Counts the tokens, which JavaScript makes when it first writes one.
struct Tokens(Token);

impl Tokens {
    fn another(&mut self) -> Token {
        self.0 += 1;
        self.0
    }
}

impl Machine {
    fn new(config: ClientConfig, seed: u64) -> Self {
        let mut tokens = Tokens(0);
        let client = Client::new(config, seed, || tokens.another());
        Self { client, tokens, lines: Vec::new() }
    }

    pub(crate) fn connect(&mut self, now: Instant) {
        self.client.connect(now, || self.tokens.another());
    }

    pub(crate) fn close(&mut self, now: Instant) {
        self.client.close(now);
    }

    pub(crate) fn handle_input(&mut self, now: Instant, input: Input<Handle>) {
        self.client.handle_input(now, input);
    }

    pub(crate) fn handle_timeout(&mut self, now: Instant) {
        self.client.handle_timeout(now);
    }

    pub(crate) fn poll_timeout(&self) -> Option<Instant> {
        self.client.poll_timeout()
    }

    pub(crate) const fn status(&self) -> Status {
        self.client.status()
    }

    pub(crate) fn poll_output(&mut self) -> Option<Output> {
        self.client.poll_output()
    }

    fn receive(&mut self, now: Instant, connection: u32, message: ToClient, bytes: u32) {
        let connection = ConnectionId::from_number(connection);
        self.client.receive(now, connection, message, bytes, || self.tokens.another());
    }

    /// What becomes of a payload, and whether there is something to do afterwards.
    fn on_data(&mut self, connection: u32, data: Data, bytes: u32) -> (Verdict, bool) {
        let verdict = self.client.on_data(ConnectionId::from_number(connection), data, bytes);
        (verdict, self.client.wants_attention())
    }
}
