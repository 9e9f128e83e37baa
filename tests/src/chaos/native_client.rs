//! The native client with a session.
//!
//! Owns: the translation of its events. Never: decides anything for it.

use std::time::Duration;

use futures_util::stream::FuturesUnordered;
use futures_util::{FutureExt, StreamExt};
use staywire_client_native::{Client, Event, FailureCode, RequestError, Sent, Stream as ReadStream};
use tokio::time::{Instant, MissedTickBehavior, interval};

use super::client::{Assignment, ChaosClient, Phase};
use super::ledger::ClientEvent;
use super::stream::{StreamKind, Topic};
use super::topics::Reader;

/// An opening handshake that takes longer has failed.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);

/// It asks for so many of its messages.
const ASK_ONE_IN: u64 = 10;
/// Longer than any outage there is.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(300);

/// A client whose session outlives its connections.
#[derive(Debug)]
pub struct NativeClient;

impl ChaosClient for NativeClient {
    async fn run(self, assignment: Assignment) {
        let Assignment { url, interval: every, min_delay, max_delay, seed, log, mut phase } = assignment;
        let dialled = Client::builder(url)
            .backoff(min_delay, max_delay)
            .connect_timeout(CONNECT_TIMEOUT)
            .seed(seed)
            .connect();
        let (client, mut events) = dialled.expect("the proxy's address is a URL");
        let started = Instant::now();
        let mut ticks = interval(every);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
        let mut reader = Reader::new(seed);
        let mut outcomes = FuturesUnordered::new();
        let mut requests = FuturesUnordered::new();
        let mut next = 1;
        loop {
            let told = tokio::select! {
                Some(event) = events.recv() => match reader.observe(event) {
                    Event::Message(message) | Event::StreamMessage { message, .. } => {
                        log.tell_text(started.elapsed(), message.as_text().unwrap_or_default());
                        continue;
                    }
                    event => translate(&event),
                },
                Some(outcome) = outcomes.next() => Some(outcome),
                Some(settled) = requests.next() => Some(settled),
                _ = ticks.tick(), if *phase.borrow() == Phase::Sending => match client.send(next.to_string()) {
                    Ok(sent) => {
                        outcomes.push(outcome(sent, next).boxed());
                        if next.is_multiple_of(ASK_ONE_IN) {
                            log.tell(started.elapsed(), ClientEvent::Requested(next));
                            requests.push(ask(&client, next).boxed());
                        }
                        if let Some(topic) = reader.act(&client, next) {
                            log.tell(started.elapsed(), ClientEvent::Joined(topic));
                        }
                        next += 1;
                        Some(ClientEvent::Sent(next - 1))
                    }
                    Err(_) => Some(ClientEvent::SendRefused),
                },
                changed = phase.changed() => {
                    // A run that has forgotten its clients is over, too.
                    if changed.is_err() || *phase.borrow() == Phase::Over {
                        return;
                    }
                    reader.settle(&client);
                    None
                }
            };
            if let Some(event) = told {
                log.tell(started.elapsed(), event);
            }
        }
    }
}

/// What becomes of message `number`.
async fn outcome(sent: Sent, number: u64) -> ClientEvent {
    match sent.acknowledged().await {
        Ok(()) => ClientEvent::Acknowledged(number),
        Err(_) => ClientEvent::OutcomeUnknown(number),
    }
}

/// What becomes of request `number`.
async fn ask(client: &Client, number: u64) -> ClientEvent {
    let reply = client.request(number.to_string(), REQUEST_TIMEOUT).await;
    match reply {
        Ok(reply) if reply.as_text() == Some(&format!("re {number}")) => ClientEvent::Replied(number),
        Ok(reply) => ClientEvent::RequestFailed(number, format!("the reply is {reply:?}")),
        Err(RequestError::Failed { code: FailureCode::INTERRUPTED, .. }) => {
            ClientEvent::RequestInterrupted(number)
        }
        Err(RequestError::OutcomeUnknown) => ClientEvent::RequestUnknown(number),
        Err(error) => ClientEvent::RequestFailed(number, error.to_string()),
    }
}

/// What the ledger has to know of an event that brings no message.
fn translate(event: &Event) -> Option<ClientEvent> {
    Some(match event {
        Event::Resumed => ClientEvent::Resumed,
        Event::Fresh { reason, .. } => ClientEvent::Fresh(format!("{reason:?}").to_lowercase()),
        Event::InboxGap(gap) => ClientEvent::Gap(StreamKind::Inbox, gap.to - gap.from + 1),
        Event::StreamGap { stream, gap } => ClientEvent::Gap(kind(stream), gap.to - gap.from + 1),
        Event::StreamReset { stream, .. } => ClientEvent::Reset(kind(stream)),
        Event::Reconnecting { .. } => ClientEvent::Reconnecting,
        Event::Closed { last, .. } => ClientEvent::Ended(format!("{} {}", last.code.number(), last.reason)),
        _ => return None,
    })
}

fn kind(stream: &ReadStream) -> StreamKind {
    match stream {
        ReadStream::Broadcast => StreamKind::Broadcast,
        ReadStream::User => StreamKind::User,
        ReadStream::Topic(name) => {
            StreamKind::Topic(Topic::of_name(name.as_str()).expect("nobody subscribes to another"))
        }
    }
}
