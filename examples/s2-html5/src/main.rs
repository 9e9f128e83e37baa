//! Serves S2 alone, on the port that its page dials.

use std::error::Error;

use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    tracing_subscriber::fmt().with_writer(std::io::stderr).init();
    let server = s2_html5::server()?;
    let app = s2_html5::pages().merge(server.router());

    let listener = TcpListener::bind(("127.0.0.1", 9998)).await?;
    println!("http://{}/", listener.local_addr()?);
    server.serve_router(app, listener, demo_pages::interrupted()).await?;
    Ok(())
}
