//! Serves S8 alone, on the port that its scripts dial.

use std::error::Error;
use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    tracing_subscriber::fmt().with_writer(std::io::stderr).init();
    demo_pages::exit_code(serve().await)
}

async fn serve() -> Result<(), Box<dyn Error>> {
    let server = s8_vue_utilities::server()?;
    let app = s8_vue_utilities::routes(server.helper()).merge(server.router());

    let listener = demo_pages::listen(8080).await?;
    println!("http://{}/s8/room", listener.local_addr()?);
    server.serve_router(app, listener, demo_pages::interrupted()).await?;
    Ok(())
}
