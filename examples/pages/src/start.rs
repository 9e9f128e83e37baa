//! How a demo begins: the port that it serves on; and what is read of it when it cannot.
//!
//! Owns: which port that is, and the words for what went wrong. Never: serves.

use std::env::{self, VarError};
use std::error::Error;
use std::fmt;
use std::io::{self, ErrorKind};
use std::net::{Ipv4Addr, SocketAddr};
use std::process::ExitCode;

use tokio::net::TcpListener;

/// The environment variable that names another port.
const PORT: &str = "PORT";

/// Why a demo has no port to serve on.
#[derive(Debug)]
#[non_exhaustive]
pub enum ListenError {
    /// The environment's `PORT` is no port.
    BadPort {
        /// What it is.
        text: String,
    },
    /// The system does not let the demo listen there.
    Refused {
        /// Where it wanted to.
        address: SocketAddr,
        /// What the system says.
        source: io::Error,
    },
}

/// Listens on this machine alone, on the port that the environment variable `PORT` names, or on `default_port`.
///
/// # Errors
///
/// [`ListenError`] names the port, what is wrong with it, and what to do.
pub async fn listen(default_port: u16) -> Result<TcpListener, ListenError> {
    listen_on(port(env::var(PORT), default_port)?).await
}

/// What `main` returns: 1 for an error, which is told in one line of standard error.
#[must_use]
pub fn exit_code(outcome: Result<(), Box<dyn Error>>) -> ExitCode {
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn port(named: Result<String, VarError>, default_port: u16) -> Result<u16, ListenError> {
    match named {
        Ok(text) => text.parse().map_err(|_| ListenError::BadPort { text }),
        Err(VarError::NotPresent) => Ok(default_port),
        Err(VarError::NotUnicode(text)) => {
            Err(ListenError::BadPort { text: text.to_string_lossy().into_owned() })
        }
    }
}

async fn listen_on(port: u16) -> Result<TcpListener, ListenError> {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    TcpListener::bind(address).await.map_err(|source| ListenError::Refused { address, source })
}

impl fmt::Display for ListenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BadPort { text } => {
                write!(
                    f,
                    "{PORT} is {text:?}, and a port is a number from 0 to 65535; 0 lets the system choose"
                )
            }
            Self::Refused { address, source } => {
                write!(f, "cannot listen on {address}: {source}; ")?;
                if source.kind() == ErrorKind::AddrInUse {
                    f.write_str("end the program that does, or ")?;
                }
                let other = address.port().checked_add(1).unwrap_or(8080);
                write!(f, "choose another port with {PORT}={other}, or {PORT}=0 to let the system choose")
            }
        }
    }
}

impl Error for ListenError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::BadPort { .. } => None,
            Self::Refused { source, .. } => Some(source),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_environment_names_the_port_before_the_default() {
        assert_eq!(port(Ok("8081".to_owned()), 8080).unwrap(), 8081);
        assert_eq!(port(Err(VarError::NotPresent), 8080).unwrap(), 8080);
    }

    #[test]
    fn what_is_no_port_is_named() {
        for text in ["", "http", "80 ", "-1", "65536"] {
            let error = port(Ok(text.to_owned()), 8080).unwrap_err().to_string();
            assert!(error.starts_with(&format!("PORT is {text:?}, ")), "{error}");
        }
    }

    #[test]
    fn a_port_that_the_system_refuses_is_named_with_the_cause_and_another_one() {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, 80));
        let refused = ListenError::Refused { address, source: ErrorKind::PermissionDenied.into() };
        assert_eq!(
            refused.to_string(),
            "cannot listen on 127.0.0.1:80: permission denied; \
             choose another port with PORT=81, or PORT=0 to let the system choose"
        );
        let taken = ListenError::Refused { address, source: ErrorKind::AddrInUse.into() };
        assert!(taken.to_string().contains("; end the program that does, or choose another"), "{taken}");
    }
}
