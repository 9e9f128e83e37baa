//! Serves S9 alone, on Tomcat's port.

use std::error::Error;
use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    tracing_subscriber::fmt().with_writer(std::io::stderr).init();
    demo_pages::exit_code(serve().await)
}

async fn serve() -> Result<(), Box<dyn Error>> {
    let server = s9_annotated::server()?;
    let app = s9_annotated::pages()
        .merge(demo_pages::shared())
        .merge(demo_pages::sdk(&demo_pages::default_npm_dist()))
        .merge(server.router());

    let listener = demo_pages::listen(8080).await?;
    println!("http://{}/talk", listener.local_addr()?);
    server.serve_router(app, listener, demo_pages::interrupted()).await?;
    Ok(())
}
