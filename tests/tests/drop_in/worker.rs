//! The SDK in a real worker, which has a network and no page.

use serde_json::json;
use staywire_tests::BrowserKind::{self, Chromium, Firefox, WebKit};
use staywire_tests::{RawPeer, SOON, open_page};

/// A worker that keeps a connection, sends what it is told, and tells what its client tells.
const WORKER: &str = "
    const { origin } = location;
    const script = `
        import { StayWire } from '${origin}/staywire/index.js';
        onmessage = ({ data: { url } }) => {
            const socket = new StayWire(url);
            for (const type of ['open', 'message', 'reconnecting', 'error', 'close']) {
                socket.addEventListener(type, (event) => postMessage([type, event.data ?? null]));
            }
            onmessage = ({ data }) => data === null ? socket.close() : socket.send(data);
        };
    `;
    window.worker = new Worker(URL.createObjectURL(new Blob([script], { type: 'text/javascript' })), { type: 'module' });
    window.heard = [];
    worker.onmessage = ({ data }) => heard.push(data);
    worker.onerror = ({ message }) => heard.push(['uncaught', message]);
";

async fn a_worker_keeps_its_connection(kind: BrowserKind) {
    let peer = RawPeer::listen().await;
    let page = open_page(kind, include_str!("../../pages/sdk.html")).await;
    // By `eval`: the driver's scripts are not the page's in Firefox.
    page.run(&format!("window.eval({})", json!(WORKER))).await;
    page.run(&format!("worker.postMessage({{ url: '{}' }})", peer.url())).await;
    let mut first = peer.accept(SOON).await;
    page.run("worker.postMessage('hello')").await;
    assert_eq!(first.text(SOON).await, "hello");
    first.send("from the server").await;
    page.wait_for("heard.length === 2", SOON).await;

    first.cut();
    let second = peer.accept(SOON).await;
    page.wait_for("heard.length === 4", SOON).await;
    page.run("worker.postMessage(null)").await;
    second.closed(SOON).await;
    page.wait_for("heard.length === 5", SOON).await;
    let heard = page.run("return heard").await;
    let open = json!(["open", null]);
    let expected =
        json!([open, ["message", "from the server"], ["reconnecting", null], open, ["close", null]]);
    assert_eq!(heard, expected);
}

#[tokio::test]
async fn a_worker_keeps_its_connection_in_chromium() {
    a_worker_keeps_its_connection(Chromium).await;
}

#[tokio::test]
async fn a_worker_keeps_its_connection_in_firefox() {
    a_worker_keeps_its_connection(Firefox).await;
}

#[tokio::test]
#[ignore = "needs WebKitGTK: cargo xtask webkit"]
async fn a_worker_keeps_its_connection_in_webkit() {
    a_worker_keeps_its_connection(WebKit).await;
}
