//! What the server's process tells of itself, one line each on its standard
//! output, so that it is known even of a process that was killed.
//!
//! Owns: the lines. A report of what is about to happen is written before it
//! happens, one of what has happened as soon as it has.

use std::fmt;
use std::str::FromStr;

use super::stream::Stream;

/// One line of the server's process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Report {
    /// A message is about to be sent.
    Offered(Stream, u64),
    /// The message that was offered last on this stream was refused, and the caller told.
    Refused(Stream, u64),
    /// The listener was given a client's message.
    Handled {
        /// The client.
        client: String,
        /// Its number of the message.
        number: u64,
        /// Whether the listener was told that it may have had it before.
        is_redelivered: bool,
    },
    /// The listener was stopped over a client's message that it was given.
    Interrupted {
        /// The client.
        client: String,
        /// Its number of the message.
        number: u64,
    },
    /// A handler was given a client's request.
    Asked {
        /// The client.
        client: String,
        /// Its number of the request.
        number: u64,
    },
}

/// A line that is no report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseReportError(String);

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Offered(stream, number) => write!(f, "offered {stream} {number}"),
            Self::Refused(stream, number) => write!(f, "refused {stream} {number}"),
            Self::Handled { client, number, is_redelivered: false } => write!(f, "handled {client} {number}"),
            Self::Handled { client, number, is_redelivered: true } => {
                write!(f, "handled-again {client} {number}")
            }
            Self::Interrupted { client, number } => write!(f, "interrupted {client} {number}"),
            Self::Asked { client, number } => write!(f, "asked {client} {number}"),
        }
    }
}

impl FromStr for Report {
    type Err = ParseReportError;

    fn from_str(line: &str) -> Result<Self, ParseReportError> {
        let error = || ParseReportError(line.into());
        let [verb, whose, number] = line.split(' ').collect::<Vec<_>>()[..] else { return Err(error()) };
        let number = number.parse().map_err(|_| error())?;
        let stream = || whose.parse().map_err(|_| error());
        Ok(match verb {
            "offered" => Self::Offered(stream()?, number),
            "refused" => Self::Refused(stream()?, number),
            "handled" => Self::Handled { client: whose.into(), number, is_redelivered: false },
            "handled-again" => Self::Handled { client: whose.into(), number, is_redelivered: true },
            "interrupted" => Self::Interrupted { client: whose.into(), number },
            "asked" => Self::Asked { client: whose.into(), number },
            _ => return Err(error()),
        })
    }
}

impl fmt::Display for ParseReportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the server's line `{}` is no report", self.0)
    }
}

impl std::error::Error for ParseReportError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_report_is_read_as_it_was_written() {
        let handled = |is_redelivered| Report::Handled { client: "page-1".into(), number: 9, is_redelivered };
        let reports = [
            Report::Offered(Stream::Broadcast, 1),
            Report::Refused(Stream::User("ann".into()), 2),
            handled(false),
            handled(true),
            Report::Interrupted { client: "page-1".into(), number: 9 },
            Report::Asked { client: "page-1".into(), number: 9 },
        ];
        for report in reports {
            assert_eq!(report.to_string().parse(), Ok(report));
        }
    }

    #[test]
    fn another_line_is_refused() {
        for line in ["", "handled", "handled c x", "offered nowhere 1", "lost c 1", "handled c 1 2"] {
            assert!(line.parse::<Report>().is_err(), "{line}");
        }
    }
}
