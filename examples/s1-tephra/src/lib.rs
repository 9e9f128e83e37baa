//! S1: the listener of Tephra's `CtrlHttp`, its page as written, and the page on the SDK.
//!
//! Owns: the sample listener, the two pages, and Tephra's file of settings.
//! Never: the path; it is [`WsHelper::URI`], as every Tephra page expects.

mod failing_line;

use axum::Router;
use axum::response::Html;
use axum::routing::get;
use staywire_server::{
    BuildError, CloseReason, ListenerError, Message, Server, Session, TephraConfig, WsHelper, WsListener,
};

pub use failing_line::FailingLine;

/// The settings as Tephra ships them, which leave the default: 64 clients.
pub const PROPERTIES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/http.ctrl.tephra.config.properties");

/// Greets with `hello` and answers each message with `receive:<message>`; prints what the seed's sample prints.
#[derive(Clone, Copy, Debug, Default)]
pub struct SampleListener;

impl WsListener for SampleListener {
    async fn open(&self, session: &Session) -> Result<(), ListenerError> {
        session.send("hello")?;
        println!("open");
        Ok(())
    }

    async fn message(&self, session: &Session, message: Message) -> Result<(), ListenerError> {
        let text = message.as_text().ok_or_else(|| ListenerError::msg("Tephra's messages are text"))?;
        let sent = session.send(format!("receive:{text}"));
        println!("receive:{text}");
        // The page closes together with its last message, and is gone before the reply to it.
        Ok(sent?)
    }

    async fn close(&self, _session: &Session, _reason: CloseReason) {
        println!("close");
    }
}

/// A Tephra server: `listener` at [`WsHelper::URI`], for as many sessions as `config` says.
///
/// Tephra enables the endpoint only where a listener was provided; so does
/// staywire: with `None` it answers 404 and says so in the log.
///
/// # Errors
///
/// None that this description can have.
pub fn server(listener: Option<SampleListener>, config: &TephraConfig) -> Result<Server, BuildError> {
    let listener = listener.map(FailingLine);
    Server::builder().endpoint(WsHelper::URI, listener).max_sessions(config.max_sessions).build()
}

/// The pages: `/` as written, `/sdk` on the SDK.
pub fn pages() -> Router {
    let as_written = demo_pages::as_written(include_str!("../as-written.html"), "localhost:8080");
    Router::new().route("/", as_written).route("/sdk", get(async || Html(include_str!("../page.html"))))
}
