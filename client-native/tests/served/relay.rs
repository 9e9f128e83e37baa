//! A wire that can be cut, frozen and kept down.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// Passes bytes on between clients and a server.
pub(crate) struct Relay {
    pub(crate) address: SocketAddr,
    state: watch::Sender<State>,
}

#[derive(Clone, Copy, Default)]
struct State {
    /// Connections live in the era that they began in.
    era: u64,
    /// New connections are refused.
    is_down: bool,
    /// Connections of this era and of those before it pass nothing on.
    frozen: Option<u64>,
}

impl Relay {
    pub(crate) async fn to(server: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
        let address = listener.local_addr().expect("it is bound");
        let state = watch::Sender::new(State::default());
        tokio::spawn(serve(listener, server, state.subscribe()));
        Self { address, state }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("ws://{}{path}", self.address)
    }

    /// Ends all connections without a word of WebSocket; new ones come through.
    pub(crate) fn cut(&self) {
        self.state.send_modify(|state| state.era += 1);
    }

    /// Ends all connections, and refuses new ones for `duration`.
    pub(crate) async fn cut_for(&self, duration: Duration) {
        self.state.send_modify(|state| {
            state.era += 1;
            state.is_down = true;
        });
        tokio::time::sleep(duration).await;
        self.state.send_modify(|state| state.is_down = false);
    }

    /// From now on the connections there are pass nothing on, and nobody is told; new ones come through.
    pub(crate) fn freeze(&self) {
        self.state.send_modify(|state| {
            state.frozen = Some(state.era);
            state.era += 1;
        });
    }
}

async fn serve(listener: TcpListener, server: SocketAddr, state: watch::Receiver<State>) {
    while let Ok((client, _)) = listener.accept().await {
        let era = state.borrow().era;
        if state.borrow().is_down {
            continue;
        }
        let Ok(server) = TcpStream::connect(server).await else { continue };
        let (client_read, client_write) = client.into_split();
        let (server_read, server_write) = server.into_split();
        tokio::spawn(pass(client_read, server_write, era, state.clone()));
        tokio::spawn(pass(server_read, client_write, era, state.clone()));
    }
}

/// Passes on until one side ends or the wire is cut; both halves then end with a reset or an end.
async fn pass(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    era: u64,
    mut state: watch::Receiver<State>,
) -> Option<()> {
    let mut buffer = vec![0; 16 * 1024];
    loop {
        let is_frozen =
            async { state.wait_for(|state| state.era != era).await.ok()?.frozen.map(|at| at >= era) };
        let count = tokio::select! {
            is_frozen = is_frozen => match is_frozen {
                Some(true) => std::future::pending().await,
                _ => return None,
            },
            read = from.read(&mut buffer) => read.ok().filter(|&count| count > 0)?,
        };
        to.write_all(&buffer[..count]).await.ok()?;
    }
}
