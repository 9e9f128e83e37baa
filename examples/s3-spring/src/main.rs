//! Serves S3 alone, on the port that its page dials.

use std::error::Error;
use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    tracing_subscriber::fmt().with_writer(std::io::stderr).init();
    demo_pages::exit_code(serve().await)
}

async fn serve() -> Result<(), Box<dyn Error>> {
    let server = s3_spring::server()?;
    let app = s3_spring::pages(server.helper())
        .merge(demo_pages::shared())
        .merge(demo_pages::sdk(&demo_pages::default_npm_dist()))
        .merge(server.router());

    let listener = demo_pages::listen(8080).await?;
    println!("http://{}/ as written, /desk on the SDK", listener.local_addr()?);
    server.serve_router(app, listener, demo_pages::interrupted()).await?;
    Ok(())
}
