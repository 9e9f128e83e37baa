//! `cargo xtask demo`: from a fresh clone to a page that talks to the server.
//!
//! Owns: the order of it, and the port. The gallery prints its own address,
//! once it listens.

use std::error::Error;
use std::fmt;
use std::io::{self, ErrorKind};
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::process::CommandExt;

use crate::pages;
use crate::project::Project;
use crate::setup;
use crate::step::Step;
use crate::wasm;

/// The gallery could not be served there.
#[derive(Debug)]
enum PortError {
    Taken(u16),
    Refused { port: u16, source: io::Error },
}

impl fmt::Display for PortError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Taken(port) => write!(
                f,
                "port {port} is taken by another program; choose another one, as in\n\n  \
                 cargo xtask demo --port {}\n\nor let the system choose with --port 0",
                port.checked_add(1).unwrap_or(8080)
            ),
            Self::Refused { port, source } => write!(f, "port {port} cannot be used: {source}"),
        }
    }
}

impl Error for PortError {}

/// Sets up, builds, and becomes the gallery's server.
///
/// # Errors
///
/// The port is taken (told before minutes of set-up), or what set-up, a build or the start says.
pub(crate) fn run(project: &Project, port: u16) -> Result<(), Box<dyn Error>> {
    require_free(port)?;
    setup::for_build(project)?;
    wasm::build_package(project)?;
    pages::build(project)?;
    // The development profile: the first start takes half the time, and a demo needs no more speed.
    let build = project.command("cargo", ["build", "--package", "staywire-gallery"]);
    Step::new("gallery", build).require(project)?;
    let mut gallery = project.command("cargo", ["run", "--quiet", "--package", "staywire-gallery"]);
    gallery.env("PORT", port.to_string());
    // Replaces this process, so that Ctrl-C and every other signal reach the server itself.
    Err(gallery.exec().into())
}

fn require_free(port: u16) -> Result<(), PortError> {
    match TcpListener::bind((Ipv4Addr::LOCALHOST, port)) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == ErrorKind::AddrInUse => Err(PortError::Taken(port)),
        Err(source) => Err(PortError::Refused { port, source }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_taken_port_is_told_with_the_way_to_another() {
        let holder = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = holder.local_addr().unwrap().port();
        let error = require_free(port).unwrap_err().to_string();
        assert!(error.contains(&format!("port {port} is taken")), "{error}");
        assert!(error.contains("cargo xtask demo --port"), "{error}");
    }

    #[test]
    fn a_free_port_is_left_free() {
        assert!(require_free(0).is_ok());
    }
}
