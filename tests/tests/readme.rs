//! The documents: their samples run, their promises have tests, what they point at is there.
//!
//! The README's server is the code between this file's two `sample` lines; its
//! pages' code is taken from the README itself and run in Chromium against it.

// sample: begin
use std::error::Error;

use staywire_server::{BuildError, Endpoint, ListenerError, Message, Server, Session, WsListener};
use tokio::net::TcpListener;

struct Orders;

impl WsListener for Orders {
    async fn message(&self, session: &Session, order: Message) -> Result<(), ListenerError> {
        let delivery = session.helper().broadcast(order);
        println!("queued for {}, refused by {}", delivery.queued, delivery.refused.len());
        Ok(())
    }
}

fn server() -> Result<Server, BuildError> {
    let orders = Endpoint::new(Orders).heartbeat_text("PING").heartbeat_reply("PONG");
    Server::builder().endpoint("/orders", orders).max_sessions(1_000).build()
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let listener = TcpListener::bind("127.0.0.1:8080").await?;
    server()?.serve(listener, std::future::pending()).await?;
    Ok(())
}
// sample: end

use std::fs;
use std::path::{Path, PathBuf};

use axum::Router;
use axum::http::header::CONTENT_TYPE;
use axum::response::Html;
use axum::routing::get;
use serde_json::json;
use staywire_server::CloseCode;
use staywire_tests::{Browser, SOON, serve};

const README: &str = "README.md";
const DOCUMENTS: [&str; 7] = [
    README,
    "ARCHITECTURE.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    "PROTOCOL.md",
    "docs/from-java.md",
    "docs/migrate.md",
];

/// What a page has around the README's code, which it gets as `/sample.js`.
const PAGE: &str = r#"<!doctype html>
<link rel="icon" href="data:,">
<script type="importmap">{ "imports": { "staywire": "/staywire/index.js" } }</script>
<script type="module">import sample from "/sample.js"; window.sample = sample;</script>
"#;

#[test]
fn the_server_in_the_readme_is_the_one_that_is_compiled_here() {
    let source = include_str!("readme.rs");
    let sample = between(source, "// sample: begin\n", "// sample: end\n").expect("the sample is marked");
    assert_eq!(code_block("rust"), sample);
}

#[tokio::test]
async fn the_page_in_the_readme_reconnects_and_gets_what_the_server_sends() {
    let (browser, server) = open_page_with(code_block("js")).await;
    assert_eq!(browser.console_until("order 888", SOON).await, ["open", "order 888"]);

    server.helper().close_all_with(CloseCode::SERVICE_RESTART, "");
    let lines = browser.console_until("open", SOON).await;
    assert!(lines[0].starts_with("lost (closed), next attempt in "), "{lines:?}");
    let _ = server.helper().broadcast(r#"{"id":889}"#);
    assert_eq!(browser.console_until("order 889", SOON).await, ["order 889"]);

    server.helper().close_all();
    assert_eq!(browser.console_until("over: 1000", SOON).await, ["over: 1000"]);
}

/// Plays Vue's part: the component is made, lives, and is unmounted.
#[tokio::test]
async fn the_component_in_the_readme_lists_orders_and_takes_its_connection_with_it() {
    let component = code_block("vue");
    let script = between(&component, "<script>\n", "</script>").expect("the component has a script");
    let (browser, server) = open_page_with(script.to_owned()).await;
    browser.wait_for("sample", SOON).await;
    browser.run("window.component = { ...sample, ...sample.data() }; component.created();").await;
    browser.wait_for("component.status === 'open'", SOON).await;
    let _ = server.helper().broadcast(r#"{"id":888}"#);
    browser.wait_for("component.orders.length === 1", SOON).await;
    assert_eq!(browser.run("return component.orders").await, json!([{ "id": 888 }]));

    server.helper().close_all_with(CloseCode::SERVICE_RESTART, "");
    browser.wait_for("component.status === 'reconnecting'", SOON).await;
    browser.wait_for("component.status === 'open'", SOON).await;
    browser.run("component.beforeUnmount()").await;
    browser.wait_for("component.socket.status === 'closed'", SOON).await;
}

#[test]
fn every_promise_names_tests_that_exist() {
    let readme = read(README);
    let promises: Vec<&str> = readme.lines().filter(|line| line.starts_with("| **")).collect();
    assert!(promises.len() > 10, "{} promises", promises.len());
    for promise in promises {
        let tests: Vec<_> = in_backticks(promise).filter_map(|text| text.split_once("::")).collect();
        assert!(!tests.is_empty(), "no test proves {promise}");
        for (file, test) in tests {
            let definition =
                if file.ends_with(".js") { format!("test({test:?}") } else { format!("fn {test}(") };
            assert!(read(file).contains(&definition), "{file} has no test {test}");
        }
    }
}

#[test]
fn every_link_between_the_documents_leads_somewhere() {
    for document in documents() {
        let text = read(&document);
        let folder = Path::new(&document).parent().expect("a document is a file");
        let targets = text.split("](").skip(1).filter_map(|rest| rest.split([')', '#']).next());
        for target in targets.filter(|target| !target.is_empty() && !target.contains("://")) {
            assert!(root().join(folder).join(target).exists(), "{document} links to {target}");
        }
    }
}

#[test]
fn every_file_that_a_document_names_exists() {
    const KINDS: [&str; 7] = ["rs", "ts", "js", "mjs", "md", "toml", "json"];
    for document in documents() {
        for name in in_backticks(&read(&document)) {
            let kind = Path::new(name).extension().and_then(|kind| kind.to_str());
            // The folders that builds make are not there before the first one.
            let is_built = name.starts_with("npm/dist") || name.starts_with("npm/.build");
            if name.contains('/') && !is_built && kind.is_some_and(|kind| KINDS.contains(&kind)) {
                assert!(root().join(name).exists(), "{document} names {name}");
            }
        }
    }
}

#[test]
fn every_verb_that_a_document_names_exists() {
    let verbs = read("xtask/src/args.rs");
    for document in documents() {
        for call in read(&document).split("cargo xtask ").skip(1) {
            let is_of_verb = |character: &char| character.is_ascii_alphanumeric() || *character == '-';
            let verb: String = call.chars().take_while(is_of_verb).collect();
            assert!(verb.is_empty() || verbs.contains(&format!("{verb:?} => Verb")), "{document}: {verb}");
        }
    }
}

/// Opens a page with `script`, from a server that is the README's with that page beside its endpoint.
async fn open_page_with(script: String) -> (Browser, Server) {
    let server = server().expect("the README's server is sound");
    // A component has a default export and a plain script has none; the page takes either.
    let script = if script.contains("export default") { script } else { script + "export default null;" };
    let script = get(async move || ([(CONTENT_TYPE, "text/javascript; charset=utf-8")], script));
    let pages = Router::new()
        .route("/", get(async || Html(PAGE)))
        .route("/sample.js", script)
        .merge(demo_pages::sdk(&demo_pages::default_npm_dist()));
    let (browser, address) =
        tokio::join!(Browser::start(), serve(server.clone(), pages.merge(server.router())));
    browser.goto(&format!("http://{address}/")).await;
    (browser, server)
}

/// The README's one code block in `language`.
fn code_block(language: &str) -> String {
    let readme = read(README);
    let fence = format!("```{language}\n");
    let block = between(&readme, &fence, "```\n").unwrap_or_else(|| panic!("no block in {language}"));
    assert_eq!(readme.matches(&fence).count(), 1, "blocks in {language}");
    block.to_owned()
}

fn documents() -> Vec<String> {
    let decisions = fs::read_dir(root().join("docs/adr")).expect("decisions are recorded");
    let decisions = decisions.map(|entry| {
        let name = entry.expect("the folder can be read").file_name();
        format!("docs/adr/{}", name.display())
    });
    DOCUMENTS.into_iter().map(str::to_owned).chain(decisions).collect()
}

fn in_backticks(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

fn between<'a>(text: &'a str, begin: &str, end: &str) -> Option<&'a str> {
    Some(text.split_once(begin)?.1.split_once(end)?.0)
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}
