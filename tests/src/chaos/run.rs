//! One chaos run, from the first connection to the verdict.
//!
//! Owns: the order of it. Never: counts; the ledger does.
//!
//! ```text
//! everyone hears ─► storm: weather and restarts ─► everyone hears ─► settling ─► verdict
//! ```

use std::path::PathBuf;
use std::time::Duration;

use staywire_protocol::Random;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};

use super::client::{Assignment, ChaosClient, Phase};
use super::ledger::Ledger;
use super::native_client::NativeClient;
use super::page_client::PageClient;
use super::plain_client::PlainClient;
use super::restart::Restart;
use super::sabotage::Sabotage;
use super::server_process::{ServerProcess, ServerSetup};
use super::state_dir::StateDir;
use super::verdict::Verdict;
use crate::fault_proxy::{FaultProxy, Rates, Weather};

const MIN_DELAY: Duration = Duration::from_millis(20);
const MAX_DELAY: Duration = Duration::from_millis(200);
/// Between two messages of one client.
const CLIENT_INTERVAL: Duration = Duration::from_millis(20);
/// Between two messages of the server to each session, each user, and everybody.
const SERVER_INTERVAL: Duration = Duration::from_millis(50);
/// Of so many sessions each user has.
const SESSIONS_PER_USER: usize = 4;

/// The longest that a silence or a refusal lasts.
const LONGEST_FAULT: Duration = Duration::from_secs(3);

/// A restart takes up to this.
const MAX_DOWNTIME: Duration = Duration::from_secs(1);

/// Who hears nothing for so long in calm weather never will.
const CALM_TIMEOUT: Duration = Duration::from_secs(30);
/// What has not arrived when nothing has changed for so long never will.
const SETTLE_TIMEOUT: Duration = Duration::from_secs(5);
/// A client that has not heard yet that it is to send nothing more does so within this.
const QUIET_TIME: Duration = Duration::from_secs(1);
const POLL_INTERVAL: Duration = Duration::from_millis(500);

/// A chaos run that is about to begin.
#[derive(Clone, Debug)]
pub struct Chaos {
    /// The binary `chaos_server`.
    pub server: PathBuf,
    /// What goes wrong on the wire.
    pub weather: Rates,
    /// How long things go wrong.
    pub lasts: Duration,
    /// The server lives for so long at least, and for twice as long at most, before it is restarted.
    pub uptime: Duration,
    /// What goes wrong when follows from this.
    pub seed: u64,
    /// How the server is restarted.
    pub restart: Restart,
    /// Whether the server keeps so little that clients are told of gaps.
    pub is_tight: bool,
    /// How many native clients there are.
    pub natives: usize,
    /// How many pages there are.
    pub pages: usize,
    /// What is wrong on purpose.
    pub sabotage: Option<Sabotage>,
}

impl Chaos {
    /// Some 150 faults a minute.
    pub const STORM: Rates = Rates {
        cut: 40,
        cut_after: 40,
        close: 10,
        close_with: 20,
        half_open: 10,
        silence: 10,
        delay: 10,
        refuse: 2,
        hang: 2,
        cut_all: 2,
    };

    /// The same with a sabotage, and with what it needs to meet anything.
    #[must_use]
    pub fn sabotaged(self, sabotage: Sabotage) -> Self {
        Self { restart: sabotage.restart(), is_tight: sabotage.is_tight(), sabotage: Some(sabotage), ..self }
    }

    /// Runs it.
    ///
    /// # Panics
    ///
    /// When the server or a browser does not start, or a client is not served in calm weather.
    pub async fn run(&self) -> Verdict {
        let ledger = if self.is_tight { Ledger::excusing_gaps() } else { Ledger::default() };
        let mut setup = ServerSetup {
            binary: self.server.clone(),
            interval: SERVER_INTERVAL,
            restart: self.restart,
            state_dir: StateDir::new(self.sabotage),
            is_tight: self.is_tight,
            sabotage: self.sabotage,
            ledger: ledger.clone(),
        };
        let mut server = setup.start().await;
        let proxy = FaultProxy::seeded(server.address(), self.seed).await;
        let phase = watch::Sender::new(Phase::Sending);
        let mut clients = self.start_clients(&ledger, &proxy, &phase).await;
        let deaf = who_hears_nothing(&ledger).await;
        assert!(deaf.is_empty(), "nothing came for {CALM_TIMEOUT:?} to {deaf:?}");

        let mut weather = Weather::new(self.weather, LONGEST_FAULT, self.seed);
        (_, server) =
            tokio::join!(weather.blow(&proxy, self.lasts), self.restarts(&mut setup, server, &proxy));
        // Who hears nothing by now has lost the last broadcast at least, and the verdict says so.
        who_hears_nothing(&ledger).await;

        phase.send_replace(Phase::Settling);
        server.hush().await;
        settle(&ledger).await;
        phase.send_replace(Phase::Over);
        while let Some(ended) = clients.join_next().await {
            ended.expect("a client plays its part to the end");
        }
        ledger.verdict()
    }

    async fn start_clients(
        &self,
        ledger: &Ledger,
        proxy: &FaultProxy,
        phase: &watch::Sender<Phase>,
    ) -> JoinSet<()> {
        let mut clients = JoinSet::new();
        let mut number = 0;
        let mut assign = |kind: &str| {
            let user = format!("user-{}", number / SESSIONS_PER_USER);
            number += 1;
            let name = format!("{kind}-{number}");
            Assignment {
                url: proxy.url(&format!("/chaos/{user}/{name}")),
                interval: CLIENT_INTERVAL,
                min_delay: MIN_DELAY,
                max_delay: MAX_DELAY,
                seed: self.seed.wrapping_add(number as u64),
                log: ledger.client(&name, &user, self.sabotage),
                phase: phase.subscribe(),
            }
        };
        for _ in 0..self.natives {
            let assignment = assign("native");
            match self.sabotage {
                Some(Sabotage::Plain) => clients.spawn(PlainClient.run(assignment)),
                _ => clients.spawn(NativeClient.run(assignment)),
            };
        }
        for _ in 0..self.pages {
            clients.spawn(PageClient::open().await.run(assign("page")));
        }
        clients
    }

    /// Restarts the server now and then, for as long as the run lasts; the last one is running.
    async fn restarts(
        &self,
        setup: &mut ServerSetup,
        mut server: ServerProcess,
        proxy: &FaultProxy,
    ) -> ServerProcess {
        let end = Instant::now() + self.lasts;
        // The weather draws from the same seed, and is to be another sequence.
        let mut random = Random::from_seed(!self.seed);
        let mut up_to =
            |longest: Duration| Duration::from_micros(u64::from(random.below(longest.as_micros() as u32)));
        loop {
            let uptime = self.uptime + up_to(self.uptime);
            if Instant::now() + uptime + MAX_DOWNTIME > end {
                return server;
            }
            sleep(uptime).await;
            setup.stop(server).await;
            sleep(up_to(MAX_DOWNTIME)).await;
            server = setup.start().await;
            proxy.forward_to(server.address());
        }
    }
}

/// Waits until every client that has a session has got a further message; who has not in calm weather.
async fn who_hears_nothing(ledger: &Ledger) -> Vec<String> {
    let before = ledger.messages_by_client();
    let since = Instant::now();
    loop {
        let now = ledger.messages_by_client().into_iter();
        let deaf: Vec<_> = now.filter(|(client, count)| before.get(client) == Some(count)).collect();
        if deaf.is_empty() || since.elapsed() > CALM_TIMEOUT {
            return deaf.into_iter().map(|(client, _)| client).collect();
        }
        sleep(POLL_INTERVAL).await;
    }
}

/// Waits until nothing is on its way any more, or nothing moves.
async fn settle(ledger: &Ledger) {
    let mut last = ledger.verdict();
    let mut since = Instant::now();
    loop {
        sleep(POLL_INTERVAL).await;
        let now = ledger.verdict();
        if now != last {
            since = Instant::now();
            last = now;
        }
        let patience = if last.is_settled() { QUIET_TIME } else { SETTLE_TIMEOUT };
        if since.elapsed() > patience {
            return;
        }
    }
}
