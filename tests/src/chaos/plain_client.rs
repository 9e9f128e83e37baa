//! A native client without a session: a WebSocket that is dialled again.
//!
//! What is on the wire when it breaks is lost, so a run with it has to fail.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use staywire_protocol::Random;
use tokio::net::TcpStream;
use tokio::time::{Instant, Interval, MissedTickBehavior, interval, sleep, timeout};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{WebSocketStream, client_async};

use super::client::{Assignment, ChaosClient, Phase};
use super::ledger::ClientEvent;

/// An opening handshake that takes longer has failed.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);

/// A connection on which nothing came for so long is given up.
const SILENCE: Duration = Duration::from_secs(2);

/// A client that has no more than one WebSocket after the other.
#[derive(Debug)]
pub struct PlainClient;

impl ChaosClient for PlainClient {
    async fn run(self, assignment: Assignment) {
        let mut ticks = interval(assignment.interval);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
        let mut over = assignment.phase.clone();
        let random = Random::from_seed(assignment.seed);
        let mut life = Life { assignment, ticks, random, started: Instant::now(), next: 1, attempt: 0 };
        tokio::select! {
            () = life.live() => {}
            // A run that has forgotten its clients is over, too.
            _ = over.wait_for(|phase| *phase == Phase::Over) => {}
        }
    }
}

struct Life {
    assignment: Assignment,
    ticks: Interval,
    random: Random,
    started: Instant,
    /// The number of the next message.
    next: u64,
    /// Attempts since the last connection.
    attempt: u32,
}

impl Life {
    async fn live(&mut self) {
        loop {
            if let Ok(Some(socket)) = timeout(CONNECT_TIMEOUT, dial(&self.assignment.url)).await {
                self.attempt = 0;
                self.converse(socket).await;
                self.tell(ClientEvent::Reconnecting);
            }
            sleep(self.delay()).await;
            self.attempt += 1;
        }
    }

    /// Sends and receives until the connection is lost.
    async fn converse(&mut self, mut socket: WebSocketStream<TcpStream>) {
        loop {
            tokio::select! {
                received = timeout(SILENCE, socket.next()) => match received {
                    Ok(Some(Ok(Message::Text(text)))) => {
                        self.assignment.log.tell_text(self.started.elapsed(), &text);
                    }
                    Ok(Some(Ok(_))) => {}
                    // In a run that settles silence is no sign.
                    Err(_) if !self.is_sending() => {}
                    _ => return,
                },
                _ = self.ticks.tick() => {
                    if self.is_sending() && !self.send(&mut socket).await {
                        return;
                    }
                }
            }
        }
    }

    /// Sends the next message; whether the connection took it.
    async fn send(&mut self, socket: &mut WebSocketStream<TcpStream>) -> bool {
        let sent = timeout(SILENCE, socket.send(self.next.to_string().into())).await;
        let is_sent = matches!(sent, Ok(Ok(())));
        if is_sent {
            self.tell(ClientEvent::Sent(self.next));
            self.next += 1;
        }
        is_sent
    }

    fn is_sending(&self) -> bool {
        *self.assignment.phase.borrow() == Phase::Sending
    }

    fn tell(&self, event: ClientEvent) {
        self.assignment.log.tell(self.started.elapsed(), event);
    }

    /// Full jitter up to a bound that doubles with each attempt.
    fn delay(&mut self) -> Duration {
        let Assignment { min_delay, max_delay, .. } = self.assignment;
        let bound = (min_delay * 2_u32.saturating_pow(self.attempt)).min(max_delay);
        Duration::from_micros(u64::from(self.random.below(bound.as_micros() as u32)))
    }
}

async fn dial(url: &str) -> Option<WebSocketStream<TcpStream>> {
    let authority = url.strip_prefix("ws://")?.split('/').next()?;
    let stream = TcpStream::connect(authority).await.ok()?;
    Some(client_async(url, stream).await.ok()?.0)
}
