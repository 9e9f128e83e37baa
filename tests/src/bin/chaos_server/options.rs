//! What the server is told when it starts.

use std::error::Error;
use std::path::PathBuf;
use std::time::Duration;

/// The command line.
pub(crate) struct Options {
    /// The number of its first message.
    pub(crate) first: u64,
    /// Between two messages.
    pub(crate) interval: Duration,
    /// Where sessions are kept while it is down.
    pub(crate) state_dir: Option<PathBuf>,
    /// What its rings hold, in bytes; else as a server holds that is told nothing.
    pub(crate) ring_bytes: Option<u64>,
    /// Whether listeners dawdle, and are stopped over it.
    pub(crate) is_hasty: bool,
}

impl Options {
    pub(crate) fn read(mut args: impl Iterator<Item = String>) -> Result<Self, Box<dyn Error>> {
        let interval = Duration::from_millis(50);
        let mut options = Self { first: 1, interval, state_dir: None, ring_bytes: None, is_hasty: false };
        while let Some(flag) = args.next() {
            let mut value = || args.next().ok_or_else(|| format!("`{flag}` needs a value"));
            match flag.as_str() {
                "--first" => options.first = value()?.parse()?,
                "--interval" => options.interval = Duration::from_millis(value()?.parse()?),
                "--state-dir" => options.state_dir = Some(value()?.into()),
                "--ring" => options.ring_bytes = Some(value()?.parse()?),
                "--hasty" => options.is_hasty = true,
                _ => return Err(format!("there is no `{flag}`").into()),
            }
        }
        Ok(options)
    }
}
