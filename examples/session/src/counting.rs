//! The listener: it counts what comes, and sends numbers of its own.

use std::sync::Arc;
use std::time::Duration;

use staywire_server::{ListenerError, Message, Resumption, Session, WsListener};
use tokio::time::{Instant, sleep_until};

use crate::visitors::{Visitor, Visitors};

pub(crate) struct Counting(pub(crate) Visitors);

impl Counting {
    fn visitor(&self, session: &Session) -> Result<Arc<Visitor>, ListenerError> {
        let name = session.path_param("visitor").unwrap_or_default();
        self.0.enter(name).ok_or_else(|| ListenerError::msg("that is no visitor's name"))
    }

    fn start_sending(visitor: Arc<Visitor>, session: &Session) {
        visitor.begin(session.id());
        tokio::spawn(send_on(visitor, session.clone()));
    }
}

impl WsListener for Counting {
    async fn open(&self, session: &Session) -> Result<(), ListenerError> {
        Self::start_sending(self.visitor(session)?, session);
        Ok(())
    }

    async fn message(&self, session: &Session, message: Message) -> Result<(), ListenerError> {
        let message = serde_json::from_slice(message.as_bytes())?;
        self.visitor(session)?.hear(&message).map_err(|_| ListenerError::msg("the numbers make no sense"))
    }

    async fn resume(&self, session: &Session, resumption: Resumption) {
        // This server knows the session from the state directory alone.
        if let (Resumption::Restored, Ok(visitor)) = (resumption, self.visitor(session)) {
            Self::start_sending(visitor, session);
        }
    }
}

/// Sends until the session is over, also while it has no connection: that is what a session is for.
async fn send_on(visitor: Arc<Visitor>, session: Session) {
    let mut next = Instant::now();
    while let Some(rate) = visitor.send_next(&session) {
        next += Duration::from_secs(1) / rate;
        sleep_until(next).await;
    }
}
