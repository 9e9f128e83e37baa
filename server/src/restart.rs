//! Sessions between two processes, for a server with a state directory.
//!
//! Owns: when they leave and when they come. Never: how; `session_mode` takes
//! them apart and puts them together, and `state_dir` keeps them.

use std::io;
use std::sync::Arc;
use std::time::SystemTime;

use staywire_protocol::wire::Id;
use tokio::task::spawn_blocking;

use crate::server::ServerState;
use crate::session::{Session, SessionId};
use crate::state_dir::{SessionState, State, StateDir, StreamState};
use crate::sync::Mutex;

pub(crate) struct Restart {
    /// `None` once everything was left there: the next process may have it.
    dir: Mutex<Option<Arc<StateDir>>>,
    leaving: Mutex<Vec<SessionState>>,
}

impl Restart {
    pub(crate) fn new(dir: StateDir) -> Self {
        Self { dir: Mutex::new(Some(Arc::new(dir))), leaving: Mutex::default() }
    }

    /// A session leaves this process.
    pub(crate) fn take_along(&self, session: Option<SessionState>) {
        self.leaving.lock().extend(session);
    }

    /// Goes on with what the process before has left.
    pub(crate) async fn restore(&self, server: &Arc<ServerState>) -> io::Result<()> {
        let Some(dir) = self.dir.lock().clone() else { return Ok(()) };
        let State { streams, sessions } =
            spawn_blocking(move || dir.take(SystemTime::now())).await?.map_err(io::Error::other)?;
        if sessions.is_empty() {
            return Ok(());
        }
        streams.into_iter().for_each(|stream| restore_stream(server, stream));
        let restored = sessions.into_iter().filter_map(|session| restore_session(server, session)).count();
        server.endpoints().iter().for_each(|endpoint| endpoint.streams().end_unread());
        server.start_sweeping();
        server.counters().sessions.restored.add(restored as u64);
        tracing::info!(sessions = restored, "sessions restored");
        Ok(())
    }

    /// Leaves the sessions that have left this process, and the streams that they read, to the next one.
    pub(crate) async fn leave(&self, server: &ServerState) {
        let Some(dir) = self.dir.lock().take() else { return };
        let sessions = std::mem::take(&mut *self.leaving.lock());
        let streams = server.endpoints().iter().flat_map(|endpoint| endpoint.streams().take(endpoint.path()));
        let state = State { streams: streams.collect(), sessions };
        let count = state.sessions.len();
        server.counters().sessions.left.add(count as u64);
        let written = spawn_blocking(move || dir.write(SystemTime::now(), state)).await;
        match written.map_err(io::Error::from).and_then(|written| written.map_err(io::Error::other)) {
            Ok(()) => tracing::info!(sessions = count, "sessions left to the next process"),
            Err(error) => {
                tracing::error!(sessions = count, %error, "the sessions are lost with this process")
            }
        }
    }
}

fn restore_stream(server: &ServerState, stream: StreamState) {
    let endpoint = server.endpoints().iter().find(|endpoint| endpoint.path() == stream.endpoint);
    let kind = stream.kind.clone();
    if let (Some(endpoint), Some(snapshot)) = (endpoint, stream.into_snapshot()) {
        endpoint.streams().restore(kind, snapshot);
    }
}

fn restore_session(server: &Arc<ServerState>, session: SessionState) -> Option<()> {
    let id = SessionId::from(Id::from_bits(session.machine.id));
    let endpoint = session.endpoint.clone();
    let restored = Session::restore(server, session);
    restored
        .inspect_err(|reason| tracing::warn!(session = %id, endpoint, ?reason, "session not restored"))
        .ok()
}
