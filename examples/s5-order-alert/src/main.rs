//! `s5-order-alert [--port 8080] [--journal orders.jsonl]`: serves S5 alone.

use std::error::Error;
use std::path::PathBuf;
use std::process::ExitCode;

use s5_order_alert::OrderAlert;
use tokio::net::TcpListener;

const USAGE: &str = "usage: s5-order-alert [--port PORT] [--journal PATH]\n\
    PORT      default 8080; 0 lets the system choose\n\
    PATH      the file with the orders; default: orders.jsonl in this folder";

struct Arguments {
    port: u16,
    journal: PathBuf,
}

#[tokio::main]
async fn main() -> Result<ExitCode, Box<dyn Error>> {
    tracing_subscriber::fmt().with_writer(std::io::stderr).init();
    let Arguments { port, journal } = match Arguments::parse(std::env::args().skip(1)) {
        Ok(arguments) => arguments,
        Err(problem) => {
            eprintln!("{problem}\n{USAGE}");
            return Ok(ExitCode::from(2));
        }
    };
    let order_alert = OrderAlert::open(&journal)?;
    let server = order_alert.server()?;
    let app = order_alert.routes(server.helper()).merge(server.router());

    let listener = TcpListener::bind(("127.0.0.1", port)).await?;
    println!("http://{}/s5/shop and /s5/office", listener.local_addr()?);
    server.serve_router(app, listener, demo_pages::interrupted()).await?;
    Ok(ExitCode::SUCCESS)
}

impl Arguments {
    fn parse(mut arguments: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut parsed = Self { port: 8080, journal: "orders.jsonl".into() };
        while let Some(name) = arguments.next() {
            let value = arguments.next().ok_or_else(|| format!("{name} needs a value"))?;
            match name.as_str() {
                "--port" => parsed.port = value.parse().map_err(|_| format!("{value} is no port"))?,
                "--journal" => parsed.journal = value.into(),
                _ => return Err(format!("{name} is unknown")),
            }
        }
        Ok(parsed)
    }
}
