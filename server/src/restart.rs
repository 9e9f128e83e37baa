//! Sessions between two processes, for a server with a state directory.
//!
//! Owns: when they leave and when they come. Never: how; `session_mode` takes
//! them apart and puts them together, and `state_dir` keeps them.

use std::collections::HashMap;
use std::io;
use std::sync::Arc;
use std::time::SystemTime;

use staywire_protocol::wire::Id;
use tokio::task::spawn_blocking;

use crate::engine::StreamRecord;
use crate::server::ServerState;
use crate::session::{Session, SessionId};
use crate::session_mode::hub::Lease;
use crate::state_dir::{KeptStream, SessionState, State, StateDir, StreamState};
use crate::sync::Mutex;

pub(crate) struct Restart {
    /// `None` once everything was left there: the next process may have it.
    dir: Mutex<Option<Arc<StateDir>>>,
    leaving: Mutex<Leaving>,
}

/// What leaves this process.
#[derive(Default)]
struct Leaving {
    sessions: Vec<SessionState>,
    /// The streams that the sessions read are to be here until they are taken too.
    streams: Vec<Lease>,
}

impl Restart {
    pub(crate) fn new(dir: StateDir) -> Self {
        Self { dir: Mutex::new(Some(Arc::new(dir))), leaving: Mutex::default() }
    }

    /// A session leaves this process.
    pub(crate) fn take_along(&self, session: Option<SessionState>) {
        self.leaving.lock().sessions.extend(session);
    }

    /// So do the streams that it read.
    pub(crate) fn take_along_streams(&self, streams: impl IntoIterator<Item = Lease>) {
        self.leaving.lock().streams.extend(streams);
    }

    /// Goes on with what the process before has left.
    pub(crate) async fn restore(&self, server: &Arc<ServerState>) -> io::Result<()> {
        let Some(dir) = self.dir.lock().clone() else { return Ok(()) };
        let State { streams, sessions } =
            spawn_blocking(move || dir.take(SystemTime::now())).await?.map_err(io::Error::other)?;
        // Until the sessions are there that read them.
        let leases = restore_streams(server, streams);
        let restored = sessions.into_iter().filter_map(|session| restore_session(server, session)).count();
        drop(leases);
        if restored > 0 {
            server.start_sweeping();
            server.counters().sessions.restored.add(restored as u64);
            tracing::info!(sessions = restored, "sessions restored");
        }
        Ok(())
    }

    /// Leaves the sessions that have left this process, and the streams, to the next one.
    pub(crate) async fn leave(&self, server: &ServerState) {
        let Some(dir) = self.dir.lock().take() else { return };
        let Leaving { sessions, streams: leases } = std::mem::take(&mut *self.leaving.lock());
        let state = State { streams: take_streams(server, &leases), sessions };
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

/// Ends all streams of this process: what the engine has of them, and what is kept for sessions, as long as `leases`
/// are there.
fn take_streams(server: &ServerState, leases: &[Lease]) -> Vec<StreamState> {
    let hub = server.hub();
    // First, for nothing is delivered afterwards: what is kept here and what the engine has agree.
    let records = hub.engine().take();
    let broadcasts: Vec<_> =
        server.endpoints().iter().map(|endpoint| endpoint.broadcast_lease(hub)).collect();
    let leases = leases.iter().chain(&broadcasts);
    let mut rings: HashMap<_, _> =
        leases.filter_map(|lease| Some((lease.name().clone(), lease.kept()?))).collect();
    let take = |record: StreamRecord| {
        let ring = rings.remove(&record.stream).filter(|(position, _)| *position == record.position);
        StreamState::new(record, ring.map(|(_, kept)| kept).unwrap_or_default())
    };
    records.into_iter().filter_map(take).collect()
}

/// Goes on with `streams`: with what sessions read of them as long as the leases are there.
fn restore_streams(server: &ServerState, streams: Vec<StreamState>) -> Vec<Lease> {
    let streams = streams.into_iter().filter_map(StreamState::into_kept);
    let split = |KeptStream { record, ring }| {
        let ring = (record.stream.clone(), record.position, ring);
        (record, ring)
    };
    let (records, rings): (Vec<_>, Vec<_>) = streams.map(split).unzip();
    server.hub().engine().restore(records);
    let restore = |(stream, position, ring)| server.hub().restore(&stream, position, ring);
    rings.into_iter().filter_map(restore).collect()
}

fn restore_session(server: &Arc<ServerState>, session: SessionState) -> Option<()> {
    let id = SessionId::from(Id::from_bits(session.machine.id));
    let endpoint = session.endpoint.clone();
    let restored = Session::restore(server, session);
    restored
        .inspect_err(|reason| tracing::warn!(session = %id, endpoint, ?reason, "session not restored"))
        .ok()
}
