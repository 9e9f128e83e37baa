//! Serves S7 alone, on the port that its document names.

use std::error::Error;

use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    tracing_subscriber::fmt().with_writer(std::io::stderr).init();
    let (server, routes) = s7_play::app(|line| println!("{line}"))?;
    let app = routes.merge(demo_pages::shared()).merge(demo_pages::sdk(&demo_pages::default_npm_dist()));

    let listener = TcpListener::bind(("127.0.0.1", 9000)).await?;
    println!("http://{}/tester", listener.local_addr()?);
    server.serve_router(app, listener, demo_pages::interrupted()).await?;
    Ok(())
}
