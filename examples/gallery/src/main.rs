//! `staywire-gallery [--port 8080] [--npm-dist PATH]`: serves the gallery to this machine.

use std::error::Error;
use std::path::PathBuf;
use std::process::ExitCode;

use staywire_gallery::Gallery;
use tokio::net::TcpListener;

const USAGE: &str = "usage: staywire-gallery [--port PORT] [--npm-dist PATH]\n\
    PORT      default 8080; 0 lets the system choose\n\
    PATH      the folder with the SDK's index.js; default: npm/dist of this repository";

struct Arguments {
    port: u16,
    npm_dist: PathBuf,
}

#[tokio::main]
async fn main() -> Result<ExitCode, Box<dyn Error>> {
    tracing_subscriber::fmt().with_writer(std::io::stderr).init();
    let Arguments { port, npm_dist } = match Arguments::parse(std::env::args().skip(1)) {
        Ok(arguments) => arguments,
        Err(problem) => {
            eprintln!("{problem}\n{USAGE}");
            return Ok(ExitCode::from(2));
        }
    };
    let gallery = Gallery::new(&npm_dist)?;
    let listener = TcpListener::bind(("127.0.0.1", port)).await?;
    println!("http://{}/", listener.local_addr()?);
    gallery.serve(listener, demo_pages::interrupted()).await?;
    Ok(ExitCode::SUCCESS)
}

impl Arguments {
    fn parse(mut arguments: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut parsed = Self { port: 8080, npm_dist: demo_pages::default_npm_dist() };
        while let Some(name) = arguments.next() {
            let value = arguments.next().ok_or_else(|| format!("{name} needs a value"))?;
            match name.as_str() {
                "--port" => parsed.port = value.parse().map_err(|_| format!("{value} is no port"))?,
                "--npm-dist" => parsed.npm_dist = value.into(),
                _ => return Err(format!("{name} is unknown")),
            }
        }
        Ok(parsed)
    }
}
