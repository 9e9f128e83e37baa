//! What the server sends by itself.

use std::time::Duration;

use staywire_server::{UserDelivery, WsHelper};
use staywire_tests::chaos::{Report, Stream, Topic};
use tokio::time::{MissedTickBehavior, interval};

use crate::listener::Sessions;
use crate::report;

/// After so many of its messages it asks everybody to move to another connection, within this.
const MOVE_ONE_IN: u64 = 100;
const MOVE_WINDOW: Duration = Duration::from_millis(500);

/// Sends without end; to be dropped when it is enough.
pub(crate) async fn send_for_ever(helper: WsHelper, sessions: Sessions, first: u64, every: Duration) {
    let mut ticks = interval(every);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    for number in first.. {
        ticks.tick().await;
        // Reports are written before the lock is let go, so that a session that opens meanwhile changes nothing.
        for (client, session) in &*sessions.lock() {
            let stream = Stream::Inbox { client: client.clone(), session: session.id().to_string() };
            offer(&stream, number, |text| session.send(text).is_ok());
        }
        for user in helper.users().into_keys() {
            offer(&Stream::User(user.to_string()), number, |text| {
                helper.send_to_user(&user, text) != UserDelivery::Unknown
            });
        }
        offer(&Stream::Broadcast, number, |text| {
            let delivery = helper.broadcast(text);
            delivery.queued + delivery.kept > 0
        });
        for topic in Topic::ALL {
            offer(&Stream::Topic(topic), number, |text| {
                matches!(helper.publish(topic.name(), text).at_once(), Ok(Ok(_)))
            });
        }
        if number.is_multiple_of(MOVE_ONE_IN) {
            helper.move_all(MOVE_WINDOW);
        }
    }
}

/// Reports a message, sends it, and reports if it was refused.
fn offer(stream: &Stream, number: u64, send: impl FnOnce(String) -> bool) {
    report(&Report::Offered(stream.clone(), number));
    if !send(stream.message(number)) {
        report(&Report::Refused(stream.clone(), number));
    }
}
