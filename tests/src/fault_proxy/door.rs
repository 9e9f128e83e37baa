//! Where clients knock: one port, open, refusing or hanging.
//!
//! Owns: the listening socket, and the port while nothing listens on it.
//! Never: knows what becomes of a connection that was let in.

use std::io;
use std::net::SocketAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::Notify;

/// Connections that the system holds until they are let in.
const BACKLOG: u32 = 1024;

/// A port, and what happens to those who dial it.
#[derive(Debug)]
pub(super) struct Door {
    address: SocketAddr,
    state: Mutex<State>,
    changed: Notify,
}

#[derive(Debug)]
struct State {
    listener: Option<TcpListener>,
    /// Bound and not listening, in place of the listener: the system refuses, and nobody else gets the port.
    reserved: Option<TcpSocket>,
    is_hanging: bool,
}

impl Door {
    /// Opens a loopback port that the system chooses.
    pub(super) fn open() -> io::Result<Self> {
        let listener = bind(([127, 0, 0, 1], 0).into())?.listen(BACKLOG)?;
        let address = listener.local_addr()?;
        let state = State { listener: Some(listener), reserved: None, is_hanging: false };
        Ok(Self { address, state: Mutex::new(state), changed: Notify::new() })
    }

    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Lets clients in, those first that have waited while the door was hanging.
    pub(super) fn admit(&self) -> io::Result<()> {
        self.listen(false)
    }

    /// Lets clients wait: the system completes the TCP handshake, and nobody comes to the door.
    pub(super) fn hang(&self) -> io::Result<()> {
        self.listen(true)
    }

    /// Turns clients away, those too that have waited.
    pub(super) fn refuse(&self) -> io::Result<()> {
        let mut state = self.state();
        // While a socket listens on the port, no other can be bound to it.
        state.listener = None;
        if state.reserved.is_none() {
            state.reserved = Some(bind(self.address)?);
        }
        Ok(())
    }

    fn listen(&self, is_hanging: bool) -> io::Result<()> {
        let mut state = self.state();
        if let Some(socket) = state.reserved.take() {
            state.listener = Some(socket.listen(BACKLOG)?);
        }
        state.is_hanging = is_hanging;
        self.changed.notify_waiters();
        Ok(())
    }

    /// The next client.
    pub(super) async fn accept(&self) -> io::Result<TcpStream> {
        loop {
            let changed = self.changed.notified();
            tokio::select! {
                accepted = std::future::poll_fn(|context| self.poll_accept(context)) => return accepted,
                () = changed => {}
            }
        }
    }

    fn poll_accept(&self, context: &mut Context<'_>) -> Poll<io::Result<TcpStream>> {
        let state = self.state();
        match &state.listener {
            Some(listener) if !state.is_hanging => listener.poll_accept(context).map_ok(|(stream, _)| stream),
            _ => Poll::Pending,
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn bind(address: SocketAddr) -> io::Result<TcpSocket> {
    let socket = TcpSocket::new_v4()?;
    // Connections that were let in before are bound to the same port.
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    Ok(socket)
}

#[cfg(test)]
mod tests {
    use std::io::ErrorKind;
    use std::time::Duration;

    use tokio::time::timeout;

    use super::*;

    const A_MOMENT: Duration = Duration::from_millis(50);

    #[tokio::test]
    async fn a_refusing_door_is_a_port_on_which_nothing_listens() {
        let door = Door::open().unwrap();
        let _earlier = TcpStream::connect(door.address()).await.unwrap();
        let _let_in = door.accept().await.unwrap();
        door.refuse().unwrap();
        let refused = TcpStream::connect(door.address()).await.unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::ConnectionRefused);
        door.admit().unwrap();
        let _later = TcpStream::connect(door.address()).await.unwrap();
        door.accept().await.unwrap();
    }

    #[tokio::test]
    async fn who_waits_at_a_hanging_door_is_let_in_when_it_opens() {
        let door = Door::open().unwrap();
        door.hang().unwrap();
        let waiting = TcpStream::connect(door.address()).await.unwrap();
        assert!(timeout(A_MOMENT, door.accept()).await.is_err());
        door.admit().unwrap();
        let let_in = door.accept().await.unwrap();
        assert_eq!(let_in.peer_addr().unwrap(), waiting.local_addr().unwrap());
    }

    #[tokio::test]
    async fn a_door_that_opens_wakes_who_already_waits_behind_it() {
        let door = Door::open().unwrap();
        door.refuse().unwrap();
        let (accepted, _client) = tokio::join!(door.accept(), async {
            tokio::task::yield_now().await;
            door.admit().unwrap();
            TcpStream::connect(door.address()).await.unwrap()
        });
        accepted.unwrap();
    }
}
