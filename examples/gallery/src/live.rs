//! The page's own connection, and the scissors for it.

use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::post;
use staywire_server::{Endpoint, ListenerError, Message, Session, WsHelper, WsListener};

pub(crate) const PATH: &str = "/gallery/live";

/// Tells each session its id first, and returns what the page sends, for it to measure the round trip.
struct Live;

impl WsListener for Live {
    async fn open(&self, session: &Session) -> Result<(), ListenerError> {
        session.send(format!(r#"{{"session":"{}"}}"#, session.id()))?;
        Ok(())
    }

    async fn message(&self, session: &Session, message: Message) -> Result<(), ListenerError> {
        session.send(message)?;
        Ok(())
    }
}

pub(crate) fn endpoint() -> Endpoint {
    Endpoint::new(Live).heartbeat_text("PING").heartbeat_reply("PONG")
}

/// `POST /gallery/cut/{session}`: whoever knows a session's id, which cannot be guessed, may cut it.
pub(crate) fn cut_route(helper: WsHelper) -> Router {
    Router::new().route("/gallery/cut/{session}", post(cut)).with_state(helper)
}

async fn cut(State(helper): State<WsHelper>, Path(id): Path<String>) -> StatusCode {
    match id.parse().ok().and_then(|id| helper.session(id)) {
        Some(session) => {
            session.terminate();
            StatusCode::NO_CONTENT
        }
        None => StatusCode::NOT_FOUND,
    }
}
