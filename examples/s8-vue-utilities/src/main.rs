//! Serves S8 alone, on the port that its scripts dial.

use std::error::Error;

use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    tracing_subscriber::fmt().with_writer(std::io::stderr).init();
    let server = s8_vue_utilities::server()?;
    let app = s8_vue_utilities::routes(server.helper()).merge(server.router());

    let listener = TcpListener::bind(("127.0.0.1", 8080)).await?;
    println!("http://{}/s8/room", listener.local_addr()?);
    server.serve_router(app, listener, demo_pages::interrupted()).await?;
    Ok(())
}
