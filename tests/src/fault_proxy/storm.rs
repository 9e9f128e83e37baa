//! Weather that is done to a proxy.
//!
//! Owns: when each fault begins and what it lasts. Never: draws anything.

use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use tokio::time::{sleep, timeout};

use super::weather::{Fault, Gust, Weather};
use super::{Direction, FaultProxy, ProxiedConnection};

impl Weather {
    /// Does what the script says to `proxy` for the time of `lasts`.
    ///
    /// At the end the proxy admits clients and [restores](ProxiedConnection::restore) connections, so that no fault
    /// outlasts the weather.
    pub async fn blow(&mut self, proxy: &FaultProxy, lasts: Duration) {
        // The end of its time is the only end that a script with rates has.
        let _ = timeout(lasts, self.blow_on(proxy)).await;
        proxy.admit();
        proxy.open_connections().iter().for_each(ProxiedConnection::restore);
    }

    async fn blow_on(&mut self, proxy: &FaultProxy) {
        let mut lasting = FuturesUnordered::new();
        for gust in self {
            let calm = sleep(gust.calm);
            tokio::pin!(calm);
            loop {
                tokio::select! {
                    () = &mut calm => break,
                    Some(()) = lasting.next() => {}
                }
            }
            lasting.push(strike(proxy, gust));
        }
        std::future::pending().await
    }
}

/// Does one fault, and undoes what only lasts for a time.
async fn strike(proxy: &FaultProxy, gust: Gust) {
    let open = proxy.open_connections();
    let victim = open.get(gust.victim as usize % open.len().max(1));
    match (gust.fault, victim) {
        (Fault::Refuse(lasts), _) => {
            proxy.refuse();
            sleep(lasts).await;
            proxy.admit();
        }
        (Fault::Hang(lasts), _) => {
            proxy.hang();
            sleep(lasts).await;
            proxy.admit();
        }
        (Fault::CutAll, _) => proxy.cut_all(),
        (_, None) => {}
        (Fault::Cut, Some(victim)) => victim.cut(),
        (Fault::CutAfter(direction, bytes), Some(victim)) => victim.cut_after(direction, bytes),
        (Fault::Close, Some(victim)) => victim.close(),
        (Fault::CloseWith(direction, code), Some(victim)) => victim.close_with(direction, code, ""),
        (Fault::HalfOpen { lasts, heals }, Some(victim)) => {
            victim.half_open();
            sleep(lasts).await;
            if heals { victim.restore() } else { victim.cut() }
        }
        (Fault::Silence(direction, lasts), Some(victim)) => {
            victim.silence(direction);
            sleep(lasts).await;
            victim.restore();
        }
        (Fault::Delay(base, jitter), Some(victim)) => {
            victim.delay(Direction::Up, base, jitter);
            victim.delay(Direction::Down, base, jitter);
        }
    }
}
