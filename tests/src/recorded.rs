//! What a page logs, in browsers of either kind.
//!
//! Owns: a recorder that is there before the page's own scripts. Never: edits
//! them; the page's text is written into the document as the server gave it.

use std::time::Duration;

use serde_json::{Value, json};

use crate::browser::Browser;

/// Keeps in `logged` each line of the console, and each uncaught exception by its name.
///
/// The document is written a moment later: a page may begin with an alert, during which no script returns.
const OPEN_RECORDED: &str = r"
    return (async () => {
        const text = await (await fetch(URL_OF_PAGE)).text();
        history.replaceState(null, '', URL_OF_PAGE);
        window.logged = [];
        // By its name: in Firefox this script has an `Object` of its own.
        const isPlain = (value) => Object.prototype.toString.call(value) === '[object Object]';
        const written = (value) => isPlain(value) ? JSON.stringify(value) : String(value);
        console.log = (...values) => logged.push(values.map(written).join(' '));
        setTimeout(() => {
            document.open();
            addEventListener('error', ({ error }) => logged.push(`uncaught ${error?.name}`));
            document.write(text);
            document.close();
        });
    })();
";

impl Browser {
    /// Opens the page at `path` with a recorder, and what `prepare` does, in front of the page's own scripts.
    ///
    /// `blank` is the URL of anything without scripts at the same origin; its document becomes the page's.
    pub async fn goto_recorded(&self, blank: &str, path: &str, prepare: &str) {
        self.goto(blank).await;
        self.run(prepare).await;
        self.run(&OPEN_RECORDED.replace("URL_OF_PAGE", &json!(path).to_string())).await;
    }

    /// What a page that was opened with [`goto_recorded`](Self::goto_recorded) logged so far, once `last` is among it.
    ///
    /// # Panics
    ///
    /// When it is not within `limit`.
    pub async fn logged_until(&self, last: &str, limit: Duration) -> Vec<String> {
        let last = json!(last);
        let logged = self.wait_for(&format!("logged.includes({last}) && logged"), limit).await;
        let lines = logged.as_array().into_iter().flatten();
        lines.filter_map(Value::as_str).map(str::to_owned).collect()
    }
}
