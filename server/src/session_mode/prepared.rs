//! What an opening needs of streams before it is decided.
//!
//! Owns: that every stream of the answer is there, with all that the engine
//! keeps for the client. Never: knows the session; it is found when nothing has
//! to be waited for any more.

use std::sync::Arc;

use staywire_protocol::wire::{self, HeldStream, SubscribeFrom};

use super::beginning::Reading;
use crate::endpoint::EndpointState;
use crate::engine::{EngineError, StreamName};
use crate::server::ServerState;
use crate::user::UserId;

/// The streams that a client's answer may have lines for.
pub(crate) struct Prepared {
    broadcast: Reading,
    /// Its user's.
    pub(crate) user: Option<Reading>,
    /// The topics that it names, as far as somebody reads them.
    topics: Vec<Reading>,
}

impl Prepared {
    /// For a client of `endpoint` who holds `held`.
    pub(crate) async fn new(
        server: &Arc<ServerState>,
        endpoint: &Arc<EndpointState>,
        user: Option<&UserId>,
        held: &[HeldStream],
    ) -> Result<Self, EngineError> {
        let hub = server.hub();
        let from = |stream: &wire::Stream| {
            let held = held.iter().find(|held| held.stream == *stream);
            held.map_or(SubscribeFrom::Last(0), |held| SubscribeFrom::Position(held.position))
        };
        let broadcast = endpoint.broadcast_lease(hub).reading(from(&wire::Stream::Broadcast)).await?;
        let user = match user {
            Some(user) => {
                let lease = hub.lease(&endpoint.user_stream(user));
                Some(lease.reading(from(&wire::Stream::User)).await?)
            }
            None => None,
        };
        let mut topics = Vec::new();
        for held in held.iter().filter(|held| held.stream.is_topic()).take(server.limits().max_subscriptions)
        {
            let Some(name) = topic(&held.stream) else { continue };
            if hub.find(&name).is_some() {
                let from = SubscribeFrom::Position(held.position);
                match (hub.lease(&name).reading(from).await, name) {
                    (Ok(reading), _) => topics.push(reading),
                    // More members than can be listed; the client asks for them, and is refused.
                    (Err(_), StreamName::Presence(_)) => {}
                    (Err(error), _) => return Err(error.into()),
                }
            }
        }
        Ok(Self { broadcast, user, topics })
    }

    /// What a new session reads: it has no topics.
    pub(crate) fn first(&self) -> Vec<&Reading> {
        std::iter::once(&self.broadcast).chain(&self.user).collect()
    }

    /// What a session may read that its client goes on with.
    pub(crate) fn all(&self) -> Vec<&Reading> {
        self.first().into_iter().chain(&self.topics).collect()
    }
}

/// The topic that a client names; none where nothing can have the name.
fn topic(stream: &wire::Stream) -> Option<StreamName> {
    match stream {
        wire::Stream::Topic(name) => StreamName::of_client(name.as_str()).ok(),
        wire::Stream::Broadcast | wire::Stream::User => None,
    }
}
