//! The endpoint's listener, and the message to one user.

use staywire_server::{ListenerError, Message, Session, UserDelivery, WsHelper, WsListener};

/// Prints what the seed's server logs.
#[derive(Clone, Copy, Debug)]
pub struct Push;

impl WsListener for Push {
    async fn open(&self, session: &Session) -> Result<(), ListenerError> {
        println!("websocket消息: 有新的连接，总数为:{}", session.helper().online());
        Ok(())
    }

    async fn message(&self, _session: &Session, message: Message) -> Result<(), ListenerError> {
        println!("websocket消息: 收到客户端消息:{}", message.as_text().unwrap_or("(binary)"));
        Ok(())
    }
}

/// Sends `message` to `user`, in all their tabs; says what became of it.
pub(crate) fn send_one_message(helper: &WsHelper, user: &str, message: String) -> UserDelivery {
    println!("websocket消: 单点消息:{message}");
    helper.send_to_user(user, message)
}
