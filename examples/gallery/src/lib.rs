//! The front door of the demos: one server that runs them, one page that lists them.
//!
//! Owns: the page, its live connection, and what else answers at its address.
//! Never: does what a demo does; those are crates of their own.
//!
//! ```text
//! /                  the page        /gallery/live      its own connection
//!                                    /gallery/cut/{id}  cuts it
//! /session           the demo of sessions, with a server of its own
//! /board  /quotes    the demos of topics, with another
//! /s1  /s1/sdk  /s2 … the examples, and each one's endpoint at the path of its seed
//! /staywire/…        the SDK
//! ```

mod demos;
mod live;
mod page;

use std::error::Error;
use std::future::Future;
use std::io;
use std::path::Path;

use axum::Router;
use futures_util::FutureExt;
use s1_tephra::{FailingLine, SampleListener};
use session_demo::SessionDemo;
use staywire_server::{Server, WsHelper};
use tempfile::TempDir;
use tokio::net::TcpListener;
use topics_demo::TopicsDemo;

use demos::Demos;

/// All demos and the page that shows them, ready to be served.
pub struct Gallery {
    server: Server,
    demos: Demos,
    session: SessionDemo,
    topics: TopicsDemo,
    app: Router,
    /// Where the shop keeps its orders for as long as the gallery is there.
    _orders: TempDir,
}

impl Gallery {
    /// The gallery with the SDK from `npm_dist`, the folder that the npm package is built into.
    ///
    /// # Errors
    ///
    /// When there is no temporary folder for the shop's orders, or no loopback port for the demos of topics.
    pub fn new(npm_dist: &Path) -> Result<Self, Box<dyn Error>> {
        let server = Server::builder()
            .endpoint(WsHelper::URI, FailingLine(SampleListener))
            .endpoint(s2_html5::PATH, s2_html5::endpoint())
            .endpoint(live::PATH, live::endpoint())
            .build()?;
        let orders = TempDir::new()?;
        let demos = Demos::new(&orders.path().join("orders.jsonl"))?;
        let session = SessionDemo::new();
        let topics = TopicsDemo::new()?;
        let app = page::routes()
            .merge(live::cut_route(server.helper()))
            .merge(session.routes())
            .merge(topics.routes())
            .nest("/s1", s1_tephra::pages())
            .nest("/s2", s2_html5::pages())
            .merge(demos.routes())
            .merge(demo_pages::shared())
            .merge(demo_pages::sdk(npm_dist))
            .merge(server.router());
        Ok(Self { server, demos, session, topics, app, _orders: orders })
    }

    /// Serves on `listener` until `shutdown` is ready.
    ///
    /// # Errors
    ///
    /// As [`Server::serve`], [`SessionDemo::run`] and [`TopicsDemo::run`].
    pub async fn serve(self, listener: TcpListener, shutdown: impl Future<Output = ()>) -> io::Result<()> {
        let shutdown = shutdown.shared();
        let served = self.server.serve_router(self.app, listener, shutdown.clone());
        let drained = async {
            shutdown.clone().await;
            self.demos.drain().await;
            Ok(())
        };
        let (session, topics) = (self.session.run(shutdown.clone()), self.topics.run(shutdown.clone()));
        tokio::try_join!(served, drained, session, topics)?;
        Ok(())
    }
}
