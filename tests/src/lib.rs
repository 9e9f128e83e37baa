//! What the tests stand on: browsers, peers and raw connections.
//!
//! Owns: starting and ending what a test needs, and waiting with a deadline.
//! Never: states a promise; those are the sentences in `tests/*.rs`.
//! A harness function panics when what it waits for does not come, naming it.

mod browser;
mod browser_kind;
pub mod chaos;
mod driver_process;
mod fault_proxy;
mod folder;
mod page_life;
mod peer_process;
mod picture;
mod plain_client;
mod raw_client;
mod raw_peer;
mod recorded;
mod sdk_page;
mod served;
mod until;

use std::time::Duration;

pub use browser::Browser;
pub use browser_kind::BrowserKind;
pub use fault_proxy::{ConnectionEnd, Direction, Fault, FaultProxy, Gust, ProxiedConnection, Rates, Weather};
pub use folder::folder_routes;
pub use peer_process::PeerProcess;
pub use picture::picture;
pub use plain_client::PlainClient;
pub use raw_client::{RawClient, handshake_request};
pub use raw_peer::{RawConnection, RawPeer};
pub use sdk_page::{open_page, open_sdk_page, open_session_page};
pub use served::{serve, serve_gallery, serve_gallery_with};
pub use until::{until, until_online};

/// What a machine under load takes at most for what takes no time: a limit for tests to give up at, and never a promise.
pub const SOON: Duration = Duration::from_secs(20);
