//! The first way: a type whose methods are what the document annotates.

use staywire_server::{CloseReason, ListenerError, Message, Session, WsListener};

use crate::handshake;

/// Returns text as it came, and of anything else says how long it was.
///
/// What Java reads from an `EndpointConfig` are fields here, and what the opening handshake has to know, such as
/// sub-protocols, is said where the endpoint is added.
#[derive(Clone, Debug)]
pub struct CharWebSocket {
    /// What is printed when a session ends.
    pub farewell: String,
}

impl WsListener for CharWebSocket {
    async fn open(&self, session: &Session) -> Result<(), ListenerError> {
        session.send(handshake::described(session))?;
        Ok(())
    }

    async fn message(&self, session: &Session, message: Message) -> Result<(), ListenerError> {
        match message {
            Message::Text(text) => session.send(text)?,
            Message::Binary(bytes) => session.send(format!("{} bytes", bytes.len()))?,
        }
        Ok(())
    }

    async fn close(&self, _session: &Session, reason: CloseReason) {
        println!("{} ({})", self.farewell, reason.code.number());
    }
}
