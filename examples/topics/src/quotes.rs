//! The quotes: each page has a market of its own, which is open while the page says so.

use std::time::Duration;

use serde::Deserialize;
use staywire_server::{
    CloseReason, ListenerError, Message, Session, TopicError, TopicName, WsHelper, WsListener,
};
use tokio::sync::watch;
use tokio::time::{MissedTickBehavior, interval};

use crate::tape::Tape;

/// `reader` says which wire is meant, and nothing to the server.
pub(crate) const PATH: &str = "/quotes/wire/{reader}/{market}";

/// What the topics of all markets begin with.
pub(crate) const TOPICS: &str = "quotes/";

/// The attribute of a session that has opened its market: how many quotes a second there are.
const RATE: &str = "rate";
const MAX_RATE: u32 = 2_000;

/// How often a second quotes are published, several at once.
const TICKS_PER_SECOND: u32 = 50;

pub(crate) struct Market;

/// What a page says.
#[derive(Deserialize)]
struct FromPage {
    /// Quotes a second; 0 is a pause.
    rate: u32,
}

impl WsListener for Market {
    async fn message(&self, session: &Session, message: Message) -> Result<(), ListenerError> {
        let FromPage { rate } = serde_json::from_slice(message.as_bytes())?;
        let rate = rate.min(MAX_RATE);
        match session.attributes().get::<watch::Sender<u32>>(RATE) {
            Some(told) => drop(told.send_replace(rate)),
            None => {
                let (told, followed) = watch::channel(rate);
                session.attributes().set(RATE, told);
                tokio::spawn(publish(session.helper(), topic_of(session), followed));
            }
        }
        Ok(())
    }

    async fn subscribe(&self, session: &Session, topic: &TopicName) -> Result<(), TopicError> {
        if topic.as_str() == topic_of(session) {
            Ok(())
        } else {
            Err(TopicError::not_allowed("that is another page's market"))
        }
    }

    async fn close(&self, session: &Session, _: CloseReason) {
        session.attributes().remove(RATE);
    }
}

fn topic_of(session: &Session) -> String {
    format!("{TOPICS}{}", session.path_param("market").unwrap_or_default())
}

/// Publishes at `rate` until nobody can change it any more.
async fn publish(helper: WsHelper, topic: String, mut rate: watch::Receiver<u32>) {
    let mut tape = Tape::new();
    let mut ticks = interval(Duration::from_secs(1) / TICKS_PER_SECOND);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
    while rate.wait_for(|rate| *rate > 0).await.is_ok() {
        ticks.tick().await;
        let quotes = *rate.borrow() / TICKS_PER_SECOND;
        for _ in 0..quotes {
            let quote = tape.next_quote();
            let text = serde_json::to_string(&quote).expect("texts and numbers are always JSON");
            if let Err(error) = helper.publish_keyed(&topic, quote.symbol, text).await {
                tracing::warn!(%error, "a quote was not published");
            }
        }
    }
}
