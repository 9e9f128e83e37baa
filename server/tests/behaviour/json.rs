//! Typed messages: what parses reaches the listener, and what does not is told to both sides.

use std::error::Error;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use staywire_server::{
    Endpoint, JsonError, JsonListener, ListenerError, Message, SendJsonError, Server, Session, SessionError,
    TopicError, TopicName,
};
use tokio::sync::mpsc;

use crate::session_mode::client::Visitor;
use crate::support::{Client, serve, soon};

#[derive(Deserialize, Serialize)]
struct Order {
    id: u32,
    item: String,
}

/// Sends each order back, and tells of errors.
struct Shop(mpsc::UnboundedSender<String>);

impl JsonListener for Shop {
    type Message = Order;

    async fn message(&self, session: &Session, mut order: Order) -> Result<(), ListenerError> {
        order.id += 1;
        session.send_json(&order)?;
        Ok(())
    }

    async fn error(&self, _: &Session, error: SessionError) {
        let cause = error.source().and_then(Error::source).map(ToString::to_string);
        self.0.send(format!("{error} ({})", cause.unwrap_or_default())).unwrap();
    }
}

async fn next_json(client: &mut Client) -> Value {
    serde_json::from_str(&client.next_text().await).unwrap()
}

#[tokio::test]
async fn what_does_not_parse_is_an_error_and_a_reply_and_the_session_goes_on() {
    let (sender, mut errors) = mpsc::unbounded_channel();
    let running = serve(Server::builder().endpoint("/orders", Endpoint::json(Shop(sender)))).await;
    let mut client = running.connect("/orders").await;
    for (malformed, reason, what) in [
        ("order me a pear", "expected value at line 1 column 1", "not JSON, at line 1 column 1"),
        ("{\"id\":1,\n", "EOF while parsing a value at line 2 column 0", "not JSON, at line 2 column 0"),
        (
            "{\"id\":1}",
            "missing field `item` at line 1 column 8",
            "JSON of another shape than expected, at line 1 column 8",
        ),
    ] {
        client.send(malformed).await;
        assert_eq!(next_json(&mut client).await, json!({ "error": "malformed", "reason": reason }));
        let error = soon(errors.recv()).await.unwrap();
        assert_eq!(error, format!("a message is malformed: {what} ({reason})"));
    }
    let order = r#"{"id":888,"item":"pear"}"#;
    client.send(order).await;
    assert_eq!(next_json(&mut client).await, json!({ "id": 889, "item": "pear" }));
    client.send(order.as_bytes().to_vec()).await;
    assert_eq!(next_json(&mut client).await, json!({ "id": 889, "item": "pear" }));
}

#[tokio::test]
async fn the_reply_quotes_little_of_what_the_client_sent() {
    let (sender, _errors) = mpsc::unbounded_channel();
    let running = serve(Server::builder().endpoint("/orders", Endpoint::json(Shop(sender)))).await;
    let mut client = running.connect("/orders").await;
    client.send(Value::from("成\u{1}".repeat(5_000)).to_string()).await;
    let reply = next_json(&mut client).await;
    let reason = reply["reason"].as_str().unwrap();
    assert!(reason.starts_with("invalid type: string \"成"), "{reason}");
    assert!((190..=200).contains(&reason.len()), "{} bytes", reason.len());
}

#[tokio::test]
async fn the_reply_is_the_listeners_to_change_or_to_leave_out() {
    struct Own;
    impl JsonListener for Own {
        type Message = Order;
        async fn message(&self, session: &Session, _: Order) -> Result<(), ListenerError> {
            session.send("an order")?;
            Ok(())
        }
        fn malformed(&self, error: &JsonError) -> Option<Message> {
            error.is_of_other_shape().then(|| format!("see column {}", error.column()).into())
        }
    }
    let running = serve(Server::builder().endpoint("/orders", Endpoint::json(Own))).await;
    let mut client = running.connect("/orders").await;
    for message in ["no JSON: no reply", "[]", r#"{"id":1,"item":"pear"}"#] {
        client.send(message).await;
    }
    assert_eq!(client.next_text().await, "see column 2");
    assert_eq!(client.next_text().await, "an order");
}

#[tokio::test]
async fn the_clients_of_typed_messages_may_have_topics_too() {
    struct Market;
    impl JsonListener for Market {
        type Message = Order;
        async fn message(&self, _: &Session, _: Order) -> Result<(), ListenerError> {
            Ok(())
        }
        async fn subscribe(&self, _: &Session, topic: &TopicName) -> Result<(), TopicError> {
            if topic.as_str() == "prices" { Ok(()) } else { Err(TopicError::not_allowed("not here")) }
        }
        async fn publish(&self, _: &Session, _: &TopicName, _: &Message) -> Result<(), TopicError> {
            Ok(())
        }
    }
    let running = serve(Server::builder().endpoint("/market", Endpoint::json(Market))).await;
    let mut visitor = Visitor::arrive(&running, "/market", 1).await;
    let mut answers = Vec::new();
    for line in ["t1 * 0 prices", "t2 * 0 secrets", "w3 prices\npear 3"] {
        visitor.wire.send(line).await;
        let mut answer = visitor.wire.next().await;
        // What it acknowledges is no answer.
        while answer.starts_with('a') {
            answer = visitor.wire.next().await;
        }
        answers.push(answer);
    }
    assert!(answers[0].starts_with("recovered ") && answers[0].ends_with(" 0 prices"), "{answers:?}");
    assert_eq!(answers[1..], ["e1 2 5\nnot here", "s2 1\npear 3"]);
}

#[tokio::test]
async fn a_value_that_has_no_form_in_json_is_refused_and_says_so() {
    struct Unsendable(mpsc::UnboundedSender<SendJsonError>);
    impl JsonListener for Unsendable {
        type Message = Value;
        async fn message(&self, session: &Session, _: Value) -> Result<(), ListenerError> {
            let by_pair = std::collections::HashMap::from([((1, 2), 3)]);
            self.0.send(session.send_json(&by_pair).unwrap_err())?;
            Ok(())
        }
    }
    let (sender, mut errors) = mpsc::unbounded_channel();
    let running = serve(Server::builder().endpoint("/ws", Endpoint::json(Unsendable(sender)))).await;
    running.connect("/ws").await.send("0").await;
    let error = soon(errors.recv()).await.unwrap();
    assert_eq!(error.to_string(), "the value has no form in JSON: key must be a string");
}
