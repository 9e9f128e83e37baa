//! Serves the demo of sessions alone.

use std::error::Error;

use session_demo::SessionDemo;
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    tracing_subscriber::fmt().with_writer(std::io::stderr).init();
    let demo = SessionDemo::new();
    let app = demo.routes().merge(demo_pages::sdk(&demo_pages::default_npm_dist()));

    let listener = TcpListener::bind(("127.0.0.1", 8080)).await?;
    println!("http://{}/session", listener.local_addr()?);
    tokio::select! {
        served = axum::serve(listener, app) => served?,
        ran = demo.run(demo_pages::interrupted()) => ran?,
    }
    Ok(())
}
