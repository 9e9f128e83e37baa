//! The packed npm package, installed and built into pages in every usual way, in Chromium.
//!
//! Each page sends a message without a session and one with, whose code is a file of its own.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use serde_json::{Value, json};
use staywire_server::{ListenerError, Message, Server, Session, WsListener};
use staywire_tests::{Browser, SOON, folder_routes, serve};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};
use tokio::time::timeout;

/// A dozen builds on a busy machine.
const BUILT: Duration = Duration::from_secs(240);

/// At least these have to be there, or the test has tested nothing.
const WAYS: [&str; 10] = [
    "vite",
    "vite-slim",
    "webpack",
    "webpack-slim",
    "rollup",
    "esbuild",
    "esbuild-iife",
    "esbuild-slim",
    "plain-module",
    "plain-script",
];

struct Echo;

impl WsListener for Echo {
    async fn message(&self, session: &Session, message: Message) -> Result<(), ListenerError> {
        session.send(message)?;
        Ok(())
    }
}

/// The pages, and Vite's own server, which ends with this.
struct Pages {
    folder: TempDir,
    said: Lines<BufReader<ChildStdout>>,
    _vite: Child,
}

impl Pages {
    fn build() -> Self {
        let folder = TempDir::new().expect("a temporary folder");
        let path = |name: &str| -> PathBuf { folder.path().join(name) };
        for name in ["project", "pages"] {
            std::fs::create_dir(path(name)).expect("the folder was empty");
        }
        let scripts = Path::new(env!("CARGO_MANIFEST_DIR")).join("../npm/test/bundlers");
        let mut node = Command::new("node");
        node.arg(scripts.join("build.mjs")).arg(path("project")).arg(path("pages"));
        let mut vite = node
            .current_dir(scripts)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("node is on the PATH");
        let output = vite.stdout.take().expect("its output is a pipe");
        Self { folder, said: BufReader::new(output).lines(), _vite: vite }
    }

    /// What follows `mark` on the next line that it prints.
    async fn said(&mut self, mark: &str) -> String {
        let line = timeout(BUILT, self.said.next_line()).await.expect("the pages should be built by now");
        let line = line.expect("text").unwrap_or_else(|| panic!("no {mark:?}: what failed is above"));
        line.strip_prefix(mark).unwrap_or_else(|| panic!("{line:?} instead of {mark:?}")).to_owned()
    }
}

/// What came back to the page at `url`.
async fn echoed(browser: &Browser, url: &str) -> Value {
    browser.goto(url).await;
    browser.wait_for("window.echoed", SOON).await
}

#[tokio::test]
async fn the_packed_package_works_in_every_bundler_and_without_one() {
    let mut pages = Pages::build();
    assert_eq!(pages.said("built ").await, WAYS.join(" "));
    let vite = pages.said("serving ").await;

    let server =
        Server::builder().endpoint("/echo", Echo).dev().build().expect("the settings fit each other");
    let router = folder_routes("pages", pages.folder.path().join("pages")).merge(server.router());
    let (browser, address) = tokio::join!(Browser::start(), serve(server, router));
    let mut failures = Vec::new();
    let mut urls = WAYS.map(|way| format!("http://{address}/pages/{way}/index.html")).to_vec();
    urls.push(format!("{vite}?server=ws://{address}"));
    for url in urls {
        let came_back = echoed(&browser, &url).await;
        if came_back != json!(["plain", "in a session"]) {
            failures.push(format!("{url}: {came_back}"));
        }
    }
    assert!(failures.is_empty(), "{failures:#?}");
}
