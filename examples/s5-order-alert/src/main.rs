//! `s5-order-alert [--journal orders.jsonl]`: serves S5 alone.

use std::error::Error;
use std::path::PathBuf;
use std::process::ExitCode;

use s5_order_alert::OrderAlert;

const USAGE: &str = "usage: s5-order-alert [--journal PATH]\n\
    PATH      the file with the orders; default: orders.jsonl in this folder";

#[tokio::main]
async fn main() -> ExitCode {
    tracing_subscriber::fmt().with_writer(std::io::stderr).init();
    demo_pages::exit_code(serve().await)
}

async fn serve() -> Result<(), Box<dyn Error>> {
    let order_alert = OrderAlert::open(&journal(std::env::args().skip(1))?)?;
    let server = order_alert.server()?;
    let app = order_alert.routes(server.helper()).merge(server.router());

    let listener = demo_pages::listen(8080).await?;
    println!("http://{0}/s5/shop and http://{0}/s5/office", listener.local_addr()?);
    server.serve_router(app, listener, demo_pages::interrupted()).await?;
    Ok(())
}

fn journal(mut arguments: impl Iterator<Item = String>) -> Result<PathBuf, &'static str> {
    match (arguments.next().as_deref(), arguments.next(), arguments.next()) {
        (None, ..) => Ok("orders.jsonl".into()),
        (Some("--journal"), Some(path), None) => Ok(path.into()),
        _ => Err(USAGE),
    }
}
