//! What a listener decides about topics.
//!
//! Owns: what becomes of a listener that refuses, fails or panics over a topic.
//! Never: answers the client; the session does.

use staywire_protocol::wire::FailureCode;

use super::WsListener;
use crate::message::Message;
use crate::panic::catch_panic;
use crate::session::Session;
use crate::session_mode::Subscription;
use crate::topic::{PublishError, TopicError, TopicName};

/// Asks `listener` whether the client may subscribe, and has the session answer.
pub(super) async fn subscribe(listener: &impl WsListener, session: &Session, subscription: Subscription) {
    let topic = &subscription.topic;
    let allowed = catch_panic(async { listener.subscribe(session, topic).await }).await;
    let allowed = allowed.unwrap_or_else(|panic| {
        tracing::error!(session = %session.id(), ?topic, ?panic, "the listener's `subscribe` panicked");
        Err(TopicError::new(FailureCode::PANICKED, ""))
    });
    log_cause(session, topic, &allowed);
    session.decided(subscription, allowed).await;
}

/// Asks `listener` whether the client may publish, and publishes; a panic is the runner's affair.
pub(super) async fn publish(
    listener: &impl WsListener,
    session: &Session,
    topic: &TopicName,
    message: Message,
) -> Result<Result<(), TopicError>, String> {
    let allowed = catch_panic(async { listener.publish(session, topic, &message).await }).await?;
    log_cause(session, topic, &allowed);
    if let Err(refusal) = allowed {
        return Ok(Err(refusal));
    }
    let published = session.server().publish_to(topic.clone(), message, None).await;
    Ok(published.map(drop).map_err(|error| {
        tracing::warn!(session = %session.id(), ?topic, %error, "a client's message was not published");
        match error {
            PublishError::TooLarge { .. } => TopicError::new(FailureCode::TOO_LARGE, &error.to_string()),
            PublishError::BadTopic(_) | PublishError::Engine(_) => {
                TopicError::new(FailureCode::UNAVAILABLE, "the message cannot be published now")
            }
        }
    }))
}

fn log_cause(session: &Session, topic: &TopicName, allowed: &Result<(), TopicError>) {
    if let Some(error) = allowed.as_ref().err().and_then(TopicError::cause) {
        tracing::warn!(session = %session.id(), ?topic, %error, "the listener failed over a topic");
    }
}
