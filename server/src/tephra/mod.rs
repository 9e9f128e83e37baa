//! Tephra's `WebSocket` settings, from the file that Tephra applications have.
//!
//! Owns: the names of the settings, their defaults and what they take. Never:
//! changes a server; whoever builds one does with them what they want.

mod error;
mod properties;

use std::fs;
use std::path::Path;

pub use error::{FileLine, TephraConfigError};

use properties::{Entry, natural_lines};

/// What the keys of `WebSocket` settings begin with.
const PREFIX: &str = "tephra.ctrl.http.web-socket.";

/// How many clients may be connected.
const MAX: &str = "tephra.ctrl.http.web-socket.max";

/// The largest number that Java's `int` has: a Tephra application refuses more.
const MAX_SESSIONS_LIMIT: usize = i32::MAX as usize;

/// The settings in `http.ctrl.tephra.config.properties`, of which the file may leave out any.
///
/// ```no_run
/// # use staywire_server::{Server, Session, TephraConfig, WsHelper, listener_fn};
/// # fn example() -> Result<(), Box<dyn std::error::Error>> {
/// # let listener = listener_fn(async |_: Session, _: String| Ok(()));
/// let config = TephraConfig::read("http.ctrl.tephra.config.properties")?;
/// let server =
///     Server::builder().endpoint(WsHelper::URI, listener).max_sessions(config.max_sessions).build()?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TephraConfig {
    /// `tephra.ctrl.http.web-socket.max`: how many sessions there may be at once. Default 64.
    pub max_sessions: usize,
}

impl Default for TephraConfig {
    fn default() -> Self {
        Self { max_sessions: 64 }
    }
}

impl TephraConfig {
    /// Reads the settings from a file in the format of `java.util.Properties`, in UTF-8.
    ///
    /// Of a key that comes twice the later value counts. Keys that do not begin with `tephra.ctrl.http.web-socket.`
    /// are settings of others, and ignored.
    ///
    /// # Errors
    ///
    /// [`TephraConfigError`] names the file and the first line that is wrong: an unknown key with that prefix, a value
    /// that it does not take, or what no file in this format has.
    pub fn read(file: impl AsRef<Path>) -> Result<Self, TephraConfigError> {
        let file = file.as_ref();
        let bytes =
            fs::read(file).map_err(|error| TephraConfigError::Unreadable { file: file.to_owned(), error })?;
        Self::parse(&bytes, file)
    }

    /// Reads the settings from the content of `file`.
    fn parse(bytes: &[u8], file: &Path) -> Result<Self, TephraConfigError> {
        // Editors on Windows begin a file with it.
        let bytes = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
        let line = |number: usize| {
            let text = String::from_utf8_lossy(bytes);
            let text = natural_lines(&text).nth(number - 1).unwrap_or_default();
            FileLine { file: file.to_owned(), number, text: text.replace(char::is_control, " ") }
        };
        let text = str::from_utf8(bytes).map_err(|error| {
            let valid = String::from_utf8_lossy(&bytes[..error.valid_up_to()]);
            // What ends in a line's end has its mistake in the next line.
            TephraConfigError::NotUtf8(line(natural_lines(&format!("{valid}x")).count()))
        })?;
        let mut config = Self::default();
        for entry in properties::entries(text) {
            let Entry { line: number, key, value } =
                entry.map_err(|bad| TephraConfigError::BadEscape(line(bad.line)))?;
            if key == MAX {
                config.max_sessions = match value.trim().parse() {
                    Ok(max @ 1..=MAX_SESSIONS_LIMIT) => max,
                    _ => return Err(TephraConfigError::BadValue { line: line(number), key, value }),
                };
            } else if key.starts_with(PREFIX) {
                return Err(TephraConfigError::UnknownSetting { line: line(number), key });
            }
        }
        Ok(config)
    }
}

#[cfg(test)]
mod tests;
