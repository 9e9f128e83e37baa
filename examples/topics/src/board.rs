//! The order board: who may read it, who may order, and those who order without a page.

use std::convert::Infallible;
use std::time::Duration;

use staywire_server::http::StatusCode;
use staywire_server::{
    Authenticator, Handshake, ListenerError, Message, Rejection, Session, TopicError, TopicName, UserId,
    WsHelper, WsListener,
};

use crate::order::Order;

pub(crate) const PATH: &str = "/board/wire/{visitor}";

pub(crate) const TOPIC: &str = "orders";

/// How long after one walk-in the next one comes.
const BETWEEN_WALK_INS: Duration = Duration::from_secs(2);

pub(crate) struct Board;

impl WsListener for Board {
    async fn message(&self, _: &Session, _: Message) -> Result<(), ListenerError> {
        Err(ListenerError::msg("orders are published to their topic"))
    }

    async fn subscribe(&self, _: &Session, topic: &TopicName) -> Result<(), TopicError> {
        known(topic)
    }

    async fn publish(
        &self,
        session: &Session,
        topic: &TopicName,
        message: &Message,
    ) -> Result<(), TopicError> {
        known(topic)?;
        let visitor = session.user().ok_or_else(|| TopicError::not_allowed("say who you are"))?;
        Order::check(message, visitor.as_str())
    }
}

fn known(topic: &TopicName) -> Result<(), TopicError> {
    if topic.as_str() == TOPIC { Ok(()) } else { Err(TopicError::unknown("there are only orders here")) }
}

/// Believes everybody their name. A shop would be given a token, and look up whose it is.
pub(crate) struct ByName;

impl Authenticator for ByName {
    async fn authenticate(
        &self,
        credential: Option<&str>,
        _: &Handshake,
    ) -> Result<Option<UserId>, Rejection> {
        let name = credential.unwrap_or_default();
        let is_name = (1..=24).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_alphanumeric());
        let user = is_name.then(|| name.parse().ok()).flatten();
        let rejection = || Rejection::new(StatusCode::UNAUTHORIZED, "a name has 1 to 24 letters and digits");
        user.map(Some).ok_or_else(rejection)
    }
}

/// Publishes the orders of those who have no page, while somebody reads the board.
pub(crate) async fn take_walk_ins(helper: &WsHelper) -> Infallible {
    let board = helper.at(PATH).expect("the board is one of the server's endpoints");
    let mut next = tokio::time::interval(BETWEEN_WALK_INS);
    loop {
        next.tick().await;
        if board.online() + board.suspended() > 0 {
            let order = serde_json::to_string(&Order::walk_in()).expect("texts and a number are always JSON");
            if let Err(error) = board.publish(TOPIC, order).await {
                tracing::warn!(%error, "an order was not published");
            }
        }
    }
}
