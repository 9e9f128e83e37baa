//! What a session keeps in memory when nothing is under way.
#![cfg(not(target_arch = "wasm32"))]

use allocation_counter::measure;
use staywire_protocol::message::ToServer;
use staywire_protocol::server::{Session, SessionConfig};
use staywire_protocol::wire::Id;
use staywire_protocol::{ConnectionId, Instant};

#[test]
fn a_burst_leaves_no_memory_behind_in_a_session_that_is_idle_again() {
    const BURST: u64 = 10_000;
    let connection = ConnectionId::from_number(1);
    let (config, now) = (SessionConfig::default(), Instant::from_millis(0));
    let mut session: Session<&str, char, ()> =
        Session::open(config, now, connection, Id::from_bits(7), ('a', 1), None, vec![]);
    let allocated = measure(|| {
        for _ in 0..BURST {
            session.send("hello", 5);
        }
        while session.poll_output().is_some() {}
        session.receive(now, connection, ToServer::<_, char>::Ack(BURST), 5);
        while session.poll_output().is_some() {}
    });
    assert!(allocated.bytes_max > 100_000, "{allocated:?}");
    assert!(allocated.bytes_current < 1_000, "{allocated:?}");
}
