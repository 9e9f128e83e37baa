//! S5: a shop, its checkout, and a back office with a dialog that counts and lists what was ordered.
//!
//! Owns: the order journal, what is told of it, and the pages. Never: keeps
//! anything about a back office; each one says itself where it left off.
//!
//! ```text
//! shop ── POST /s5/orders ────┐                 ┌─► /s5/alerts   from a position: today's back office
//!                             ├─► the journal ──┤
//! seed ── GET /user/order ────┘    on the disk  └─► /server      from now on: the seed's pages
//! ```

mod journal;
mod listeners;
mod order;
mod orders;
mod routes;

use std::io;
use std::path::Path;
use std::sync::Arc;

use axum::Router;
use staywire_server::{BuildError, Endpoint, Server, WsHelper};

use crate::journal::Journal;
use crate::listeners::{FromNowOn, FromPosition};
use crate::orders::Orders;

/// Where the seed's pages listen.
const SERVER: &str = "/server";

/// Where today's back office listens.
const ALERTS: &str = "/s5/alerts";

/// What the seed's pages dial, to be replaced by where they are served.
const WRITTEN_HOST: &str = "localhost:8080";

/// The shop and its back offices.
pub struct OrderAlert {
    orders: Arc<Orders>,
}

impl OrderAlert {
    /// A shop that keeps its orders in the file at `journal`, which is begun where there is none.
    ///
    /// # Errors
    ///
    /// The file cannot be read or written, or is not an order journal.
    pub fn open(journal: &Path) -> io::Result<Self> {
        Ok(Self { orders: Arc::new(Orders::new(Journal::open(journal)?)) })
    }

    /// A server whose endpoints back offices listen at.
    ///
    /// # Errors
    ///
    /// None that this description can have.
    pub fn server(&self) -> Result<Server, BuildError> {
        let from_position = Endpoint::new(FromPosition(Arc::clone(&self.orders)));
        Server::builder()
            .endpoint(SERVER, FromNowOn)
            .endpoint(ALERTS, from_position.heartbeat_text("PING").heartbeat_reply("PONG"))
            .build()
    }

    /// The pages, and what they ask for over HTTP; `helper` is that of [`server`](Self::server).
    pub fn routes(&self, helper: WsHelper) -> Router {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
        Router::new()
            .nest("/s5", demo_pages::built(&folder.join("today/dist")))
            .nest("/s5/as-written", as_written().merge(demo_pages::built(&folder.join("as-written/dist"))))
            .merge(routes::routes(Arc::clone(&self.orders), helper))
    }
}

/// The seed's pages that need no build.
fn as_written() -> Router {
    let page = |page| demo_pages::as_written(page, WRITTEN_HOST);
    Router::new()
        .route("/back-office", page(include_str!("../as-written/back-office.html")))
        .route("/third-way", page(include_str!("../as-written/third-way.html")))
        .route("/third-way-mended", page(include_str!("../as-written/third-way-mended.html")))
}
