//! Serves S7 alone, on the port that its document names.

use std::error::Error;
use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    tracing_subscriber::fmt().with_writer(std::io::stderr).init();
    demo_pages::exit_code(serve().await)
}

async fn serve() -> Result<(), Box<dyn Error>> {
    let (server, routes) = s7_play::app(|line| println!("{line}"))?;
    let app = routes.merge(demo_pages::shared()).merge(demo_pages::sdk(&demo_pages::default_npm_dist()));

    let listener = demo_pages::listen(9000).await?;
    println!("http://{}/tester", listener.local_addr()?);
    server.serve_router(app, listener, demo_pages::interrupted()).await?;
    Ok(())
}
