//! A client of a session, driven by hand, and what its outputs say.

use staywire_protocol::client::{
    Cause, ClientConfig, Closed, Hint, Input, SessionClient, SessionEvent, SessionOutput,
};
use staywire_protocol::message::{Answer, LaneMessage, ToClient, ToServer};
use staywire_protocol::wire::{Id, Limits};
use staywire_protocol::{CloseCode, ConnectionId, Duration, Instant};

pub(crate) type Out = SessionOutput<u32, u32, u32>;

pub(crate) const LIMITS: Limits = Limits {
    max_message_bytes: 65_536,
    window_millis: 120_000,
    interval_millis: 15_000,
    timeout_millis: 5_000,
    ack_bytes: 1_000,
    ack_delay_millis: 1_000,
    credit_bytes: 10_000,
};

/// A client whose clock stands at `now`.
pub(crate) struct Driven {
    pub(crate) client: SessionClient<u32, u32, u32>,
    pub(crate) now: Instant,
    pub(crate) tokens: u32,
}

impl Driven {
    pub(crate) fn new() -> Self {
        let client = SessionClient::new(ClientConfig::default(), 1, || 0);
        let mut driven = Self { client, now: Instant::from_millis(0), tokens: 0 };
        driven.client.connect(driven.now, || 0);
        driven
    }

    /// One that has a session, on the connection that is returned.
    pub(crate) fn open() -> (Self, ConnectionId) {
        let mut driven = Self::new();
        let connection = dialled(&driven.outputs());
        driven.input(Input::Opened { connection });
        driven.answer(connection, welcome());
        (driven, connection)
    }

    pub(crate) fn input(&mut self, input: Input<u32>) -> Vec<Out> {
        self.client.handle_input(self.now, input);
        self.outputs()
    }

    pub(crate) fn hint(&mut self, hint: Hint) -> Vec<Out> {
        self.input(Input::Hint(hint))
    }

    pub(crate) fn lose(&mut self, connection: ConnectionId, code: u16) -> Vec<Out> {
        self.input(Input::Closed { connection, closed: peer_closed(code), retry: None })
    }

    pub(crate) fn receive(&mut self, connection: ConnectionId, message: ToClient<u32>) -> Vec<Out> {
        self.tokens += 1;
        let token = self.tokens;
        self.client.receive(self.now, connection, message, 10, || token);
        self.outputs()
    }

    pub(crate) fn answer(&mut self, connection: ConnectionId, answer: Answer) -> Vec<Out> {
        self.receive(connection, ToClient::Answer { answer, limits: LIMITS, streams: vec![] })
    }

    /// Lets time pass, each timer firing when it is due.
    pub(crate) fn pass(&mut self, duration: Duration) -> Vec<Out> {
        let end = self.now + duration;
        let mut outputs = Vec::new();
        while let Some(due) = self.client.poll_timeout().filter(|&due| due <= end) {
            self.now = due;
            self.client.handle_timeout(due);
            outputs.extend(self.outputs());
        }
        self.now = end;
        outputs
    }

    pub(crate) fn outputs(&mut self) -> Vec<Out> {
        std::iter::from_fn(|| self.client.poll_output()).collect()
    }

    /// A second connection, opened, beside the one there is.
    pub(crate) fn successor(&mut self) -> ConnectionId {
        let connection = dialled(&self.pass(Duration::from_secs(2)));
        let outputs = self.input(Input::Opened { connection });
        assert!(asks(&outputs, connection), "{outputs:?}");
        connection
    }
}

pub(crate) const fn seconds(count: u32) -> Duration {
    Duration::from_secs(count)
}

pub(crate) const fn welcome() -> Answer {
    Answer::Welcome { session: Id::from_bits(7), oldest: 1 }
}

pub(crate) const fn resumed(accepted: u64) -> Answer {
    Answer::Resumed { accepted, done: accepted, oldest: 1 }
}

pub(crate) fn message(number: u64) -> ToClient<u32> {
    ToClient::Lane { number, message: LaneMessage::Message(number as u32) }
}

pub(crate) fn peer_closed(code: u16) -> Closed<u32> {
    Closed { code: CloseCode::from_number(code), reason: None, was_clean: true, cause: Cause::Peer }
}

/// The connection that is being asked for.
pub(crate) fn dialled(outputs: &[Out]) -> ConnectionId {
    let dialled = outputs.iter().find_map(|output| match *output {
        SessionOutput::Connect { connection } => Some(connection),
        _ => None,
    });
    dialled.unwrap_or_else(|| panic!("no connection among {outputs:?}"))
}

pub(crate) fn asks(outputs: &[Out], connection: ConnectionId) -> bool {
    outputs.iter().any(|output| matches!(output, SessionOutput::Transmit { connection: on, message: ToServer::Opening(_) } if *on == connection))
}

pub(crate) fn detaches(outputs: &[Out], connection: ConnectionId) -> Option<u16> {
    outputs.iter().find_map(|output| match output {
        SessionOutput::Detach { connection: gone, code } if *gone == connection => Some(code.number()),
        _ => None,
    })
}

pub(crate) fn delay(outputs: &[Out]) -> Option<Duration> {
    outputs.iter().find_map(|output| match output {
        SessionOutput::Event(SessionEvent::Reconnecting(next)) => Some(next.delay),
        _ => None,
    })
}

pub(crate) fn end(outputs: &[Out]) -> Option<(u16, bool)> {
    outputs.iter().find_map(|output| match output {
        SessionOutput::Event(SessionEvent::Closed { closed, is_failure }) => {
            Some((closed.code.number(), *is_failure))
        }
        _ => None,
    })
}

pub(crate) fn is_stale(outputs: &[Out]) -> bool {
    outputs.contains(&SessionOutput::Event(SessionEvent::Stale))
}
