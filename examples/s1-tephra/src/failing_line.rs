//! A line that fails in the middle, for the page on the SDK to survive.

use std::time::Duration;

use staywire_server::{CloseReason, ListenerError, Message, Session, SessionError, WsListener};

/// The message after which the line fails, the page's fifth.
const LAST_BEFORE_FAILURE: &str = "hello ws 4";

/// Half of the page's pause between two messages, so that none is on its way.
const FAILURE_DELAY: Duration = Duration::from_millis(500);

/// `inner` on a line that fails once, for clients that ask for it by `?line=failing`.
///
/// The failure is a connection ended without a closing handshake: what a
/// browser sees of a cable that was pulled out.
#[derive(Clone, Copy, Debug)]
pub struct FailingLine<L>(pub L);

impl<L: WsListener> WsListener for FailingLine<L> {
    async fn open(&self, session: &Session) -> Result<(), ListenerError> {
        self.0.open(session).await
    }

    async fn message(&self, session: &Session, message: Message) -> Result<(), ListenerError> {
        let fails = message.as_text() == Some(LAST_BEFORE_FAILURE)
            && session.query_param("line").as_deref() == Some("failing");
        self.0.message(session, message).await?;
        if fails {
            tokio::time::sleep(FAILURE_DELAY).await;
            session.terminate();
        }
        Ok(())
    }

    async fn error(&self, session: &Session, error: SessionError) {
        self.0.error(session, error).await;
    }

    async fn close(&self, session: &Session, reason: CloseReason) {
        self.0.close(session, reason).await;
    }
}
