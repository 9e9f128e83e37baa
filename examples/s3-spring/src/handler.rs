//! Spring's `WebSocketHandler`: greetings, messages in JSON, and the end.

use serde::Deserialize;
use staywire_server::{CloseReason, JsonListener, ListenerError, Session, SessionError};

use crate::{USER_ID, Users, id};

/// What the page sends: whom the server is to answer, and what there is to say.
#[derive(Debug, Deserialize)]
pub struct Order {
    /// The user who gets the answer; in JSON a text or a whole number.
    #[serde(deserialize_with = "id::text_or_number")]
    pub id: String,
    /// What the server prints.
    pub message: String,
}

/// Greets each session, and answers each message to the user whom it names.
#[derive(Clone, Copy, Debug)]
pub struct MyHandler;

impl JsonListener for MyHandler {
    type Message = Order;

    async fn open(&self, session: &Session) -> Result<(), ListenerError> {
        println!("成功建立连接");
        session.send("成功建立socket连接")?;
        println!("当前在线人数：{}", Users::new(session.helper()).online());
        Ok(())
    }

    async fn message(&self, session: &Session, Order { id, message }: Order) -> Result<(), ListenerError> {
        let sender = session.attributes().get::<String>(USER_ID);
        println!("{id}\n{message}:来自{}的消息", sender.as_deref().map_or("", String::as_str));
        if !Users::new(session.helper()).send_message_to_user(&id, "服务器收到了，hello!") {
            println!("{id}没有收到");
        }
        Ok(())
    }

    async fn error(&self, _session: &Session, error: SessionError) {
        // The server has removed the user already, where the error ends their connection.
        println!("连接出错：{error}");
    }

    async fn close(&self, _session: &Session, reason: CloseReason) {
        println!("连接已关闭：{}", reason.code.number());
    }
}
