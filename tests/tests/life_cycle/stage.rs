//! A page with one client, and the far end of its connections.

use std::time::Duration;

pub(crate) use staywire_tests::SOON;

use serde_json::Value;
use staywire_tests::{Browser, BrowserKind, RawConnection, RawPeer, open_page};

/// What a client is given that asks its peer only when it has a reason to.
pub(crate) const RARELY: &str = "heartbeat: { interval: 1_000_000, expectReply: true }";

/// A page and its peer.
pub(crate) struct Stage {
    pub(crate) page: Browser,
    pub(crate) peer: RawPeer,
}

impl Stage {
    /// A page whose client, made with `options`, is connected.
    pub(crate) async fn connected(kind: BrowserKind, options: &str) -> (Self, RawConnection) {
        let (page, peer) =
            tokio::join!(open_page(kind, include_str!("../../pages/sdk.html")), RawPeer::listen());
        let stage = Self { page, peer };
        // The seed of the jitter: the delays are the same in each run.
        stage.page.run("window.eval('Math.random = () => 0.5')").await;
        stage.page.run(&format!("record(new StayWire('{}', {{ {options} }}))", stage.peer.url())).await;
        let connection = stage.peer.accept(SOON).await;
        stage.page.wait_for("count('open') === 1", SOON).await;
        (stage, connection)
    }

    /// A page whose client has lost its connection, and waits for minutes before the next attempt.
    pub(crate) async fn waiting(kind: BrowserKind) -> Self {
        let (stage, connection) =
            Self::connected(kind, "minReconnectDelay: 1_000_000, maxReconnectDelay: 1_000_000").await;
        connection.cut();
        stage.page.wait_for("count('reconnecting') === 1", SOON).await;
        stage.peer.expect_no_connection(Duration::from_secs(1)).await;
        stage
    }

    /// The client dials at once, and is open.
    pub(crate) async fn expect_attempt(&self) -> RawConnection {
        let connection = self.peer.accept(SOON).await;
        self.page.wait_for("socket.status === 'open'", SOON).await;
        connection
    }

    /// The client asks its peer at once; it is answered, and its connection stays.
    pub(crate) async fn expect_question(&self, connection: &mut RawConnection) {
        assert_eq!(connection.text(SOON).await, "PING");
        connection.send("PONG").await;
        self.page.wait_for("texts().includes('PONG')", SOON).await;
        self.peer.expect_no_connection(Duration::from_secs(3)).await;
        assert_eq!(self.kinds().await, serde_json::json!(["open", "message"]));
    }

    /// The events that the client has fired, by name.
    pub(crate) async fn kinds(&self) -> Value {
        self.page.run("return told.socket.map(({ kind }) => kind)").await
    }
}
