//! What can be wrong with a file of Tephra's settings.

use std::error::Error;
use std::fmt;
use std::io;
use std::path::PathBuf;

use super::{MAX, MAX_SESSIONS_LIMIT};

/// Why a file of Tephra's settings cannot be used: which file, which line, and what is expected there.
///
/// Its text has several lines, as a compiler's message has, and `Debug` shows the same, because a `main` that returns
/// an error prints that.
#[non_exhaustive]
pub enum TephraConfigError {
    /// The file cannot be read.
    Unreadable {
        /// The file as it was named.
        file: PathBuf,
        /// What the system said.
        error: io::Error,
    },
    /// This line is not UTF-8.
    NotUtf8(FileLine),
    /// A `\u` has not four hexadecimal digits after it, or is half of a surrogate pair.
    BadEscape(FileLine),
    /// No `WebSocket` setting has this name.
    UnknownSetting {
        /// Where, or for an entry of several lines where it begins.
        line: FileLine,
        /// The whole key.
        key: String,
    },
    /// The value is not what this setting takes.
    BadValue {
        /// Where, or for an entry of several lines where it begins.
        line: FileLine,
        /// The whole key.
        key: String,
        /// The value as it was written.
        value: String,
    },
}

/// A line of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FileLine {
    /// The file as it was named.
    pub file: PathBuf,
    /// Which line; the first is 1.
    pub number: usize,
    /// What is there, without the line's end. What cannot be shown is replaced.
    pub text: String,
}

impl fmt::Display for TephraConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable { file, error } => write!(f, "{} cannot be read: {error}", file.display()),
            Self::NotUtf8(line) => {
                f.write_str("this is not UTF-8")?;
                line.show(f, "a file that is saved as UTF-8")
            }
            Self::BadEscape(line) => {
                f.write_str(r"a `\u` stands for no character")?;
                line.show(f, r"`\u` and four hexadecimal digits, or `\\` for a backslash")
            }
            Self::UnknownSetting { line, key } => {
                write!(f, "unknown setting `{}`", key.escape_debug())?;
                line.show(f, &format!("`{MAX}`"))
            }
            Self::BadValue { line, key, value } => {
                write!(f, "`{}` cannot be \"{}\"", key.escape_debug(), value.escape_debug())?;
                line.show(f, &format!("a whole number from 1 to {MAX_SESSIONS_LIMIT}"))
            }
        }
    }
}

impl FileLine {
    /// Shows the line as a compiler does, and what is expected there.
    fn show(&self, f: &mut fmt::Formatter<'_>, expected: &str) -> fmt::Result {
        let Self { file, number, text } = self;
        let margin = " ".repeat(number.to_string().len());
        write!(f, "\n{margin}--> {}:{number}", file.display())?;
        write!(f, "\n{margin} |\n{number} | {text}\n{margin} |")?;
        write!(f, "\n{margin} = expected: {expected}")
    }
}

impl fmt::Debug for TephraConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Error for TephraConfigError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Unreadable { error, .. } => Some(error),
            Self::NotUtf8(_) | Self::BadEscape(_) | Self::UnknownSetting { .. } | Self::BadValue { .. } => {
                None
            }
        }
    }
}
