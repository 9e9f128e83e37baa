//! The front door of the demos: one server that runs them, one page that lists them.
//!
//! Owns: the page, its live connection, and which demo has which path. Never:
//! does what a demo does; those are crates of their own.
//!
//! ```text
//! /                  the page        /gallery/live      its own connection
//!                                    /gallery/cut/{id}  cuts it
//! /session           the demo of sessions, with a server of its own
//! /s1  /s1/sdk  /s2 … the examples, and each one's endpoint at the path of its seed
//! /staywire/…        the SDK
//! ```

mod live;
mod page;

use std::error::Error;
use std::future::Future;
use std::io;
use std::path::Path;

use axum::Router;
use futures_util::FutureExt;
use futures_util::future::join_all;
use s1_tephra::{FailingLine, SampleListener};
use s2_html5::Echo;
use s5_order_alert::OrderAlert;
use session_demo::SessionDemo;
use staywire_server::{Server, WsHelper};
use tempfile::TempDir;
use tokio::net::TcpListener;

/// All demos and the page that shows them, ready to be served.
pub struct Gallery {
    server: Server,
    /// Those of the demos with settings of their own, whose routes are part of `app`.
    demos: Vec<Server>,
    session: SessionDemo,
    app: Router,
    /// Where the shop keeps its orders for as long as the gallery is there.
    _orders: TempDir,
}

impl Gallery {
    /// The gallery with the SDK from `npm_dist`, the folder that the npm package is built into.
    ///
    /// # Errors
    ///
    /// When there is no temporary folder for the shop's orders.
    pub fn new(npm_dist: &Path) -> Result<Self, Box<dyn Error>> {
        let server = Server::builder()
            .endpoint(WsHelper::URI, FailingLine(SampleListener))
            .endpoint(s2_html5::PATH, Echo)
            .endpoint(live::PATH, live::endpoint())
            .build()?;
        let spring = s3_spring::server()?;
        let chat = s4_chat::server()?;
        let orders = TempDir::new()?;
        let order_alert = OrderAlert::open(&orders.path().join("orders.jsonl"))?;
        let shop = order_alert.server()?;
        let push = s6_user_push::server()?;
        let plant = s8_vue_utilities::server()?;
        let annotated = s9_annotated::server()?;
        let (play, play_routes) = s7_play::app(|line| println!("{line}"))?;
        let session = SessionDemo::new();
        let app = page::routes()
            .merge(live::cut_route(server.helper()))
            .merge(session.routes())
            .nest("/s1", s1_tephra::pages())
            .nest("/s2", s2_html5::pages())
            .nest("/s3", s3_spring::pages(spring.helper()))
            .merge(spring.router())
            .nest("/s4", s4_chat::pages())
            .merge(chat.router())
            .merge(order_alert.routes(shop.helper()))
            .merge(shop.router())
            .nest("/s6", s6_user_push::pages())
            .merge(s6_user_push::endpoints(&push))
            .nest("/s7", play_routes)
            .merge(s8_vue_utilities::routes(plant.helper()))
            .merge(plant.router())
            .nest("/s9", s9_annotated::pages().merge(annotated.router()))
            .merge(demo_pages::shared())
            .merge(demo_pages::sdk(npm_dist))
            .merge(server.router());
        Ok(Self {
            server,
            demos: vec![spring, chat, shop, push, play, plant, annotated],
            session,
            app,
            _orders: orders,
        })
    }

    /// Serves on `listener` until `shutdown` is ready.
    ///
    /// # Errors
    ///
    /// As [`Server::serve`], and as [`SessionDemo::run`].
    pub async fn serve(self, listener: TcpListener, shutdown: impl Future<Output = ()>) -> io::Result<()> {
        let shutdown = shutdown.shared();
        let served = self.server.serve_router(self.app, listener, shutdown.clone());
        let drained = async {
            shutdown.clone().await;
            join_all(self.demos.into_iter().map(async |demo| demo.drain().await)).await;
            Ok(())
        };
        tokio::try_join!(served, drained, self.session.run(shutdown.clone()))?;
        Ok(())
    }
}
