//! Numbered messages both ways, while the visitor cuts the wire, restarts the server and sends the page to sleep.
//!
//! Owns: the page, the server behind it, and the relay between the two that
//! can be broken. Never: stops what serves the page; only the server that
//! the page talks to is restarted.
//!
//! ```text
//! /session                    the page      counts what the server sends
//! /session/wire/{visitor}     the relay ──► the server, which counts what the page sends
//! /session/{deed}/{visitor}   breaks one of them
//! ```

mod counting;
mod ledger;
mod relay;
mod routes;
mod stage;
mod visitors;

use std::future::Future;
use std::io;
use std::path::Path;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use staywire_server::{BuildError, Server};
use tempfile::TempDir;
use tokio::net::TcpListener;

use crate::counting::Counting;
use crate::stage::{Running, Stage};
use crate::visitors::Visitors;

/// Where the page finds the server, at the relay as behind it.
const WIRE: &str = "/session/wire/{visitor}";

/// How long there is no server when it is restarted, as a process takes time to start.
const ABSENCE: Duration = Duration::from_secs(1);

/// The demo of sessions, ready to be served.
pub struct SessionDemo {
    demo: Arc<Demo>,
}

/// What the page's routes and the server have in common.
#[derive(Default)]
struct Demo {
    visitors: Visitors,
    stage: Stage,
}

impl SessionDemo {
    /// The demo, without its server yet.
    #[must_use]
    pub fn new() -> Self {
        Self { demo: Arc::default() }
    }

    /// The page and its wire; what is asked for there waits for [`run`](Self::run).
    pub fn routes(&self) -> Router {
        routes::routes(Arc::clone(&self.demo))
    }

    /// Runs the server, anew whenever a visitor restarts it, until `shutdown` is ready.
    ///
    /// # Errors
    ///
    /// When there is no loopback port for the server, or no temporary folder for its state.
    pub async fn run(self, shutdown: impl Future<Output = ()>) -> io::Result<()> {
        let Demo { visitors, stage } = &*self.demo;
        let state_dir = TempDir::new()?;
        let mut shutdown = pin!(shutdown);
        let mut is_over = false;
        while !is_over {
            let server = server(visitors.clone(), state_dir.path()).map_err(io::Error::other)?;
            let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
            stage.set(Some(Running { address: listener.local_addr()?, helper: server.helper() }));
            let told_to_stop = async {
                tokio::select! {
                    () = &mut shutdown => is_over = true,
                    () = stage.restart_asked() => {}
                }
                stage.set(None);
            };
            server.serve(listener, told_to_stop).await?;
            if !is_over {
                tokio::time::sleep(ABSENCE).await;
            }
        }
        Ok(())
    }
}

impl Default for SessionDemo {
    fn default() -> Self {
        Self::new()
    }
}

/// Impatient in all things, for a visitor to see them happen.
fn server(visitors: Visitors, state_dir: &Path) -> Result<Server, BuildError> {
    Server::builder()
        .endpoint(WIRE, Counting(visitors))
        .state_dir(state_dir)
        .heartbeat(Duration::from_secs(4), Duration::from_secs(2))
        .ack_delay(Duration::from_millis(100))
        .return_window(Duration::from_secs(1))
        .close_timeout(Duration::from_secs(1))
        .drain_timeout(Duration::from_secs(2))
        .build()
}
