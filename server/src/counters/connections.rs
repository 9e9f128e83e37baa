//! Connections, and opening handshakes (RFC 6455 §4.2) that none came of.

use super::counter::counters;

counters! {
    /// Connections, and opening handshakes that none came of.
    ConnectionCounters, live as LiveConnectionCounters {
        /// Connections that began in plain mode.
        opened_plain,
        /// Connections that began with `staywire.v1`; what came of each is an opening.
        opened_session,
        /// Connections that are over, however they ended.
        closed,
        /// Connections given up because nothing was heard on them.
        silent,
        /// Connections closed with 3008, because their client read too slowly.
        slow_reader,
        /// Connections closed because their client broke RFC 6455 or a limit (1002, 1007, 1009).
        violation,
        /// Handshakes refused with 403, because of the page's origin.
        refused_origin,
        /// Handshakes refused with 503, because there was no room.
        refused_capacity,
        /// Handshakes refused with 503, because the server was shutting down.
        refused_draining,
        /// Handshakes that an interceptor refused, or failed at.
        refused_interceptor,
        /// Requests that were no handshake for any endpoint here.
        refused_request,
    }
}
