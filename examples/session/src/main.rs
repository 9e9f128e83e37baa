//! Serves the demo of sessions alone.

use std::error::Error;
use std::process::ExitCode;

use session_demo::SessionDemo;

#[tokio::main]
async fn main() -> ExitCode {
    tracing_subscriber::fmt().with_writer(std::io::stderr).init();
    demo_pages::exit_code(serve().await)
}

async fn serve() -> Result<(), Box<dyn Error>> {
    let demo = SessionDemo::new();
    let app =
        demo.routes().merge(demo_pages::shared()).merge(demo_pages::sdk(&demo_pages::default_npm_dist()));

    let listener = demo_pages::listen(8080).await?;
    println!("http://{}/session", listener.local_addr()?);
    tokio::select! {
        served = axum::serve(listener, app) => served?,
        ran = demo.run(demo_pages::interrupted()) => ran?,
    }
    Ok(())
}
