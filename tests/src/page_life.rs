//! What happens to a page from outside of it: it is hidden, frozen, left, and its network changes.
//!
//! Owns: having the browser do it. Never: fires an event of the page itself; those are the browser's.

use serde_json::{Value, json};

use crate::browser::Browser;

impl Browser {
    /// Hides the page, as a window that is minimised does; or shows it.
    pub async fn set_hidden(&self, is_hidden: bool) {
        let state = if is_hidden { "minimized" } else { "normal" };
        let window = self.command("Browser.getWindowForTarget", json!({})).await["windowId"].clone();
        self.command(
            "Browser.setWindowBounds",
            json!({ "windowId": window, "bounds": { "windowState": state } }),
        )
        .await;
    }

    /// Freezes the page, as the browser does with tabs that it wants to have no work with; or wakes it up.
    pub async fn set_frozen(&self, is_frozen: bool) {
        let state = if is_frozen { "frozen" } else { "active" };
        self.command("Page.setWebLifecycleState", json!({ "state": state })).await;
    }

    /// Tells the page that it is in another network, whose round trips take `latency` ms.
    pub async fn set_network(&self, kind: &str, latency: u32) {
        let conditions = json!({
            "offline": false, "latency": latency, "downloadThroughput": -1, "uploadThroughput": -1, "connectionType": kind,
        });
        self.command("Network.emulateNetworkConditions", conditions).await;
    }

    /// Goes back in the page's history.
    pub async fn back(&self) {
        self.driver.back().await.unwrap_or_else(|error| panic!("go back: {error}"));
    }

    async fn command(&self, name: &str, parameters: Value) -> Value {
        let done = self.driver.cdp().send_raw(name, parameters.clone()).await;
        done.unwrap_or_else(|error| panic!("{name} {parameters}: {error}"))
    }
}
