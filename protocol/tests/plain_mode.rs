//! What plain mode promises, on a virtual network, over random schedules.
//!
//! Each seed is one life of a client: a network that comes and goes, servers
//! that refuse, hang, fall silent or close, pages that sleep, timers that are
//! late, and callbacks of connections that were given up long ago. The rules
//! in `virtual_network` are checked at every step; here are the schedules.

mod virtual_network;

use staywire_protocol::Duration;
use staywire_protocol::client::{Client, ClientConfig, Hint, Status};
use staywire_protocol::parts::heartbeat::HeartbeatConfig;
use virtual_network::{Weather, World};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

/// Lives per property; wasm32 runs them interpreted first, so it gets fewer.
const LIVES: u64 = if cfg!(target_arch = "wasm32") { 200 } else { 2_000 };

fn config() -> ClientConfig {
    let mut config = ClientConfig::default();
    config.heartbeat = Some(HeartbeatConfig::new(Duration::from_secs(30), Duration::from_secs(5)));
    config.max_queue_bytes = 2_000;
    config
}

fn client(seed: u64) -> Client<()> {
    Client::new(config(), seed)
}

#[test]
fn whatever_happens_a_client_whose_network_stays_up_is_open_again_and_has_sent_what_it_accepted() {
    for seed in 0..LIVES {
        let mut world = World::new(client(seed), seed);
        world.live(Duration::from_secs(600), Weather::Storm);
        world.live(Duration::from_secs(90), Weather::Fair);
        assert_eq!(world.client.status(), Status::Open, "seed {seed}");
        assert_eq!(world.client.buffered_bytes(), 0, "seed {seed}");
        assert_eq!(world.unsent(), 0, "seed {seed}");
    }
}

#[test]
fn a_client_that_is_closed_in_a_storm_ends_once_and_stays_closed() {
    for seed in 0..LIVES {
        let mut world = World::new(client(seed), seed);
        world.live(Duration::from_secs(60), Weather::Storm);
        world.close();
        world.live(Duration::from_secs(300), Weather::Storm);
        assert_eq!(world.client.status(), Status::Closed, "seed {seed}");
        assert_eq!(world.ends(), 1, "seed {seed}");
        assert_eq!(world.client.poll_timeout(), None, "seed {seed}");
    }
}

#[test]
fn a_closed_client_that_is_told_to_reconnect_lives_again() {
    for seed in 0..LIVES / 4 {
        let mut world = World::new(client(seed), seed);
        world.live(Duration::from_secs(20), Weather::Storm);
        world.close();
        world.live(Duration::from_secs(20), Weather::Fair);
        world.reconnect();
        world.live(Duration::from_secs(30), Weather::Fair);
        assert_eq!(world.client.status(), Status::Open, "seed {seed}");
    }
}

#[test]
fn the_same_seed_gives_the_same_life() {
    for seed in 0..LIVES / 20 {
        let life = || {
            let mut world = World::new(client(seed), seed);
            world.live(Duration::from_secs(300), Weather::Storm);
            world.diary
        };
        assert_eq!(life(), life(), "seed {seed}");
    }
}

#[test]
fn a_limited_client_gives_up_after_its_attempts_and_says_that_it_failed() {
    for seed in 0..LIVES / 4 {
        let mut config = config();
        config.max_attempts = Some(4);
        let mut world = World::new(Client::new(config, seed), seed);
        world.live(Duration::from_secs(600), Weather::Dead);
        assert_eq!(world.client.status(), Status::Closed, "seed {seed}");
        assert_eq!((world.dials(), world.ends(), world.failures()), (5, 1, 1), "seed {seed}");
    }
}

#[test]
fn hints_never_dial_more_than_once_a_second() {
    let mut world = World::new(client(3), 3);
    for _ in 0..100 {
        world.hint(Hint::Hidden);
        world.hint(Hint::Visible);
        world.live(Duration::from_millis(100), Weather::Dead);
    }
    assert!(world.dials() <= 11, "{} attempts in 10 s", world.dials());
}

#[test]
fn a_page_in_the_back_forward_cache_holds_no_connection_and_gets_one_when_it_is_back() {
    for seed in 0..LIVES / 4 {
        let mut world = World::new(client(seed), seed);
        world.live(Duration::from_secs(30), Weather::Storm);
        world.hint(Hint::PageHide { persisted: true });
        assert_eq!(world.live_connections(), 0, "seed {seed}");
        assert_eq!(world.client.poll_timeout(), None, "seed {seed}");
        world.hint(Hint::PageShow { persisted: true });
        world.live(Duration::from_secs(60), Weather::Fair);
        assert_eq!(world.client.status(), Status::Open, "seed {seed}");
    }
}

#[test]
fn an_offline_page_tries_slowly_and_an_online_one_at_once() {
    let mut world = World::new(client(5), 5);
    world.live(Duration::ZERO, Weather::Dead);
    world.hint(Hint::Offline);
    world.live(Duration::from_secs(120), Weather::Dead);
    assert!((4..=12).contains(&world.dials()), "{} attempts in 120 s", world.dials());
    world.hint(Hint::Online);
    world.live(Duration::from_secs(15), Weather::Fair);
    assert_eq!(world.client.status(), Status::Open);
}
