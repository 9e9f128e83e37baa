//! What each fault of the proxy does, seen from two plain sockets.

use std::io::ErrorKind;
use std::net::SocketAddr;
use std::time::Duration;

use staywire_tests::{ConnectionEnd, Direction, FaultProxy, ProxiedConnection, Rates, SOON, Weather};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{Instant, timeout};

/// Long enough for bytes that are let through to arrive.
const A_MOMENT: Duration = Duration::from_millis(50);

/// A client and a server with a proxy between them.
struct Wire {
    client: TcpStream,
    server: TcpStream,
    connection: ProxiedConnection,
    proxy: FaultProxy,
    _listener: TcpListener,
}

async fn listen() -> (TcpListener, SocketAddr) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a free loopback port");
    let address = listener.local_addr().expect("a bound listener has an address");
    (listener, address)
}

async fn wire() -> Wire {
    wire_with(|_| {}).await
}

async fn wire_with(prepare: impl Fn(&ProxiedConnection) + Send + 'static) -> Wire {
    let (listener, address) = listen().await;
    let proxy = FaultProxy::to(address).await;
    proxy.prepare_connections(prepare);
    let client = TcpStream::connect(proxy.address()).await.expect("the proxy listens");
    let (server, _) = listener.accept().await.expect("the listener is open");
    let connection = proxy.next_connection(SOON).await;
    Wire { client, server, connection, proxy, _listener: listener }
}

async fn expect_bytes(stream: &mut TcpStream, expected: &[u8]) {
    let mut received = vec![0; expected.len()];
    timeout(SOON, stream.read_exact(&mut received))
        .await
        .expect("bytes come soon")
        .expect("the connection is open");
    assert_eq!(received, expected);
}

async fn expect_silence(stream: &mut TcpStream) {
    let read = timeout(A_MOMENT, stream.read_u8()).await;
    assert!(read.is_err(), "silence was due, {read:?} came");
}

async fn expect_reset(stream: &mut TcpStream) {
    let read = timeout(SOON, stream.read_u8()).await.expect("the reset comes soon");
    assert_eq!(read.expect_err("nothing comes but the reset").kind(), ErrorKind::ConnectionReset);
}

async fn expect_end(stream: &mut TcpStream) {
    let read = timeout(SOON, stream.read(&mut [0])).await.expect("the end comes soon");
    assert_eq!(read.expect("a FIN and no reset"), 0, "a FIN");
}

#[tokio::test]
async fn without_faults_bytes_and_their_ends_pass_both_ways_and_are_counted() {
    let mut wire = wire().await;
    wire.client.write_all(b"up").await.unwrap();
    wire.server.write_all(b"down").await.unwrap();
    expect_bytes(&mut wire.server, b"up").await;
    expect_bytes(&mut wire.client, b"down").await;
    wire.client.shutdown().await.unwrap();
    expect_end(&mut wire.server).await;
    wire.server.write_all(b"still").await.unwrap();
    expect_bytes(&mut wire.client, b"still").await;
    drop(wire.server);
    expect_end(&mut wire.client).await;
    assert_eq!(wire.connection.ended(SOON).await, ConnectionEnd::Closed);
    assert_eq!((wire.connection.bytes(Direction::Up), wire.connection.bytes(Direction::Down)), (2, 9));
}

#[tokio::test]
async fn megabytes_pass_a_receiver_that_is_slow_to_read() {
    let mut wire = wire().await;
    let sent: Vec<u8> = (0..4_000_000_u32).map(|index| (index % 251) as u8).collect();
    let expected = sent.clone();
    let mut client = wire.client;
    let writing = tokio::spawn(async move { client.write_all(&sent).await });
    tokio::time::sleep(A_MOMENT).await;
    expect_bytes(&mut wire.server, &expected).await;
    writing.await.unwrap().unwrap();
}

#[tokio::test]
async fn a_cut_resets_both_sides() {
    let mut wire = wire().await;
    wire.connection.cut();
    expect_reset(&mut wire.client).await;
    expect_reset(&mut wire.server).await;
    assert_eq!(wire.connection.ended(SOON).await, ConnectionEnd::Cut);
}

#[tokio::test]
async fn a_close_ends_both_sides_with_a_fin_even_where_bytes_were_not_read() {
    let mut wire = wire().await;
    wire.connection.silence(Direction::Up);
    wire.client.write_all(b"never read by anybody").await.unwrap();
    wire.connection.close();
    expect_end(&mut wire.client).await;
    expect_end(&mut wire.server).await;
    drop((wire.client, wire.server));
    assert_eq!(wire.connection.ended(SOON).await, ConnectionEnd::Closed);
}

#[tokio::test]
async fn a_reset_by_one_side_resets_the_other() {
    let mut wire = wire().await;
    wire.client.set_zero_linger().unwrap();
    drop(wire.client);
    expect_reset(&mut wire.server).await;
    assert_eq!(wire.connection.ended(SOON).await, ConnectionEnd::Reset);
}

#[tokio::test]
async fn a_half_open_connection_moves_nothing_and_tells_nobody() {
    let mut wire = wire().await;
    wire.connection.half_open();
    wire.client.write_all(b"lost?").await.unwrap();
    wire.server.write_all(b"lost?").await.unwrap();
    expect_silence(&mut wire.client).await;
    expect_silence(&mut wire.server).await;
    drop(wire.client);
    expect_silence(&mut wire.server).await;
    assert!(wire.connection.is_open());
}

#[tokio::test]
async fn after_a_silence_what_was_held_back_follows_in_order() {
    let mut wire = wire().await;
    wire.connection.half_open();
    wire.client.write_all(b"one ").await.unwrap();
    expect_silence(&mut wire.server).await;
    wire.client.write_all(b"two").await.unwrap();
    wire.connection.restore();
    expect_bytes(&mut wire.server, b"one two").await;
}

#[tokio::test]
async fn a_restored_connection_has_no_fault_left() {
    let mut wire = wire().await;
    wire.connection.half_open();
    wire.connection.cut_after(Direction::Up, 1);
    wire.connection.delay(Direction::Up, 2 * SOON, Duration::ZERO);
    wire.connection.throttle(Direction::Down, Some(1));
    wire.connection.restore();
    wire.client.write_all(b"up").await.unwrap();
    wire.server.write_all(&[7; 100]).await.unwrap();
    expect_bytes(&mut wire.server, b"up").await;
    expect_bytes(&mut wire.client, &[7; 100]).await;
}

#[tokio::test]
async fn one_direction_falls_silent_alone() {
    for (silent, other) in [(Direction::Up, Direction::Down), (Direction::Down, Direction::Up)] {
        let mut wire = wire().await;
        wire.connection.silence(silent);
        wire.client.write_all(b"x").await.unwrap();
        wire.server.write_all(b"x").await.unwrap();
        let (hearing, deaf) = match other {
            Direction::Up => (&mut wire.server, &mut wire.client),
            Direction::Down => (&mut wire.client, &mut wire.server),
        };
        expect_bytes(hearing, b"x").await;
        expect_silence(deaf).await;
        assert_eq!(wire.connection.bytes(silent), 0);
    }
}

#[tokio::test]
async fn a_cut_at_a_position_lets_exactly_so_many_bytes_pass() {
    for position in [1, 5, 20_000] {
        let mut wire = wire().await;
        wire.client.write_all(b"before").await.unwrap();
        expect_bytes(&mut wire.server, b"before").await;
        wire.connection.cut_after(Direction::Up, position);
        wire.client.write_all(&[7; 50_000]).await.unwrap();
        expect_bytes(&mut wire.server, &vec![7; position as usize]).await;
        expect_reset(&mut wire.server).await;
        assert_eq!(wire.connection.ended(SOON).await, ConnectionEnd::Cut);
        assert_eq!(wire.connection.bytes(Direction::Up), 6 + position);
    }
}

#[tokio::test]
async fn a_prepared_connection_has_its_orders_before_its_first_byte() {
    let mut wire = wire_with(|connection| connection.cut_after(Direction::Down, 3)).await;
    wire.server.write_all(b"abcdef").await.unwrap();
    expect_bytes(&mut wire.client, b"abc").await;
    expect_reset(&mut wire.client).await;
}

#[tokio::test]
async fn delayed_bytes_are_late_and_keep_their_order() {
    let mut wire = wire().await;
    wire.connection.delay(Direction::Up, Duration::from_millis(100), Duration::from_millis(50));
    let sent = Instant::now();
    for number in 0..10 {
        wire.client.write_all(&[number]).await.unwrap();
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    expect_bytes(&mut wire.server, &[0]).await;
    assert!(sent.elapsed() >= Duration::from_millis(100), "{:?}", sent.elapsed());
    expect_bytes(&mut wire.server, &[1, 2, 3, 4, 5, 6, 7, 8, 9]).await;
    wire.client.shutdown().await.unwrap();
    let ended = Instant::now();
    expect_end(&mut wire.server).await;
    assert!(ended.elapsed() >= Duration::from_millis(90), "an end is late, too: {:?}", ended.elapsed());
}

#[tokio::test]
async fn throttled_bytes_trickle_at_their_rate() {
    let mut wire = wire().await;
    wire.connection.throttle(Direction::Down, Some(2_000));
    let sent = Instant::now();
    wire.server.write_all(&[7; 3_000]).await.unwrap();
    expect_bytes(&mut wire.client, &[7; 500]).await;
    assert!(sent.elapsed() < Duration::from_secs(1), "the first come at once: {:?}", sent.elapsed());
    expect_bytes(&mut wire.client, &[7; 2_500]).await;
    let took = sent.elapsed();
    assert!(took >= Duration::from_millis(1_200), "3,000 bytes at 2,000 per second: {took:?}");
}

#[tokio::test]
async fn a_refusing_proxy_refuses_clients_and_leaves_connections_alone() {
    let mut wire = wire().await;
    wire.proxy.refuse();
    let refused = TcpStream::connect(wire.proxy.address()).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::ConnectionRefused);
    wire.client.write_all(b"open").await.unwrap();
    expect_bytes(&mut wire.server, b"open").await;
    wire.proxy.admit();
    let _client = TcpStream::connect(wire.proxy.address()).await.unwrap();
    assert_eq!(wire.proxy.next_connection(SOON).await.number(), 2);
}

#[tokio::test]
async fn a_hanging_proxy_answers_when_it_opens_again() {
    let (listener, address) = listen().await;
    let proxy = FaultProxy::to(address).await;
    proxy.hang();
    let mut client = TcpStream::connect(proxy.address()).await.unwrap();
    client.write_all(b"hello?").await.unwrap();
    assert!(timeout(A_MOMENT, listener.accept()).await.is_err());
    proxy.admit();
    let (mut server, _) = timeout(SOON, listener.accept()).await.unwrap().unwrap();
    expect_bytes(&mut server, b"hello?").await;
}

#[tokio::test]
async fn a_server_that_moved_is_found_and_one_that_is_down_resets_clients() {
    let wire = wire().await;
    let (gone, nobody) = listen().await;
    drop(gone);
    wire.proxy.forward_to(nobody);
    let mut client = TcpStream::connect(wire.proxy.address()).await.unwrap();
    expect_reset(&mut client).await;
    let unreachable = wire.proxy.next_connection(SOON).await;
    assert_eq!(unreachable.ended(SOON).await, ConnectionEnd::Unreachable);

    let (listener, moved) = listen().await;
    wire.proxy.forward_to(moved);
    let _client = TcpStream::connect(wire.proxy.address()).await.unwrap();
    timeout(SOON, listener.accept()).await.unwrap().unwrap();
    assert!(wire.connection.is_open(), "a connection stays where it is");
}

#[tokio::test]
async fn all_open_connections_are_cut_at_once_and_stay_listed() {
    let mut wire = wire().await;
    let mut second = TcpStream::connect(wire.proxy.address()).await.unwrap();
    wire.proxy.next_connection(SOON).await;
    wire.proxy.cut_all();
    expect_reset(&mut wire.client).await;
    expect_reset(&mut second).await;
    for connection in wire.proxy.connections() {
        assert_eq!(connection.ended(SOON).await, ConnectionEnd::Cut);
    }
    assert_eq!((wire.proxy.connections().len(), wire.proxy.open_connections().len()), (2, 0));
}

#[tokio::test]
async fn a_dropped_proxy_ends_its_connections_and_refuses_new_ones() {
    let mut wire = wire().await;
    let address = wire.proxy.address();
    drop(wire.proxy);
    expect_end(&mut wire.client).await;
    let refused = TcpStream::connect(address).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::ConnectionRefused);
}

#[tokio::test]
async fn weather_breaks_connections_and_leaves_a_proxy_behind_that_works() {
    let (listener, address) = listen().await;
    let proxy = FaultProxy::to(address).await;
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let (mut source, mut sink) = stream.split();
                tokio::io::copy(&mut source, &mut sink).await
            });
        }
    });
    let dialling = tokio::spawn(dial_for_ever(proxy.address()));
    let rates = Rates { cut: 600, close: 600, half_open: 600, refuse: 300, hang: 300, ..Rates::default() };
    Weather::new(rates, Duration::from_millis(50), 1).blow(&proxy, Duration::from_secs(1)).await;
    let broken = proxy.connections().len();
    assert!(broken > 5, "{broken} connections in a storm of 2,400 faults a minute");
    dialling.abort();

    let mut last = TcpStream::connect(proxy.address()).await.unwrap();
    last.write_all(b"x").await.unwrap();
    expect_bytes(&mut last, b"x").await;
}

/// A client that is back as soon as it has lost its connection.
async fn dial_for_ever(address: SocketAddr) {
    loop {
        if let Ok(mut client) = TcpStream::connect(address).await {
            // However it ends: by a reset, a FIN, or an attempt that was never let in.
            let _ = timeout(Duration::from_millis(100), client.read_u8()).await;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}
