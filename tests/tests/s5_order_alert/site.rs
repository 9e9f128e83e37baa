//! The shop in the test's own process, behind a proxy; and what pages do there.

pub(crate) use staywire_tests::SOON;

use s5_order_alert::OrderAlert;
use serde_json::json;
use staywire_server::Server;
use staywire_tests::{Browser, FaultProxy, serve, until, until_online};
use tempfile::TempDir;

/// A shop, and the wire to it.
pub(crate) struct Site {
    pub(crate) server: Server,
    pub(crate) proxy: FaultProxy,
    _journal: TempDir,
}

impl Site {
    pub(crate) async fn open() -> Self {
        Self::with_orders(0).await
    }

    /// A shop in which those were placed before.
    pub(crate) async fn with_orders(count: u64) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("orders.jsonl");
        let entry = |number| json!({ "key": null, "number": number, "placedAt": 0, "lines": [] });
        let lines = [json!({ "journal": "written" })].into_iter().chain((1..=count).map(entry));
        let text: String = lines.map(|line| format!("{line}\n")).collect();
        std::fs::write(&path, text).expect("a file in that folder");
        let order_alert = OrderAlert::open(&path).expect("the journal that was just written");
        let server = order_alert.server().expect("the endpoints differ");
        let app = order_alert.routes(server.helper()).merge(server.router());
        let proxy = FaultProxy::to(serve(server.clone(), app).await).await;
        Self { server, proxy, _journal: folder }
    }

    /// Where pages are served, through the proxy.
    pub(crate) fn origin(&self) -> String {
        format!("http://{}", self.proxy.address())
    }

    /// Has `page` open one of the document's pages, whose console is recorded.
    pub(crate) async fn open_as_written(&self, page: &Browser, name: &str) {
        let blank = format!("{}/s5/style.css", self.origin());
        page.goto_recorded(&blank, &format!("/s5/as-written/{name}"), "").await;
    }

    /// Waits until that many pages are there.
    pub(crate) async fn until_online(&self, count: usize) {
        until_online(&self.server, count).await;
    }

    /// Waits until the pages have sent that many messages.
    pub(crate) async fn until_heard(&self, count: u64) {
        until(|| self.server.counters().messages.received, count).await;
    }
}

/// Places an order as the document's shop does, from a page of any kind, and returns its number.
pub(crate) async fn order_by_jsonp(page: &Browser) -> u64 {
    page.run(
        "window.placed = null;
         window.took = ({ number }) => { window.placed = number; };
         const script = document.createElement('script');
         script.src = '/user/order?callback=took';
         document.head.append(script);",
    )
    .await;
    page.wait_for("placed", SOON).await.as_u64().expect("an order's number")
}
