//! Serves S1 alone, on the port that its page dials.

use std::error::Error;
use std::process::ExitCode;

use s1_tephra::{PROPERTIES, SampleListener};
use staywire_server::TephraConfig;

#[tokio::main]
async fn main() -> ExitCode {
    tracing_subscriber::fmt().with_writer(std::io::stderr).init();
    demo_pages::exit_code(serve().await)
}

async fn serve() -> Result<(), Box<dyn Error>> {
    let has_listener = std::env::args().all(|argument| argument != "--without-listener");
    let config = TephraConfig::read(PROPERTIES)?;
    let server = s1_tephra::server(has_listener.then_some(SampleListener), &config)?;
    let app =
        s1_tephra::pages().merge(demo_pages::sdk(&demo_pages::default_npm_dist())).merge(server.router());

    let listener = demo_pages::listen(8080).await?;
    println!("http://{}/ as written, /sdk on the SDK", listener.local_addr()?);
    server.serve_router(app, listener, demo_pages::interrupted()).await?;
    Ok(())
}
