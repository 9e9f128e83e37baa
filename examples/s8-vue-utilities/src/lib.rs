//! S8: the utilities of Vue components that watch a plant, one socket for one area or several for several.
//!
//! Owns: the endpoint, the alarms that are raised over HTTP, and the pages.
//!
//! ```text
//! a sensor ── POST /s8/alarms/3 ─► /s8/websocket/3 ─► every page that watches area 3
//! ```

mod alarms;

use std::path::Path;

use axum::Router;
use axum::routing::post;
use staywire_server::{BuildError, Endpoint, Handshake, Server, WsHelper, interceptor_fn};

use crate::alarms::Area;

/// Where the pages watch an area.
const PATH: &str = "/s8/websocket/{id}";

/// A server at which pages watch.
///
/// # Errors
///
/// None that this description can have.
pub fn server() -> Result<Server, BuildError> {
    // Who watches an area is reached by its name, as a user is by theirs.
    let by_area = interceptor_fn(|handshake: &mut Handshake| {
        let area = handshake.path_param("id").unwrap_or_default().to_owned();
        handshake.set_user(area)
    });
    Server::builder().endpoint(PATH, Endpoint::new(Area).heartbeat_text("PING").intercept(by_area)).build()
}

/// The pages, and where sensors call; `helper` is that of [`server`].
pub fn routes(helper: WsHelper) -> Router {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    Router::new()
        .nest("/s8", demo_pages::built(&folder.join("today/dist")))
        .nest("/s8/as-written", demo_pages::built(&folder.join("as-written/dist")))
        .merge(Router::new().route("/s8/alarms/{id}", post(alarms::raise)).with_state(helper))
}
