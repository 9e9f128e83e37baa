//! The messages of PROTOCOL.md section 3 that the rules speak of.
//!
//! Owns: their content as values. Never: their bytes.

/// A place in a lane or an inbox, from 1; 0 is the place before the first.
pub type Number = u32;
/// How many openings a client has made, from 1.
pub type Attempt = u32;
/// What an application said; equal only to itself.
pub type Payload = u32;
/// Whose credential it is.
pub type User = u32;
/// A connection, by the order in which they were opened.
pub type ConnectionId = usize;

/// A token, by the order in which the client made it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Token(pub u32);

/// A session, by the order in which the server made it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SessionName(pub u32);

/// The first message of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Opening {
    /// For a client that has no session.
    Hello {
        /// The session's first token.
        token: Token,
        /// This opening's attempt.
        attempt: Attempt,
        /// Whom its credential names.
        user: User,
    },
    /// For a client that has had an answer.
    Resume {
        /// The session that the client's last answer was for.
        session: SessionName,
        /// The token that the client had its last answer for.
        current: Token,
        /// The token that this answer will be for.
        next: Token,
        /// This opening's attempt.
        attempt: Attempt,
        /// The client's position in the inbox.
        inbox: Number,
        /// The last number that the client ever transmitted.
        sent: Number,
        /// Whom its credential names.
        user: User,
    },
}

impl Opening {
    /// The attempt that it is.
    #[must_use]
    pub fn attempt(self) -> Attempt {
        match self {
            Self::Hello { attempt, .. } | Self::Resume { attempt, .. } => attempt,
        }
    }

    /// Whom its credential names.
    #[must_use]
    pub fn user(self) -> User {
        match self {
            Self::Hello { user, .. } | Self::Resume { user, .. } => user,
        }
    }
}

/// Why a session could not be resumed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FreshReason {
    /// Its window was over.
    Expired,
    /// No session has the token.
    Unknown,
    /// It belongs to another user.
    Identity,
    /// The server lost its state.
    Restarted,
}

/// The server's answer to an opening.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Answer {
    /// To `hello`.
    Welcome {
        /// The session that was made.
        session: SessionName,
        /// The first number of the inbox that follows.
        oldest: Number,
    },
    /// To `resume`: the session goes on.
    Resumed {
        /// The last number that was taken in.
        accepted: Number,
        /// The last number that was handled.
        done: Number,
        /// The first number of the inbox that follows.
        oldest: Number,
    },
    /// To `resume`: another session begins.
    Fresh {
        /// Why.
        reason: FreshReason,
        /// The session that was made.
        session: SessionName,
        /// The first number of the inbox that follows.
        oldest: Number,
    },
}

/// The close codes that the rules speak of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CloseCode {
    /// 3501.
    Ended,
    /// 3502.
    TakenOver,
    /// 3510.
    Violation,
}

/// From the client to the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Upward {
    /// `hello` or `resume`.
    Open(Opening),
    /// `d<n>`.
    Data(Message),
    /// `a<n>`: the inbox up to `n` has been given to the application.
    Acknowledge(Number),
    /// `goodbye`.
    Goodbye,
}

/// From the server to the client.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Downward {
    /// `welcome`, `resumed` or `fresh`.
    Answer(Answer),
    /// `d<n>`.
    Data(Message),
    /// `a<n>`: the client's lane up to `n` is done.
    Acknowledge(Number),
    /// The connection is closed.
    Close(CloseCode),
}

/// A numbered message of a lane or an inbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Message {
    /// Its place.
    pub number: Number,
    /// What it says.
    pub payload: Payload,
}
