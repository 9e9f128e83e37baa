//! What a reader sees who starts an example while another program has its port.

use std::net::{Ipv4Addr, TcpListener};
use std::process::Command;

#[test]
fn an_example_whose_port_is_taken_says_so_and_what_to_do_and_ends_with_1() {
    let other_program = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let address = other_program.local_addr().unwrap();
    let started = Command::new(env!("CARGO_BIN_EXE_s2-html5"))
        .env("PORT", address.port().to_string())
        .env("RUST_BACKTRACE", "1")
        .output()
        .unwrap();

    assert_eq!(started.status.code(), Some(1));
    let told = String::from_utf8(started.stderr).unwrap();
    assert!(
        told.starts_with(&format!("error: cannot listen on {address}: Address already in use")),
        "{told}"
    );
    assert!(told.contains("choose another port with PORT="), "{told}");
    assert_eq!(told.lines().count(), 1, "{told}");
}
