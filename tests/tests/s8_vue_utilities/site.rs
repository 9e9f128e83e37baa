//! The plant in the test's own process, behind a proxy, and the sensors in it.

pub(crate) use staywire_tests::SOON;

use serde_json::{Value, json};
use staywire_server::Server;
use staywire_tests::{Browser, FaultProxy, serve, until_online};

/// What no browser of today lacks.
pub(crate) const WITHOUT_WEBSOCKET: &str = "delete window.WebSocket";

/// Notes in `sent` each text that a socket is given, and lets the 30 s of a script's interval be 0.3.
pub(crate) const HASTY: &str = "
    window.sent = [];
    const { send } = WebSocket.prototype;
    WebSocket.prototype.send = function (data) { sent.push(data); send.call(this, data); };
    const { setInterval } = window;
    window.setInterval = (callback, delay) => setInterval(callback, delay / 100);";

/// The texts of the alarms that a page of either kind lists, in its order.
pub(crate) const LISTED: &str = "[...document.querySelectorAll('#page li, ol li')].map((item) => (item.querySelector('.text') ?? item).textContent)";

/// A plant, and the wire to it.
pub(crate) struct Site {
    pub(crate) server: Server,
    pub(crate) proxy: FaultProxy,
}

impl Site {
    pub(crate) async fn open() -> Self {
        let server = s8_vue_utilities::server().expect("the path is one");
        let app = s8_vue_utilities::routes(server.helper()).merge(server.router());
        let proxy = FaultProxy::to(serve(server.clone(), app).await).await;
        Self { server, proxy }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.proxy.address())
    }

    /// Has `page` open one of the components' pages, after `prepare` has run in it.
    pub(crate) async fn open_component(&self, page: &Browser, name: &str, prepare: &str) {
        page.goto_recorded(
            &self.url("/s8/room.css"),
            &format!("/s8/as-written/component?name={name}"),
            prepare,
        )
        .await;
    }

    /// Waits until the pages have that many sockets together.
    pub(crate) async fn until_online(&self, count: usize) {
        until_online(&self.server, count).await;
    }
}

/// Has a sensor raise a warning of that time, and returns once `page` lists as many alarms as `listed`.
pub(crate) async fn raise(page: &Browser, area: u32, text: &str, create_time: &str, listed: usize) {
    raise_as(page, "warning", area, text, create_time, listed).await;
}

/// The same for an alarm of any level.
pub(crate) async fn raise_as(
    page: &Browser,
    level: &str,
    area: u32,
    text: &str,
    create_time: &str,
    listed: usize,
) {
    let alarm = json!({ "level": level, "text": text, "createTime": create_time }).to_string();
    page.run(&format!(
        "return fetch('/s8/alarms/{area}', {{
           method: 'POST', headers: {{ 'Content-Type': 'application/json' }}, body: {}
         }}).then(({{ status }}) => status)",
        Value::from(alarm)
    ))
    .await;
    page.wait_for(&format!("{LISTED}.length === {listed}"), SOON).await;
}
