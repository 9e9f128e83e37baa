//! `order_alert PORT JOURNAL`: the server of S5 in a process that tests kill.
//!
//! Prints `listening on 127.0.0.1:PORT` and runs until its standard input closes.

use std::error::Error;
use std::io::{Read, stdin};
use std::path::Path;

use s5_order_alert::OrderAlert;
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(port), Some(journal)) = (arguments.next(), arguments.next()) else {
        return Err("usage: order_alert PORT JOURNAL".into());
    };
    let order_alert = OrderAlert::open(Path::new(&journal))?;
    let server = order_alert.server()?;
    let app = order_alert.routes(server.helper()).merge(server.router());
    let listener = TcpListener::bind(("127.0.0.1", port.parse()?)).await?;
    println!("listening on {}", listener.local_addr()?);
    tokio::select! {
        served = server.serve_router(app, listener, std::future::pending()) => served?,
        _ = tokio::task::spawn_blocking(|| stdin().read_to_end(&mut Vec::new())) => {}
    }
    Ok(())
}
