//! Serves S9 alone, on Tomcat's port.

use std::error::Error;

use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    tracing_subscriber::fmt().with_writer(std::io::stderr).init();
    let server = s9_annotated::server()?;
    let app = s9_annotated::pages()
        .merge(demo_pages::shared())
        .merge(demo_pages::sdk(&demo_pages::default_npm_dist()))
        .merge(server.router());

    let listener = TcpListener::bind(("127.0.0.1", 8080)).await?;
    println!("http://{}/talk", listener.local_addr()?);
    server.serve_router(app, listener, demo_pages::interrupted()).await?;
    Ok(())
}
