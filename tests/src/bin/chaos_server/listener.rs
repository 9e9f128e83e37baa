//! The application under chaos: it tells what it is given, and says no more.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use staywire_server::{
    CloseReason, Handshake, HandshakeInterceptor, ListenerError, Message, Rejection, RequestFailure,
    Resumption, Session, TopicError, TopicName, WsListener,
};
use staywire_tests::chaos::Report;
use tokio::time::sleep;

use crate::report;

/// Who dawdles does so over one message in so many, for so long: most of the time that clients leave it.
const DAWDLE_ONE_IN: u64 = 4;
const DAWDLE: Duration = Duration::from_millis(70);

/// A request takes up to six times so long.
const HANDLING: Duration = Duration::from_millis(50);

/// The sessions that are open, by the name of their client.
#[derive(Clone, Default)]
pub(crate) struct Sessions(Arc<Mutex<BTreeMap<String, Session>>>);

impl Sessions {
    pub(crate) fn lock(&self) -> MutexGuard<'_, BTreeMap<String, Session>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn add(&self, session: &Session) {
        self.lock().insert(client(session), session.clone());
    }
}

/// The name by which the ledger knows a session's client.
fn client(session: &Session) -> String {
    session.path_param("client").unwrap_or_default().to_owned()
}

/// Takes the user from the path.
pub(crate) struct UserOfPath;

impl HandshakeInterceptor for UserOfPath {
    async fn before_handshake(&self, handshake: &mut Handshake) -> Result<(), Rejection> {
        let user = handshake.path_param("user").unwrap_or_default().to_owned();
        handshake.set_user(user)
    }
}

pub(crate) struct Listener {
    pub(crate) sessions: Sessions,
    pub(crate) dawdles: bool,
}

impl WsListener for Listener {
    async fn open(&self, session: &Session) -> Result<(), ListenerError> {
        self.sessions.add(session);
        Ok(())
    }

    async fn message(&self, session: &Session, message: Message) -> Result<(), ListenerError> {
        let client = client(session);
        let number = message.as_text().unwrap_or_default().parse()?;
        let is_redelivered = session.received().is_some_and(|received| received.is_redelivered);
        report(&Report::Handled { client: client.clone(), number, is_redelivered });
        if self.dawdles && number % DAWDLE_ONE_IN == 0 {
            let mut work = Work { client, number, is_done: false };
            sleep(DAWDLE).await;
            work.is_done = true;
        }
        Ok(())
    }

    async fn request(&self, session: &Session, request: Message) -> Result<Message, RequestFailure> {
        let text = request.as_text().unwrap_or_default();
        let number: u64 = text.parse()?;
        report(&Report::Asked { client: client(session), number });
        // So that most are under way when something breaks, and replies come out of turn.
        sleep(HANDLING * (number % 7) as u32).await;
        Ok(format!("re {number}").into())
    }

    async fn subscribe(&self, _: &Session, _: &TopicName) -> Result<(), TopicError> {
        Ok(())
    }

    async fn resume(&self, session: &Session, resumption: Resumption) {
        if resumption == Resumption::Restored {
            self.sessions.add(session);
        }
    }

    async fn close(&self, session: &Session, _reason: CloseReason) {
        let mut sessions = self.sessions.lock();
        // The client may have another session by now.
        if sessions.get(&client(session)).is_some_and(|current| current.id() == session.id()) {
            sessions.remove(&client(session));
        }
    }
}

/// What the listener does about a message; to be dropped undone is to be stopped over it.
struct Work {
    client: String,
    number: u64,
    is_done: bool,
}

impl Drop for Work {
    fn drop(&mut self) {
        if !self.is_done {
            report(&Report::Interrupted { client: std::mem::take(&mut self.client), number: self.number });
        }
    }
}
