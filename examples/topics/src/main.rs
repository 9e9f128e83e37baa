//! Serves the demos of topics alone.

use std::error::Error;

use tokio::net::TcpListener;
use topics_demo::TopicsDemo;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    tracing_subscriber::fmt().with_writer(std::io::stderr).init();
    let demo = TopicsDemo::new()?;
    let sdk = demo_pages::sdk(&demo_pages::default_npm_dist());
    let app = demo.routes().merge(demo_pages::shared()).merge(sdk);

    let listener = TcpListener::bind(("127.0.0.1", 8080)).await?;
    println!("http://{0}/board and http://{0}/quotes", listener.local_addr()?);
    tokio::select! {
        served = axum::serve(listener, app) => served?,
        ran = demo.run(demo_pages::interrupted()) => ran?,
    }
    Ok(())
}
