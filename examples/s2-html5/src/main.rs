//! Serves S2 alone, on the port that its page dials.

use std::error::Error;
use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    tracing_subscriber::fmt().with_writer(std::io::stderr).init();
    demo_pages::exit_code(serve().await)
}

async fn serve() -> Result<(), Box<dyn Error>> {
    let server = s2_html5::server()?;
    let app = s2_html5::pages().merge(server.router());

    let listener = demo_pages::listen(9998).await?;
    println!("http://{}/", listener.local_addr()?);
    server.serve_router(app, listener, demo_pages::interrupted()).await?;
    Ok(())
}
