//! The examples that have servers with settings of their own, and where each one's pages are.
//!
//! Owns: which example has which path. Never: settles what an example settles
//! by itself: origins, limits, users.

use std::error::Error;
use std::path::Path;

use axum::Router;
use futures_util::future::join_all;
use s5_order_alert::OrderAlert;
use staywire_server::Server;

/// The examples' servers, and the routes of all of them.
pub(crate) struct Demos {
    servers: Vec<Server>,
    routes: Router,
}

impl Demos {
    /// The examples; the shop of S5 keeps its orders in the file `orders`.
    ///
    /// # Errors
    ///
    /// When that file cannot be opened.
    pub(crate) fn new(orders: &Path) -> Result<Self, Box<dyn Error>> {
        let mut demos = Self { servers: Vec::new(), routes: Router::new() };
        demos.add(s3_spring::server()?, |server| {
            server.router().nest("/s3", s3_spring::pages(server.helper()))
        });
        demos.add(s4_chat::server()?, |server| server.router().nest("/s4", s4_chat::pages()));
        let shop = OrderAlert::open(orders)?;
        demos.add(shop.server()?, |server| server.router().merge(shop.routes(server.helper())));
        demos.add(s6_user_push::server()?, |server| {
            s6_user_push::endpoints(server).nest("/s6", s6_user_push::pages())
        });
        let (play, routes) = s7_play::app(|line| println!("{line}"))?;
        demos.add(play, |_| Router::new().nest("/s7", routes));
        demos.add(s8_vue_utilities::server()?, |server| {
            server.router().merge(s8_vue_utilities::routes(server.helper()))
        });
        demos.add(s9_annotated::server()?, |server| {
            Router::new().nest("/s9", s9_annotated::pages().merge(server.router()))
        });
        Ok(demos)
    }

    fn add(&mut self, server: Server, routes: impl FnOnce(&Server) -> Router) {
        self.routes = std::mem::take(&mut self.routes).merge(routes(&server));
        self.servers.push(server);
    }

    /// Everything that the examples serve.
    pub(crate) fn routes(&self) -> Router {
        self.routes.clone()
    }

    /// Ends them, all at once; see [`Server::drain`].
    pub(crate) async fn drain(self) {
        join_all(self.servers.into_iter().map(async |server| server.drain().await)).await;
    }
}
