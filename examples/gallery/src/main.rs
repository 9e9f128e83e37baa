//! `staywire-gallery [--npm-dist PATH]`: serves the gallery to this machine.

use std::error::Error;
use std::path::PathBuf;
use std::process::ExitCode;

use staywire_gallery::Gallery;

const USAGE: &str = "usage: staywire-gallery [--npm-dist PATH]\n\
    PATH      the folder with the SDK's index.js; default: npm/dist of this repository";

#[tokio::main]
async fn main() -> ExitCode {
    tracing_subscriber::fmt().with_writer(std::io::stderr).init();
    demo_pages::exit_code(serve().await)
}

async fn serve() -> Result<(), Box<dyn Error>> {
    let gallery = Gallery::new(&npm_dist(std::env::args().skip(1))?)?;
    let listener = demo_pages::listen(8080).await?;
    println!("http://{}/", listener.local_addr()?);
    gallery.serve(listener, demo_pages::interrupted()).await?;
    Ok(())
}

fn npm_dist(mut arguments: impl Iterator<Item = String>) -> Result<PathBuf, &'static str> {
    match (arguments.next().as_deref(), arguments.next(), arguments.next()) {
        (None, ..) => Ok(demo_pages::default_npm_dist()),
        (Some("--npm-dist"), Some(path), None) => Ok(path.into()),
        _ => Err(USAGE),
    }
}
