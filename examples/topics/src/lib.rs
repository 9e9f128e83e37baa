//! Two demos of topics: an order board that shows who is there, and quotes for a reader that is too slow.
//!
//! Owns: the pages, the server behind both, and the wires between, of which
//! one can be cut and one is slow.
//!
//! ```text
//! /board   /board/wire/{visitor}           ──✂──► the topic `orders`
//! /quotes  /quotes/wire/fast/{market}      ─────► the topic `quotes/{market}`
//!          /quotes/wire/slow/{market}      ·····► the same, a few bytes at a time
//! ```

mod board;
mod order;
mod quotes;
mod routes;
mod scissors;
mod tape;
mod wires;

use std::error::Error;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use staywire_server::{BuildError, Endpoint, Retention, Server, TopicSettings};
use tokio::net::TcpSocket;

use crate::board::{Board, ByName};
use crate::order::LATE_COMERS_SEE;
use crate::quotes::Market;

/// What the system may hold of a connection that is not read. With the usual megabytes the slow reader would be
/// minutes behind before the server knew.
const SEND_BUFFER: u32 = 4 * 1024;

/// How many connections may wait to be accepted.
const BACKLOG: u32 = 64;

/// Both demos, ready to be served.
pub struct TopicsDemo {
    server: Server,
    /// Where the server will listen.
    socket: TcpSocket,
    address: SocketAddr,
}

impl TopicsDemo {
    /// The demos, whose server takes connections once it [runs](Self::run).
    ///
    /// # Errors
    ///
    /// When there is no loopback port for the server.
    pub fn new() -> Result<Self, Box<dyn Error>> {
        let socket = TcpSocket::new_v4()?;
        socket.set_send_buffer_size(SEND_BUFFER)?;
        socket.bind(([127, 0, 0, 1], 0).into())?;
        let address = socket.local_addr()?;
        Ok(Self { server: server()?, socket, address })
    }

    /// The pages and their wires.
    pub fn routes(&self) -> Router {
        routes::routes(self.address)
    }

    /// Runs the server until `shutdown` is ready.
    ///
    /// # Errors
    ///
    /// As [`Server::serve`], and when the server's port cannot be listened at.
    pub async fn run(self, shutdown: impl Future<Output = ()>) -> io::Result<()> {
        let listener = self.socket.listen(BACKLOG)?;
        let helper = self.server.helper();
        tokio::select! {
            served = self.server.serve(listener, shutdown) => served,
            never = board::take_walk_ins(&helper) => match never {},
        }
    }
}

/// Impatient, for a visitor to see who is gone.
fn server() -> Result<Server, BuildError> {
    let kept = Retention::new(LATE_COMERS_SEE, Duration::from_secs(24 * 3_600));
    Server::builder()
        .endpoint(board::PATH, Endpoint::new(Board).authenticate(ByName))
        .endpoint(quotes::PATH, Market)
        .topics(board::TOPIC, TopicSettings::new().history(kept).presence(true))
        .topics(quotes::TOPICS, TopicSettings::new().latest_per_key(true))
        .session_window(Duration::from_secs(30))
        .heartbeat(Duration::from_secs(4), Duration::from_secs(2))
        .drain_timeout(Duration::from_secs(1))
        .close_timeout(Duration::from_secs(1))
        .build()
}
