//! Serves S6 alone, on the port that its page dials.

use std::error::Error;

use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    tracing_subscriber::fmt().with_writer(std::io::stderr).init();
    let server = s6_user_push::server()?;
    let app = s6_user_push::pages()
        .merge(s6_user_push::endpoints(&server))
        .merge(demo_pages::shared())
        .merge(demo_pages::sdk(&demo_pages::default_npm_dist()));

    let listener = TcpListener::bind(("127.0.0.1", 7777)).await?;
    println!("http://{}/ as written, /inbox on the SDK", listener.local_addr()?);
    server.serve_router(app, listener, demo_pages::interrupted()).await?;
    Ok(())
}
