//! What the server sends, and to whom: the names of its streams, and the text
//! of a numbered message.
//!
//! Owns: both forms, which the server's process writes and everybody reads.

use std::fmt;
use std::str::FromStr;

/// A numbered sequence that the server sends.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stream {
    /// To one session alone: `inbox/<client>/<session>`.
    Inbox {
        /// Whose session it is.
        client: String,
        /// The server's name for the session.
        session: String,
    },
    /// To all sessions of a user: `user/<name>`.
    User(String),
    /// To everybody: `broadcast`.
    Broadcast,
    /// To who reads the topic: `topic/<name>`.
    Topic(Topic),
}

/// A topic, named by how clients read it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Topic {
    /// From the beginning of the run to its end.
    Always,
    /// Now and then, each time from where they left it.
    NowAndThen,
    /// From some time on, with the last few messages before it.
    Late,
}

/// What a stream is, without its name; clients are told of gaps by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum StreamKind {
    /// To one session alone.
    Inbox,
    /// To all sessions of a user.
    User,
    /// To everybody.
    Broadcast,
    /// To who reads the topic.
    Topic(Topic),
}

/// The text is not the name of a stream, or not a message of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseStreamError(String);

impl Stream {
    /// What it is.
    #[must_use]
    pub fn kind(&self) -> StreamKind {
        match self {
            Self::Inbox { .. } => StreamKind::Inbox,
            Self::User(_) => StreamKind::User,
            Self::Broadcast => StreamKind::Broadcast,
            Self::Topic(topic) => StreamKind::Topic(*topic),
        }
    }

    /// The text of message `number`.
    #[must_use]
    pub fn message(&self, number: u64) -> String {
        format!("{self} {number}")
    }

    /// Which message of which stream a text is.
    ///
    /// # Errors
    ///
    /// The text is none that [`message`](Self::message) writes.
    pub fn of_message(text: &str) -> Result<(Self, u64), ParseStreamError> {
        let parts = text.split_once(' ').and_then(|(stream, number)| Some((stream, number.parse().ok()?)));
        let (stream, number) = parts.ok_or_else(|| ParseStreamError(text.into()))?;
        Ok((stream.parse()?, number))
    }
}

impl fmt::Display for Stream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Inbox { client, session } => write!(f, "inbox/{client}/{session}"),
            Self::User(name) => write!(f, "user/{name}"),
            Self::Broadcast => f.write_str("broadcast"),
            Self::Topic(topic) => write!(f, "topic/{}", topic.name()),
        }
    }
}

impl FromStr for Stream {
    type Err = ParseStreamError;

    fn from_str(text: &str) -> Result<Self, ParseStreamError> {
        match text.split('/').collect::<Vec<_>>()[..] {
            ["inbox", client, session] => Ok(Self::Inbox { client: client.into(), session: session.into() }),
            ["user", name] => Ok(Self::User(name.into())),
            ["broadcast"] => Ok(Self::Broadcast),
            ["topic", name] => {
                Ok(Self::Topic(Topic::of_name(name).ok_or_else(|| ParseStreamError(text.into()))?))
            }
            _ => Err(ParseStreamError(text.into())),
        }
    }
}

impl Topic {
    /// All three.
    pub const ALL: [Self; 3] = [Self::Always, Self::NowAndThen, Self::Late];

    /// What clients subscribe to.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Always => "always",
            Self::NowAndThen => "now-and-then",
            Self::Late => "late",
        }
    }

    /// The topic called `name`.
    #[must_use]
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|topic| topic.name() == name)
    }
}

impl StreamKind {
    /// All there are.
    pub const ALL: [Self; 6] = [
        Self::Inbox,
        Self::User,
        Self::Broadcast,
        Self::Topic(Topic::Always),
        Self::Topic(Topic::NowAndThen),
        Self::Topic(Topic::Late),
    ];
}

impl fmt::Display for StreamKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Inbox => "inbox",
            Self::User => "user",
            Self::Broadcast => "broadcast",
            Self::Topic(topic) => topic.name(),
        })
    }
}

impl fmt::Display for ParseStreamError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is no message of a stream", self.0)
    }
}

impl std::error::Error for ParseStreamError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_says_which_one_it_is_of_which_stream() {
        let inbox = Stream::Inbox { client: "native-3".into(), session: "ab12".into() };
        for stream in [inbox, Stream::User("ann".into()), Stream::Broadcast, Stream::Topic(Topic::Late)] {
            assert_eq!(Stream::of_message(&stream.message(17)), Ok((stream, 17)));
        }
    }

    #[test]
    fn a_text_that_is_none_is_refused() {
        for text in ["", "17", "broadcast", "broadcast x", "inbox/c 1", "user/a/b 1", "topic/a 1", "topic 1"]
        {
            assert!(Stream::of_message(text).is_err(), "{text}");
        }
    }
}
