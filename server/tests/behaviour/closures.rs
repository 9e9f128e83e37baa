//! Listeners of closures, and message handlers added to a session.

use staywire_server::{
    Bytes, CloseCode, CloseReason, Endpoint, ListenerError, Message, Server, Session, WsListener, listener_fn,
};
use tokio::sync::mpsc;

use crate::support::{serve, soon};

#[tokio::test]
async fn a_listener_of_closures_hears_open_messages_and_close() {
    let (sender, mut heard) = mpsc::unbounded_channel();
    let listener = listener_fn(async |session: Session, message: Message| {
        if message.as_text() == Some("fail") {
            return Err(ListenerError::msg("it fails"));
        }
        session.send(message)?;
        Ok(())
    })
    .on_open(async |session: Session| {
        session.send(format!("welcome to {}", session.endpoint()))?;
        Ok(())
    })
    .on_close(async move |_, reason: CloseReason| sender.send(reason.code).unwrap());
    let running = serve(Server::builder().endpoint("/ws", Endpoint::new(listener).protocols(["v1"]))).await;
    let mut client = running.connect_with("/ws", &[("sec-websocket-protocol", "v1")]).await;
    assert_eq!(client.protocol.as_deref(), Some("v1"));
    assert_eq!(client.next_text().await, "welcome to /ws");
    for text in ["one", "fail", "two"] {
        client.send(text).await;
    }
    assert_eq!(client.next_text().await, "one");
    assert_eq!(client.next_text().await, "two");
    client.close().await;
    assert_eq!(soon(heard.recv()).await, Some(CloseCode::NO_STATUS));
}

#[tokio::test]
async fn a_closure_gets_the_messages_of_the_kind_that_it_takes() {
    let text = listener_fn(async |session: Session, text: String| Ok(session.send(text)?));
    let bytes = listener_fn(async |session: Session, bytes: Vec<u8>| Ok(session.send(bytes)?));
    let running = serve(Server::builder().endpoint("/text", text).endpoint("/bytes", bytes)).await;
    let mut client = running.connect("/text").await;
    client.send(b"bytes".to_vec()).await;
    client.send("text").await;
    assert_eq!(client.next().await, "text".into());
    let mut client = running.connect("/bytes").await;
    client.send("text").await;
    client.send(b"bytes".to_vec()).await;
    assert_eq!(client.next().await, b"bytes".to_vec().into());
}

#[tokio::test]
async fn handlers_added_to_a_session_get_its_messages_by_their_kind() {
    struct Handled;
    impl WsListener for Handled {
        async fn open(&self, session: &Session) -> Result<(), ListenerError> {
            let remote = session.clone();
            session.add_message_handler(async move |text: String| Ok(remote.send(format!("text {text}"))?));
            let remote = session.clone();
            session.add_message_handler(async move |bytes: Bytes| {
                remote.send(format!("{} bytes", bytes.len()))?;
                let again = remote.clone();
                remote.add_message_handler(async move |_: Message| Ok(again.send("another")?));
                Ok(())
            });
            Ok(())
        }
    }
    let running = serve(Server::builder().endpoint("/ws", Handled)).await;
    let mut client = running.connect("/ws").await;
    client.send("one").await;
    client.send(b"12345".to_vec()).await;
    client.send("two").await;
    for expected in ["text one", "5 bytes", "another", "text two", "another"] {
        assert_eq!(client.next_text().await, expected);
    }
}

#[tokio::test]
async fn a_handler_that_panics_ends_its_own_session_alone() {
    let panicking = listener_fn(async |_: Session, _: String| panic!("a bug"));
    let running = serve(Server::builder().endpoint("/ws", panicking)).await;
    let mut client = running.connect("/ws").await;
    client.send("go").await;
    assert_eq!(client.next_close().await, (1011, "internal error".to_owned()));
}
