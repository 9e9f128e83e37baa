//! Serves S6 alone, on the port that its page dials.

use std::error::Error;
use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    tracing_subscriber::fmt().with_writer(std::io::stderr).init();
    demo_pages::exit_code(serve().await)
}

async fn serve() -> Result<(), Box<dyn Error>> {
    let server = s6_user_push::server()?;
    let app = s6_user_push::pages()
        .merge(s6_user_push::endpoints(&server))
        .merge(demo_pages::shared())
        .merge(demo_pages::sdk(&demo_pages::default_npm_dist()));

    let listener = demo_pages::listen(7777).await?;
    println!("http://{}/ as written, /inbox on the SDK", listener.local_addr()?);
    server.serve_router(app, listener, demo_pages::interrupted()).await?;
    Ok(())
}
