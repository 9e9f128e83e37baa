//! Many clients of one server, each with a wire of its own and the session that it speaks to.
//!
//! Owns the clock and the wires, which take some time and lose nothing. Every
//! client has another seed; nothing else tells them apart.

use std::collections::BTreeMap;

use staywire_protocol::client::{Cause, ClientConfig, Closed, Input, SessionClient, SessionOutput, Status};
use staywire_protocol::message::{Opening, ToClient, ToServer};
use staywire_protocol::parts::advice::RetryWindow;
use staywire_protocol::server::{Output, Resume, Session, SessionConfig};
use staywire_protocol::wire::Id;
use staywire_protocol::{CloseCode, ConnectionId, Duration, Instant};

/// Milliseconds that a message, or an opening handshake, takes.
const LATENCY: u64 = 20;

/// The server's side of a member's timers; the client's is 0.
const SERVER: usize = 1;

type Token = u64;

/// Something that is going to happen to a client or its session.
enum Happening {
    Opens(ConnectionId),
    ReachesServer(ConnectionId, ToServer<(), Token>),
    ReachesClient(ConnectionId, ToClient<()>),
    Closes(ConnectionId, CloseCode),
    /// The client's, or its session's.
    Timer(usize),
}

struct Member {
    client: SessionClient<(), Token, ()>,
    session: Option<Session<(), Token, ()>>,
    last_token: Token,
    /// When the timers that are set will fire: the client's, the server's.
    timers: [Option<Instant>; 2],
    /// Since when it has no connection that carries its session, and for how long it had none in all.
    away_since: Option<u64>,
    outage: u64,
}

pub(crate) struct Herd {
    now: Instant,
    members: Vec<Member>,
    agenda: BTreeMap<(u64, u64), (usize, Happening)>,
    entries: u64,
    /// When each connection was dialled, in ms since the last event.
    dials: Vec<u64>,
    since: Instant,
}

impl Herd {
    /// `count` clients whose sessions are older than any backoff remembers.
    pub(crate) fn open(count: usize) -> Self {
        let member = |seed: usize| Member {
            client: SessionClient::new(ClientConfig::default(), seed as u64, || 0),
            session: None,
            last_token: 0,
            timers: [None; 2],
            away_since: None,
            outage: 0,
        };
        let mut herd = Self {
            now: Instant::from_millis(0),
            members: (0..count).map(member).collect(),
            agenda: BTreeMap::new(),
            entries: 0,
            dials: Vec::new(),
            since: Instant::from_millis(0),
        };
        for index in 0..count {
            herd.members[index].client.connect(herd.now, || 0);
            herd.pump(index);
        }
        herd.pass(Duration::from_secs(10));
        assert!(herd.is_open());
        herd
    }

    // What happens to all of them.

    /// The server is gone and back; each client notices at once, and is told `code` and `reason`.
    pub(crate) fn crash(&mut self, code: CloseCode, reason: &str) {
        self.begin();
        for index in 0..self.members.len() {
            let member = &mut self.members[index];
            let Some(connection) = member.client.session().attached() else { continue };
            if let Some(session) = &mut member.session {
                session.disconnected(self.now, connection);
            }
            let closed =
                Closed { code, reason: None, was_clean: code != CloseCode::ABNORMAL, cause: Cause::Peer };
            let retry = RetryWindow::from_reason(reason);
            member.client.handle_input(self.now, Input::Closed { connection, closed, retry });
            self.pump(index);
        }
    }

    /// The server asks everybody to come back within `window`.
    pub(crate) fn relocate(&mut self, window: Duration) {
        self.begin();
        for index in 0..self.members.len() {
            if let Some(session) = &mut self.members[index].session {
                session.relocate(window);
            }
            self.pump(index);
        }
    }

    fn begin(&mut self) {
        self.since = self.now;
        self.dials.clear();
        self.members.iter_mut().for_each(|member| member.outage = 0);
    }

    /// Lets time pass; when each connection was dialled, in ms since the event.
    pub(crate) fn pass(&mut self, duration: Duration) -> Vec<u64> {
        let end = (self.now + duration).as_millis();
        while let Some(entry) = self.agenda.first_entry().filter(|entry| entry.key().0 <= end) {
            self.now = Instant::from_millis(entry.key().0);
            let (index, happening) = entry.remove();
            self.happen(index, happening);
        }
        self.now = Instant::from_millis(end);
        std::mem::take(&mut self.dials)
    }

    // Questions.

    pub(crate) fn is_open(&self) -> bool {
        self.members.iter().all(|member| member.client.status() == Status::Open)
    }

    /// How long each client had no connection that carried its session, in ms.
    pub(crate) fn outages(&self) -> impl Iterator<Item = u64> {
        let now = self.now.as_millis();
        self.members
            .iter()
            .map(move |member| member.outage + member.away_since.map_or(0, |since| now - since))
    }

    // What happens to one.

    fn happen(&mut self, index: usize, happening: Happening) {
        let (now, member) = (self.now, &mut self.members[index]);
        match happening {
            Happening::Opens(connection) => member.client.handle_input(now, Input::Opened { connection }),
            Happening::ReachesServer(connection, message) => member.reach_server(now, connection, message),
            Happening::ReachesClient(connection, message) => {
                member.last_token += 1;
                let token = member.last_token;
                member.client.receive(now, connection, message, 0, || token);
            }
            Happening::Closes(connection, code) => {
                let closed = Closed { code, reason: None, was_clean: true, cause: Cause::Peer };
                member.client.handle_input(now, Input::Closed { connection, closed, retry: None });
            }
            Happening::Timer(side) if member.timers[side] != Some(now) => return,
            Happening::Timer(side) => {
                member.timers[side] = None;
                match &mut member.session {
                    Some(session) if side == SERVER => session.handle_timeout(now),
                    _ => member.client.handle_timeout(now),
                }
            }
        }
        self.pump(index);
    }

    fn pump(&mut self, index: usize) {
        while let Some(output) = self.members[index].client.poll_output() {
            match output {
                SessionOutput::Connect { connection } => {
                    self.dials.push(self.now.as_millis() - self.since.as_millis());
                    self.schedule(index, Happening::Opens(connection));
                }
                SessionOutput::Transmit { connection, message } => {
                    self.schedule(index, Happening::ReachesServer(connection, message));
                }
                SessionOutput::Close { .. } | SessionOutput::Detach { .. } | SessionOutput::Event(_) => {}
            }
        }
        while let Some(output) = self.members[index].session.as_mut().and_then(Session::poll_output) {
            match output {
                Output::Transmit { connection, message } => {
                    self.schedule(index, Happening::ReachesClient(connection, message));
                }
                Output::Close { connection, code } => {
                    self.schedule(index, Happening::Closes(connection, code));
                }
                Output::Event(_) => {}
            }
        }
        let member = &mut self.members[index];
        member.note_outage(self.now.as_millis());
        let served = member.session.as_ref().and_then(Session::poll_timeout);
        for (side, due) in [member.client.poll_timeout(), served].into_iter().enumerate() {
            let timer = &mut self.members[index].timers[side];
            if let Some(due) = due.filter(|&due| timer.is_none_or(|timer| due < timer)) {
                *timer = Some(due);
                self.schedule_at(due, index, Happening::Timer(side));
            }
        }
    }

    fn schedule(&mut self, index: usize, happening: Happening) {
        self.schedule_at(self.now + Duration::from_millis(LATENCY), index, happening);
    }

    fn schedule_at(&mut self, at: Instant, index: usize, happening: Happening) {
        self.entries += 1;
        self.agenda.insert((at.as_millis(), self.entries), (index, happening));
    }
}

impl Member {
    fn reach_server(&mut self, now: Instant, connection: ConnectionId, message: ToServer<(), Token>) {
        match (message, &mut self.session) {
            (ToServer::Opening(Opening::Hello { token, attempt, .. }), session) => {
                let (config, id) = (SessionConfig::default(), Id::from_bits(1));
                *session = Some(Session::open(config, now, connection, id, (token, attempt), None, vec![]));
            }
            (
                ToServer::Opening(Opening::Resume { current, next, attempt, inbox, sent, .. }),
                Some(session),
            ) => {
                let resume = Resume { token: current, next, attempt, inbox, sent, streams: vec![] };
                let _ = session.resume(now, connection, resume);
            }
            (message, Some(session)) => session.receive(now, connection, message, 0),
            (_, None) => {}
        }
    }

    fn note_outage(&mut self, now: u64) {
        match (self.client.session().attached(), self.away_since) {
            (None, None) => self.away_since = Some(now),
            (Some(_), Some(since)) => {
                self.outage += now - since;
                self.away_since = None;
            }
            _ => {}
        }
    }
}
