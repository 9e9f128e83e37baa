//! A server behind a proxy, and a page with a session.
//!
//! Owns: what the server does with messages. Never: asserts what tests are about.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

pub(crate) use staywire_tests::SOON;

use staywire_server::{
    Endpoint, Handshake, HandshakeInterceptor, ListenerError, Message, Rejection, Server, ServerBuilder,
    Session, WsHelper, WsListener,
};
use staywire_tests::{Browser, BrowserKind, FaultProxy, open_session_page, serve};

/// Keeps each message in its order, and sends it back.
#[derive(Clone, Default)]
struct Echo {
    heard: Arc<Mutex<Vec<String>>>,
}

impl Echo {
    fn lock(&self) -> MutexGuard<'_, Vec<String>> {
        self.heard.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl WsListener for Echo {
    async fn message(&self, session: &Session, message: Message) -> Result<(), ListenerError> {
        self.lock().push(message.as_text().unwrap_or("binary").to_owned());
        session.send(message)?;
        Ok(())
    }
}

/// Everybody is the same user.
struct Ann;

impl HandshakeInterceptor for Ann {
    async fn before_handshake(&self, handshake: &mut Handshake) -> Result<(), Rejection> {
        handshake.set_user("ann")
    }
}

/// A server that echoes, behind a proxy.
pub(crate) struct Site {
    pub(crate) helper: WsHelper,
    pub(crate) proxy: FaultProxy,
    echo: Echo,
}

impl Site {
    /// With what the server is by default.
    pub(crate) async fn open() -> Self {
        Self::with(|builder| builder).await
    }

    /// With what `configure` makes of it.
    pub(crate) async fn with(configure: impl FnOnce(ServerBuilder) -> ServerBuilder) -> Self {
        let echo = Echo::default();
        let endpoint = Endpoint::new(echo.clone()).intercept(Ann);
        let server = configure(Server::builder().endpoint("/ws", endpoint).dev()).build();
        let server = server.expect("the settings fit each other");
        let helper = server.helper();
        let router = server.router();
        let address = serve(server, router).await;
        Self { helper, proxy: FaultProxy::to(address).await, echo }
    }

    /// A page of this site whose session is open.
    pub(crate) async fn visit(&self, kind: BrowserKind) -> Browser {
        let page = open_session_page(kind).await;
        self.begin(&page, "{}").await;
        page
    }

    /// Has `page` begin a session with `options`, and waits until it is open.
    pub(crate) async fn begin(&self, page: &Browser, options: &str) {
        page.run(&format!("begin('{}', {options})", self.proxy.url("/ws"))).await;
        page.wait_for("count('open') === 1", SOON).await;
    }

    /// What the listener got, in order.
    pub(crate) fn heard(&self) -> Vec<String> {
        self.echo.lock().clone()
    }
}

/// The numbers from `first` to `last`, as text.
pub(crate) fn numbers(first: u32, last: u32) -> Vec<String> {
    (first..=last).map(|number| number.to_string()).collect()
}
