//! The packed npm package in the runtimes beside browsers: Node and Bun themselves, not their likeness.
//!
//! Each script ends by itself once its client is closed, or a timer or a listener of the client is left behind.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use serde_json::{Value, json};
use staywire_server::{ListenerError, Message, RequestFailure, Server, Session, WsListener};
use staywire_tests::{Direction, FaultProxy, RawConnection, RawPeer, serve};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};
use tokio::time::timeout;

/// What a machine under load takes for what takes no time.
const SOON: Duration = Duration::from_secs(20);

/// A user's project, which has the packed package installed, and what may run its scripts.
struct Project {
    folder: TempDir,
    runtimes: HashMap<String, PathBuf>,
}

/// A script that runs, and what it tells; killed when dropped.
struct Script {
    process: Child,
    told: Lines<BufReader<ChildStdout>>,
}

impl Project {
    async fn make() -> Self {
        let folder = TempDir::new().expect("a temporary folder");
        let scripts = Path::new(env!("CARGO_MANIFEST_DIR")).join("../npm/test/runtimes");
        let prepared = Command::new("node")
            .arg(scripts.join("prepare.mjs"))
            .arg(folder.path())
            .stderr(Stdio::inherit())
            .output()
            .await
            .expect("node is on the PATH");
        assert!(prepared.status.success(), "what failed is above");
        let runtimes = serde_json::from_slice(&prepared.stdout).expect("the runtimes by their names");
        Self { folder, runtimes }
    }

    /// Starts `script` in `runtime`.
    fn start(&self, runtime: &str, script: &str, arguments: &[&str]) -> Script {
        let mut process = Command::new(&self.runtimes[runtime])
            .arg(script)
            .args(arguments)
            .current_dir(self.folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap_or_else(|error| panic!("start {runtime}: {error}"));
        let output = process.stdout.take().expect("its output is a pipe");
        Script { process, told: BufReader::new(output).lines() }
    }
}

impl Script {
    /// What it tells next; nothing once it has ended.
    async fn next(&mut self) -> Option<Value> {
        let line = timeout(SOON, self.told.next_line()).await.expect("the script should tell, or end");
        line.expect("text").map(|line| serde_json::from_str(&line).expect("a line of JSON"))
    }

    async fn expect(&mut self, told: Value) {
        assert_eq!(self.next().await, Some(told));
    }

    /// What it tells until it has ended, by itself and well.
    async fn rest(mut self) -> Vec<Value> {
        let mut rest = Vec::new();
        while let Some(told) = self.next().await {
            rest.push(told);
        }
        let status =
            timeout(SOON, self.process.wait()).await.expect("nothing should keep the script running");
        assert!(status.expect("it was started").success(), "after {rest:?}");
        rest
    }
}

/// Text, binary and a blob, as the script sends them on each connection.
async fn is_greeted(connection: &mut RawConnection) {
    assert_eq!(connection.text(SOON).await, "zażółć");
    assert_eq!(connection.message(SOON).await.into_data(), [0, 10, 255][..]);
    assert_eq!(connection.message(SOON).await.into_data(), b"a blob"[..]);
}

async fn a_plain_conversation_lasts_until_it_is_closed(runtime: &str) {
    let (project, peer) = tokio::join!(Project::make(), RawPeer::listen());
    let proxy = FaultProxy::to(peer.address()).await;
    let mut script = project.start(runtime, "plain.js", &[&proxy.url("/")]);
    let mut first = peer.accept(SOON).await;
    script.expect(json!(["open"])).await;
    is_greeted(&mut first).await;
    first.send("zażółć").await;
    first.send(vec![0, 10, 255]).await;
    script.expect(json!(["text", "zażółć"])).await;
    script.expect(json!(["Blob", [0, 10, 255]])).await;

    proxy.refuse();
    first.cut();
    script.expect(json!(["reconnecting", 0])).await;
    script.expect(json!(["reconnecting", 1])).await;
    proxy.admit();
    let mut second = peer.accept(SOON).await;
    while script.next().await.expect("it goes on") != json!(["open"]) {}
    is_greeted(&mut second).await;
    second.send("as buffers").await;
    second.send(vec![1, 2]).await;
    second.send("close").await;
    second.closed(SOON).await;
    let rest = script.rest().await;
    assert_eq!(
        rest,
        [json!(["text", "as buffers"]), json!(["ArrayBuffer", [1, 2]]), json!(["close", 1005, true])]
    );
}

#[tokio::test]
async fn a_plain_conversation_lasts_until_it_is_closed_in_node_22() {
    a_plain_conversation_lasts_until_it_is_closed("node-22").await;
}

#[tokio::test]
async fn a_plain_conversation_lasts_until_it_is_closed_in_bun() {
    a_plain_conversation_lasts_until_it_is_closed("bun").await;
}

/// Sends each message back, and answers each request.
struct Echo;

impl WsListener for Echo {
    async fn message(&self, session: &Session, message: Message) -> Result<(), ListenerError> {
        session.send(message)?;
        Ok(())
    }

    async fn request(&self, _session: &Session, request: Message) -> Result<Message, RequestFailure> {
        Ok(format!("to {:?}: noon", request.as_text().unwrap_or_default()).into())
    }
}

/// How many numbers go both ways.
const COUNT: u32 = 300;

/// Where the first connection is cut: behind the longest opening handshake, before the last of the numbers.
const CUT_AFTER: u64 = 2_000;

async fn a_session_that_is_cut_loses_nothing(runtime: &str, direction: Direction) {
    let server = Server::builder().endpoint("/ws", Echo).dev().build().expect("the settings fit each other");
    let helper = server.helper();
    let router = server.router();
    let (project, address) = tokio::join!(Project::make(), serve(server, router));
    let proxy = FaultProxy::to(address).await;
    proxy.prepare_connections(move |connection| match connection.number() {
        1 => connection.cut_after(direction, CUT_AFTER),
        // In its opening handshake.
        2 => connection.cut_after(direction, 1),
        _ => {}
    });
    let script = project.start(runtime, "session.js", &[&proxy.url("/ws"), &COUNT.to_string()]);
    let (texts, others): (Vec<_>, Vec<_>) =
        script.rest().await.into_iter().partition(|told| told[0] == "text");

    let numbers: Vec<_> = (1..=COUNT).map(|number| json!(["text", number.to_string()])).collect();
    assert_eq!(texts, numbers);
    let reply = "to \"what is the time?\": noon";
    let expected = [
        json!(["open"]),
        json!(["reconnecting", 0]),
        json!(["reconnecting", 1]),
        json!(["session", "resumed"]),
        json!(["reply", reply]),
        json!(["close", true]),
    ];
    assert_eq!(others, expected);
    assert_eq!(proxy.connections().len(), 3, "one was cut, one never opened, and one took its place");
    assert_eq!(helper.online() + helper.suspended(), 0, "the session has ended");
}

#[tokio::test]
async fn a_session_that_is_cut_loses_nothing_in_node_22() {
    a_session_that_is_cut_loses_nothing("node-22", Direction::Up).await;
    a_session_that_is_cut_loses_nothing("node-22", Direction::Down).await;
}

#[tokio::test]
async fn a_session_that_is_cut_loses_nothing_in_bun() {
    a_session_that_is_cut_loses_nothing("bun", Direction::Up).await;
    a_session_that_is_cut_loses_nothing("bun", Direction::Down).await;
}

#[tokio::test]
async fn node_20_imports_the_package_and_is_told_what_it_lacks() {
    let project = Project::make().await;
    let script = project.start("node-20", "without_web_socket.js", &["ws://127.0.0.1:9"]);
    let refusal =
        json!(["NotSupportedError", "staywire: there is no WebSocket here; Node has one from version 22"]);
    assert_eq!(script.rest().await, [refusal.clone(), refusal]);
}
