//! Serves S3 alone, on the port that its page dials.

use std::error::Error;

use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    tracing_subscriber::fmt().with_writer(std::io::stderr).init();
    let server = s3_spring::server()?;
    let app = s3_spring::pages(server.helper())
        .merge(demo_pages::shared())
        .merge(demo_pages::sdk(&demo_pages::default_npm_dist()))
        .merge(server.router());

    let listener = TcpListener::bind(("127.0.0.1", 8080)).await?;
    println!("http://{}/ as written, /desk on the SDK", listener.local_addr()?);
    server.serve_router(app, listener, demo_pages::interrupted()).await?;
    Ok(())
}
