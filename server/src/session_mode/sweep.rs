//! What time does to sessions without a connection, and to streams.

use std::sync::Weak;
use std::time::Duration;

use crate::server::ServerState;

/// How exactly a window is counted.
const TICK: Duration = Duration::from_secs(1);

/// Ends the suspended sessions whose windows are over, and those that are too much together; forgets the ended ones,
/// and has the engine do what is due.
///
/// One task for all of a server's sessions; it ends with the server.
pub(crate) async fn sweep(server: Weak<ServerState>) {
    loop {
        tokio::time::sleep(TICK).await;
        let Some(server) = server.upgrade() else { return };
        let now = server.clock().now();
        for session in server.suspended().due(now) {
            if let Some(session) = session.lasting() {
                session.wake();
            }
        }
        server.hub().engine().tick();
        server.trim_suspended();
        for endpoint in server.endpoints() {
            endpoint.directory().forget(now);
        }
    }
}
