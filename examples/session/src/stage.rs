//! The server on its stage: where it is now, and how it is told to leave.

use std::net::SocketAddr;
use std::time::Duration;

use staywire_server::WsHelper;
use tokio::sync::{Notify, watch};

/// How long somebody waits for a server that is being restarted.
const PATIENCE: Duration = Duration::from_secs(10);

/// A server that takes connections.
#[derive(Clone)]
pub(crate) struct Running {
    pub(crate) address: SocketAddr,
    pub(crate) helper: WsHelper,
}

#[derive(Default)]
pub(crate) struct Stage {
    running: watch::Sender<Option<Running>>,
    restart: Notify,
}

impl Stage {
    /// Says that a server is there, or that there is none.
    pub(crate) fn set(&self, running: Option<Running>) {
        self.running.send_replace(running);
    }

    /// The server that is there now.
    pub(crate) fn running(&self) -> Option<Running> {
        self.running.borrow().clone()
    }

    /// The server, as soon as there is one; `None` where that takes too long.
    ///
    /// As behind a load balancer, who comes during a restart waits and is not refused.
    pub(crate) async fn awaited(&self) -> Option<Running> {
        let mut running = self.running.subscribe();
        let there = tokio::time::timeout(PATIENCE, running.wait_for(Option::is_some)).await;
        there.ok()?.ok()?.clone()
    }

    /// Has the server that is there restarted.
    pub(crate) fn restart(&self) {
        if self.running().is_some() {
            self.restart.notify_one();
        }
    }

    /// Ready when a restart was asked for.
    pub(crate) async fn restart_asked(&self) {
        self.restart.notified().await;
    }
}
