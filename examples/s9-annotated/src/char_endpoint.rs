//! The second way: handlers that are added to each session when it opens.

use staywire_server::{Bytes, ListenerError, Session, WsListener};

use crate::handshake;

/// Has the same conversation as [`CharWebSocket`](crate::CharWebSocket).
#[derive(Clone, Copy, Debug)]
pub struct CharEndpoint;

impl WsListener for CharEndpoint {
    async fn open(&self, session: &Session) -> Result<(), ListenerError> {
        session.send(handshake::described(session))?;
        let remote = session.clone();
        session.add_message_handler(async move |text: String| {
            remote.send(text)?;
            Ok(())
        });
        let remote = session.clone();
        session.add_message_handler(async move |bytes: Bytes| {
            remote.send(format!("{} bytes", bytes.len()))?;
            Ok(())
        });
        Ok(())
    }
}
