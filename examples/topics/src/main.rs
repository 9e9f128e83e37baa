//! Serves the demos of topics alone.

use std::error::Error;
use std::process::ExitCode;

use topics_demo::TopicsDemo;

#[tokio::main]
async fn main() -> ExitCode {
    tracing_subscriber::fmt().with_writer(std::io::stderr).init();
    demo_pages::exit_code(serve().await)
}

async fn serve() -> Result<(), Box<dyn Error>> {
    let demo = TopicsDemo::new()?;
    let sdk = demo_pages::sdk(&demo_pages::default_npm_dist());
    let app = demo.routes().merge(demo_pages::shared()).merge(sdk);

    let listener = demo_pages::listen(8080).await?;
    println!("http://{0}/board and http://{0}/quotes", listener.local_addr()?);
    tokio::select! {
        served = axum::serve(listener, app) => served?,
        ran = demo.run(demo_pages::interrupted()) => ran?,
    }
    Ok(())
}
