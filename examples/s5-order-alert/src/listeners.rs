//! The two ways to hear of orders: from now on, and from a position.

use std::sync::Arc;

use staywire_server::{CloseReason, ListenerError, Message, Session, WsListener};

use crate::orders::{Orders, Position};

/// The seed's endpoint: who is there is told, who is not misses it. It prints what the seed's prints.
pub(crate) struct FromNowOn;

impl WsListener for FromNowOn {
    async fn open(&self, session: &Session) -> Result<(), ListenerError> {
        println!("服务器有新的连接，总连接数：{}", session.helper().online());
        Ok(())
    }

    async fn message(&self, _session: &Session, message: Message) -> Result<(), ListenerError> {
        println!("收到客户端发来的消息{}", message.as_text().unwrap_or_default());
        Ok(())
    }

    async fn close(&self, session: &Session, _reason: CloseReason) {
        println!("服务器断开的连接，总连接数：{}", session.helper().online());
    }
}

/// Begins where the page says that it left off, in `?journal=…&after=…`, and goes on from where it says so again.
pub(crate) struct FromPosition(pub(crate) Arc<Orders>);

impl WsListener for FromPosition {
    async fn open(&self, session: &Session) -> Result<(), ListenerError> {
        let journal = session.query_param("journal").unwrap_or_default();
        let after = session.query_param("after").unwrap_or_default();
        let after = after.parse().map_err(|_| ListenerError::msg("`after` is not the number of an order"))?;
        self.0.catch_up(session, &Position { journal, after })
    }

    async fn message(&self, session: &Session, message: Message) -> Result<(), ListenerError> {
        self.0.catch_up(session, &message.json()?)
    }
}
