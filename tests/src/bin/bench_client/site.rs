//! What is measured against: the pages, staywire's server and that of Socket.IO.
//!
//! Owns: their lives. Never: measures.

use std::net::SocketAddr;
use std::path::Path;
use std::process::Stdio;

use axum::http::HeaderValue;
use axum::middleware::map_response;
use axum::response::Response;
use staywire_server::{ListenerError, Message, Server, Session, WsListener};
use staywire_tests::{folder_routes, serve};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

/// As many as `served.js` waits for.
const MESSAGES: usize = 1_000;

/// Sends many messages for `flood`, and answers `last`.
struct Partner;

impl WsListener for Partner {
    async fn message(&self, session: &Session, message: Message) -> Result<(), ListenerError> {
        match message.as_text() {
            Some("flood") => {
                // Each another text, as messages are: a browser takes in the same one again for less.
                for number in 0..MESSAGES {
                    session.send(format!("{number:x>64}"))?;
                }
            }
            Some("last") => session.send("done")?,
            _ => {}
        }
        Ok(())
    }
}

/// The servers and the folder with the other clients.
pub(crate) struct Site {
    address: SocketAddr,
    socket_io: String,
    _process: Child,
    _others: TempDir,
}

impl Site {
    pub(crate) async fn open() -> Self {
        let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
        let scripts = tests.join("../npm/test/others");
        let others = TempDir::new().expect("a temporary folder");
        let bundled = node(&scripts).arg("bundle.mjs").arg(others.path()).status().await;
        assert!(bundled.expect("node is on the PATH").success(), "what esbuild says is above");
        let (process, socket_io) = start_socket_io(&scripts).await;

        let server =
            Server::builder().endpoint("/partner", Partner).build().expect("the settings fit each other");
        let router = folder_routes("bench", tests.join("pages/bench_client"))
            .merge(folder_routes("staywire", tests.join("../npm/dist")))
            .merge(folder_routes("others", others.path().to_owned()))
            .layer(map_response(isolated))
            .merge(server.router());
        let address = serve(server, router).await;
        Self { address, socket_io, _process: process, _others: others }
    }

    /// The page that measures.
    pub(crate) fn page(&self) -> String {
        format!("http://{}/bench/index.html", self.address)
    }

    /// Where staywire's server takes connections.
    pub(crate) fn staywire(&self) -> String {
        format!("ws://{}/partner", self.address)
    }

    /// Where that of Socket.IO does.
    pub(crate) fn socket_io(&self) -> &str {
        &self.socket_io
    }
}

/// A page that shares nothing with other origins has a clock that counts in microseconds and not in tenths of
/// milliseconds (HR-Time §8.1).
async fn isolated(mut response: Response) -> Response {
    for (name, value) in
        [("cross-origin-opener-policy", "same-origin"), ("cross-origin-embedder-policy", "require-corp")]
    {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

async fn start_socket_io(scripts: &Path) -> (Child, String) {
    let mut process = node(scripts)
        .arg("socket_io_server.mjs")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("node is on the PATH");
    let output = process.stdout.take().expect("its output is a pipe");
    let said = BufReader::new(output).lines().next_line().await.expect("text").unwrap_or_default();
    let port =
        said.strip_prefix("listening on ").unwrap_or_else(|| panic!("{said:?} is not where it listens"));
    (process, format!("http://127.0.0.1:{port}"))
}

fn node(folder: &Path) -> Command {
    let mut node = Command::new("node");
    node.current_dir(folder).kill_on_drop(true);
    node
}
