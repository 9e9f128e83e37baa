//! A built server: its routes, its helper, and its end.

use std::future::Future;
use std::io;
use std::sync::{Arc, Once, Weak};
use std::time::Duration;

use axum::Router;
use axum::middleware::from_fn_with_state;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use staywire_protocol::wire::Id;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::time::Instant;

use crate::accept;
use crate::builder::ServerBuilder;
use crate::capacity::Capacity;
use crate::clock::{Clock, after};
use crate::counters::{Counters, LiveCounters};
use crate::endpoint::EndpointState;
use crate::handshake::{self, origin::OriginPolicy, path::PathPattern, unrouted};
use crate::helper::WsHelper;
use crate::limits::Limits;
use crate::restart::Restart;
use crate::session::Session;
use crate::session_mode::hub::Hub;
use crate::session_mode::suspended::SuspendedSessions;
use crate::session_mode::sweep;

/// How long a peer may take to answer a close frame where its session leaves for the next process.
const RESTART_CLOSE_TIMEOUT: Duration = Duration::from_secs(1);

/// A WebSocket server: endpoints with their listeners. Cheap to clone; clones are the same server.
#[derive(Clone)]
pub struct Server {
    state: Arc<ServerState>,
}

impl Server {
    pub(crate) fn new(state: ServerState) -> Self {
        let state = Arc::new(state);
        let sink: Weak<ServerState> = Arc::downgrade(&state);
        state.hub.engine().start(state.instance().bits(), sink);
        Self { state }
    }

    /// Begins the description of a server.
    #[must_use]
    pub fn builder() -> ServerBuilder {
        ServerBuilder::default()
    }

    /// The helper for all sessions of this server.
    #[must_use]
    pub fn helper(&self) -> WsHelper {
        WsHelper::of_server(&self.state)
    }

    /// What has happened since the server was built.
    #[must_use]
    pub fn counters(&self) -> Counters {
        self.state.counters.read()
    }

    /// The endpoints as routes, to merge into an axum application.
    ///
    /// A host that runs its own accept loop provides what [`serve`](Self::serve) does otherwise: deadlines for
    /// silent clients, axum's `ConnectInfo<SocketAddr>` for the remote address, and calls of
    /// [`restore`](Self::restore) before it begins and [`drain`](Self::drain) when it shuts down. Better, it hands its
    /// whole router to [`serve_router`](Self::serve_router).
    ///
    /// HTTP handlers beside the sockets hold the helper as their state:
    ///
    /// ```
    /// use axum::Router;
    /// use axum::extract::{Query, State};
    /// use axum::routing::get;
    /// use serde::Deserialize;
    /// # use staywire_server::{Server, Session, UserDelivery, WsHelper, listener_fn};
    /// # let listener = listener_fn(async |_: Session, _: String| Ok(()));
    ///
    /// #[derive(Deserialize)]
    /// #[serde(rename_all = "camelCase")]
    /// struct Publish {
    ///     user_id: String,
    ///     message: String,
    /// }
    ///
    /// /// `GET /socket/publish?userId=10086&message=hello`
    /// async fn publish(State(helper): State<WsHelper>, Query(publish): Query<Publish>) -> &'static str {
    ///     match helper.send_to_user(publish.user_id, publish.message) {
    ///         UserDelivery::Present(_) => "sent",
    ///         _ => "nobody of that name is here",
    ///     }
    /// }
    ///
    /// let server = Server::builder().endpoint("/websocket/{userId}", listener).build()?;
    /// let app = Router::new()
    ///     .route("/socket/publish", get(publish))
    ///     .with_state(server.helper())
    ///     .merge(server.router());
    /// # drop::<Router>(app);
    /// # Ok::<(), staywire_server::BuildError>(())
    /// ```
    pub fn router(&self) -> Router {
        handshake::router(&self.state)
    }

    /// Serves the endpoints on `listener` until `shutdown` is ready, then [drains](Self::drain) and returns.
    ///
    /// # Errors
    ///
    /// When the listener's own address cannot be read, or as [`restore`](Self::restore). A connection that fails ends
    /// alone, and a system out of descriptors is waited for.
    pub async fn serve(&self, listener: TcpListener, shutdown: impl Future<Output = ()>) -> io::Result<()> {
        self.serve_router(self.router(), listener, shutdown).await
    }

    /// The same for a whole application: `router` holds its own routes and pages, and
    /// [`router()`](Self::router) merged or nested.
    ///
    /// # Errors
    ///
    /// As [`serve`](Self::serve).
    pub async fn serve_router(
        &self,
        router: Router,
        listener: TcpListener,
        shutdown: impl Future<Output = ()>,
    ) -> io::Result<()> {
        let limits = self.state.limits();
        let address = listener.local_addr()?;
        self.restore().await?;
        self.state.start_sweeping();
        let router = router.layer(from_fn_with_state(Arc::clone(&self.state), unrouted::log));
        tracing::info!(%address, "serving");
        let connections = accept::run(router, listener, limits.head_timeout, shutdown).await;
        tracing::info!(%address, "shutting down");
        tokio::join!(self.drain(), async {
            // A request that outlives the drain time is left to the end of the process.
            let _ = tokio::time::timeout(limits.drain_timeout, connections.shutdown()).await;
        });
        Ok(())
    }

    /// Goes on with the sessions that the process before has left in the
    /// [state directory](crate::ServerBuilder::state_dir), if there is one. Their clients have what is left of their
    /// windows to come back; for those whose window is over, the listener is told that it has closed.
    ///
    /// [`serve`](Self::serve) begins with it. A host with its own accept loop calls it before its first request: a
    /// client that comes earlier is told that its session is lost. What was restored once is not restored again. A
    /// snapshot that is damaged is put aside, and the log says so.
    ///
    /// # Errors
    ///
    /// When a snapshot is there and cannot be put out of the way, so that a later process might take it again.
    pub async fn restore(&self) -> io::Result<()> {
        match &self.state.restart {
            Some(restart) => restart.restore(&self.state).await,
            None => Ok(()),
        }
    }

    /// Ends all sessions: refuses new ones with 503, closes the others with 1001, and waits until their
    /// listeners' `close` has returned; what remains after the drain time is stopped.
    ///
    /// Clients in session mode are closed with 1012, and told in the reason, `retry=<ms>`, within which time to come
    /// [back](crate::ServerBuilder::return_window). With a [state directory](crate::ServerBuilder::state_dir) their
    /// sessions do not end: once each listener has finished the message that it is at, they are left to the next
    /// process, and `close` is not called. A listener that is stopped over a message makes it uncertain: the next
    /// process delivers it again.
    ///
    /// In the end the streams of this process are over: whoever publishes later is
    /// [told](crate::EngineError::Unavailable) that nobody gets it.
    pub async fn drain(&self) {
        let deadline = after(Instant::now(), self.state.limits.drain_timeout);
        self.state.draining.send_replace(Some(deadline));
        let sessions = self.helper().for_all(Session::shut_down);
        let drained = tokio::time::timeout_at(deadline, self.state.capacity.all_free()).await;
        if drained.is_err() {
            tracing::warn!(
                sessions = self.state.capacity.taken(),
                "the drain time is over: stopping what remains"
            );
            for endpoint in &self.state.endpoints {
                endpoint.registry().remaining().iter().for_each(Session::abort);
            }
        }
        tracing::info!(sessions, "drained");
        match &self.state.restart {
            Some(restart) => restart.leave(&self.state).await,
            // There is no next process for it.
            None => drop(self.state.hub.engine().take()),
        }
        // A connection in session mode outlasts its session by its closing handshake.
        let _ = tokio::time::timeout_at(deadline, self.state.connections.all_free()).await;
    }
}

/// What all parts of a server share.
pub(crate) struct ServerState {
    endpoints: Vec<Arc<EndpointState>>,
    /// Endpoints without a listener: they answer 404.
    not_enabled: Vec<PathPattern>,
    origins: OriginPolicy,
    limits: Limits,
    capacity: Arc<Capacity>,
    /// The places of connections in session mode: more than of sessions, for a client may have two of them.
    connections: Arc<Capacity>,
    /// Once the server drains, when the time for that is over.
    draining: watch::Sender<Option<Instant>>,
    clock: Clock,
    hub: Arc<Hub>,
    counters: Arc<LiveCounters>,
    suspended: SuspendedSessions,
    sweeping: Once,
    /// What a server with a state directory has.
    restart: Option<Restart>,
}

impl ServerState {
    pub(crate) fn new(
        endpoints: Vec<Arc<EndpointState>>,
        not_enabled: Vec<PathPattern>,
        origins: OriginPolicy,
        limits: Limits,
        hub: Arc<Hub>,
        counters: Arc<LiveCounters>,
        restart: Option<Restart>,
    ) -> Self {
        let capacity = Arc::new(Capacity::new(limits.max_sessions));
        let connections = Arc::new(Capacity::new(limits.max_connections()));
        let suspended = SuspendedSessions::new(limits.max_total_ring_bytes);
        Self {
            endpoints,
            not_enabled,
            origins,
            limits,
            capacity,
            connections,
            draining: watch::Sender::new(None),
            clock: Clock::start(),
            hub,
            counters,
            suspended,
            sweeping: Once::new(),
            restart,
        }
    }

    pub(crate) fn endpoints(&self) -> &[Arc<EndpointState>] {
        &self.endpoints
    }

    pub(crate) fn not_enabled(&self) -> &[PathPattern] {
        &self.not_enabled
    }

    pub(crate) fn origins(&self) -> &OriginPolicy {
        &self.origins
    }

    pub(crate) fn limits(&self) -> &Limits {
        &self.limits
    }

    pub(crate) fn capacity(&self) -> &Arc<Capacity> {
        &self.capacity
    }

    pub(crate) fn connections(&self) -> &Arc<Capacity> {
        &self.connections
    }

    pub(crate) fn is_draining(&self) -> bool {
        self.draining.borrow().is_some()
    }

    /// Whether the server has drained for as long as it may.
    pub(crate) fn is_drain_time_over(&self) -> bool {
        self.draining.borrow().is_some_and(|deadline| deadline <= Instant::now())
    }

    /// Ready when the server drains.
    pub(crate) fn drained(&self) -> BoxFuture<'static, ()> {
        let mut draining = self.draining.subscribe();
        // It fails only when the server is gone, which is as good.
        async move { drop(draining.wait_for(Option::is_some).await) }.boxed()
    }

    pub(crate) fn clock(&self) -> Clock {
        self.clock
    }

    pub(crate) fn counters(&self) -> &LiveCounters {
        &self.counters
    }

    /// This process, as clients in session mode know it.
    pub(crate) fn instance(&self) -> Id {
        self.hub.instance()
    }

    /// The streams that sessions read.
    pub(crate) fn hub(&self) -> &Arc<Hub> {
        &self.hub
    }

    pub(crate) fn suspended(&self) -> &SuspendedSessions {
        &self.suspended
    }

    /// Ends the longest suspended sessions where all of them keep too much together.
    pub(crate) fn trim_suspended(&self) {
        for session in self.suspended.excess() {
            if let Some(lasting) = session.lasting() {
                tracing::info!(session = %session.id(), "a suspended session is dropped: max_total_ring_bytes");
                lasting.expire();
            }
        }
    }

    /// How long a peer may take to answer a close frame.
    ///
    /// Where sessions leave for the next process, it is to start soon, and a peer on a dead wire answers nothing.
    pub(crate) fn close_timeout(&self) -> Duration {
        let timeout = self.limits.close_timeout;
        if self.restart.is_some() && self.is_draining() {
            timeout.min(RESTART_CLOSE_TIMEOUT)
        } else {
            timeout
        }
    }

    pub(crate) fn restart(&self) -> Option<&Restart> {
        self.restart.as_ref()
    }

    /// Begins to watch over what time ends: suspended sessions, and streams that nobody reads.
    pub(crate) fn start_sweeping(self: &Arc<Self>) {
        self.sweeping.call_once(|| drop(tokio::spawn(sweep(Arc::downgrade(self)))));
    }
}
