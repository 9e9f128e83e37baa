//! One headless browser with a fresh profile, driven through its driver.
//!
//! Owns: the browser's life, and the few verbs that the tests speak: open a
//! page, run a script, wait for a condition, read the console, accept alerts,
//! cut the network. Never: knows what a page under test means.
//!
//! Every wait has a deadline and panics naming what did not come.

use std::path::Path;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};
use tempfile::TempDir;
use thirtyfour::BrowserLogEntry;
use thirtyfour::cdp::domains::network::NetworkConditions;
use thirtyfour::prelude::*;
use tokio::time::{Instant, sleep};

use crate::browser_kind::BrowserKind;
use crate::driver_process::DriverProcess;

/// How often a condition outside of the page's own JavaScript is looked at again.
const POLL_INTERVAL: Duration = Duration::from_millis(50);

/// Calls back with `[true, value]` once the expression is truthy, with
/// `[false, last]` when the deadline passes first. An expression that throws,
/// as one about an object that is not there yet, counts as false.
const WAIT_SCRIPT: &str = r"
    const [expression, limit, done] = arguments;
    const condition = new Function(`return (${expression});`);
    const deadline = performance.now() + limit;
    (function look() {
        let value;
        try { value = condition(); } catch (error) { value = undefined; }
        if (value) done([true, value]);
        else if (performance.now() > deadline) done([false, String(value)]);
        else setTimeout(look, 20);
    })();
";

/// A headless browser. Dropping it ends the browser and its driver, also while
/// a test panics.
#[derive(Debug)]
pub struct Browser {
    // The fields are dropped in this order. The browser goes first and the driver's
    // session last, for which by then nobody is there: asked to close a page that hangs
    // or shows an alert, chromedriver may take minutes, and it would outlive the test.
    _process: Option<BrowserProcess>,
    _driver_process: DriverProcess,
    pub(crate) driver: WebDriver,
    _folder: Folder,
}

/// The browser's main process, where it is not its driver's to end; its children end soon after it.
#[derive(Debug)]
struct BrowserProcess(Pid);

/// The browser's profile and temporary files.
#[derive(Debug)]
struct Folder(TempDir);

impl Browser {
    /// Starts a Chromium that shows an empty page.
    ///
    /// # Panics
    ///
    /// When chromedriver or Chromium cannot be started.
    pub async fn start() -> Self {
        Self::start_as(BrowserKind::Chromium).await
    }

    /// The same for a browser of `kind`.
    ///
    /// # Panics
    ///
    /// When the browser or its driver cannot be started.
    pub async fn start_as(kind: BrowserKind) -> Self {
        let folder = Folder::new();
        let driver_process = DriverProcess::start(kind, folder.0.path());
        let driver = WebDriver::new(driver_process.url(), kind.capabilities(folder.0.path()))
            .await
            .unwrap_or_else(|error| panic!("{} should start its browser: {error}", kind.driver()));
        let process = kind.process_id().map(|capability| BrowserProcess::of(&driver, capability));
        // The guards below end everything; the library's own farewell would wait for a dead driver.
        driver.clone().leak().expect("the session has just begun");
        Self { _process: process, _driver_process: driver_process, driver, _folder: folder }
    }

    /// Opens `url` and returns when its `load` event has fired.
    pub async fn goto(&self, url: &str) {
        self.driver.goto(url).await.unwrap_or_else(|error| panic!("open {url}: {error}"));
    }

    /// Has `script` run in every page opened from now on, before the page's own scripts.
    pub async fn run_before_pages(&self, script: &str) {
        self.driver
            .cdp()
            .send_raw("Page.addScriptToEvaluateOnNewDocument", json!({ "source": script }))
            .await
            .unwrap_or_else(|error| panic!("prepare {script:?}: {error}"));
    }

    /// Runs the body of a function and returns what it returns, awaiting promises.
    pub async fn run(&self, script: &str) -> Value {
        let returned = self
            .driver
            .execute(script, Vec::new())
            .await
            .unwrap_or_else(|error| panic!("run {script:?}: {error}"));
        returned.json().clone()
    }

    /// Waits until the JavaScript `expression` is truthy and returns its value.
    ///
    /// # Panics
    ///
    /// When it is not within `limit`.
    pub async fn wait_for(&self, expression: &str, limit: Duration) -> Value {
        self.driver
            .set_script_timeout(limit + Duration::from_secs(5))
            .await
            .expect("chromedriver should take a script timeout");
        let limit_ms = u64::try_from(limit.as_millis()).expect("a deadline fits in 64 bits");
        let outcome = self
            .driver
            .execute_async(WAIT_SCRIPT, vec![json!(expression), json!(limit_ms)])
            .await
            .unwrap_or_else(|error| panic!("wait for {expression:?}: {error}"));
        match outcome.json().as_array().map(Vec::as_slice) {
            Some([Value::Bool(true), value]) => value.clone(),
            last => panic!("{expression:?} was not true within {limit:?}: {last:?}"),
        }
    }

    /// Collects what the page's scripts log until one line reads `last`, that one included.
    ///
    /// # Panics
    ///
    /// When it is not logged within `limit`.
    pub async fn console_until(&self, last: &str, limit: Duration) -> Vec<String> {
        let deadline = Instant::now() + limit;
        let mut lines: Vec<String> = Vec::new();
        while !lines.iter().any(|line| line == last) {
            assert!(Instant::now() < deadline, "no {last:?} in the console within {limit:?}: {lines:?}");
            sleep(POLL_INTERVAL).await;
            lines.extend(self.drain_console().await.iter().filter_map(logged_text));
        }
        lines
    }

    /// The errors in the console that nobody has read yet: exceptions, failed loads, `console.error`.
    pub async fn console_errors(&self) -> Vec<String> {
        let entries = self.drain_console().await;
        entries.into_iter().filter(|entry| entry.level == "SEVERE").map(|entry| entry.message).collect()
    }

    async fn drain_console(&self) -> Vec<BrowserLogEntry> {
        self.driver.browser_log().await.expect("chromedriver should hand over the console")
    }

    /// Waits for an alert, accepts it and returns its text.
    ///
    /// # Panics
    ///
    /// When none is shown within `limit`.
    pub async fn accept_alert(&self, limit: Duration) -> String {
        let deadline = Instant::now() + limit;
        loop {
            match self.driver.get_alert_text().await {
                Ok(text) => {
                    self.driver.accept_alert().await.expect("the alert that was just read is still there");
                    return text;
                }
                Err(error) => assert!(Instant::now() < deadline, "no alert within {limit:?}: {error}"),
            }
            sleep(POLL_INTERVAL).await;
        }
    }

    /// Clicks the first element that the CSS `selector` finds.
    pub async fn click(&self, selector: &str) {
        let element = self.driver.find(By::Css(selector)).await;
        let element = element.unwrap_or_else(|error| panic!("find {selector:?}: {error}"));
        element.click().await.unwrap_or_else(|error| panic!("click {selector:?}: {error}"));
    }

    /// Types `text` into the first field that the CSS `selector` finds, in place of what it holds.
    pub async fn fill(&self, selector: &str, text: &str) {
        let field = self.driver.find(By::Css(selector)).await;
        let field = field.unwrap_or_else(|error| panic!("find {selector:?}: {error}"));
        field.clear().await.unwrap_or_else(|error| panic!("clear {selector:?}: {error}"));
        field.send_keys(text).await.unwrap_or_else(|error| panic!("type into {selector:?}: {error}"));
    }

    /// Gives the window a size and writes what it shows to the PNG file `path`.
    pub(crate) async fn screenshot(&self, path: &Path, width: u32, height: u32) {
        self.driver.set_window_rect(0, 0, width, height).await.expect("the driver should take a size");
        self.driver
            .screenshot(path)
            .await
            .unwrap_or_else(|error| panic!("write {}: {error}", path.display()));
    }

    /// Switches the page's network off or on, as the browser's own developer
    /// tools do: `navigator.onLine` and the `offline` and `online` events follow.
    pub async fn set_offline(&self, offline: bool) {
        let conditions = NetworkConditions { offline, ..NetworkConditions::default() };
        self.driver
            .cdp()
            .network()
            .emulate_network_conditions(conditions)
            .await
            .unwrap_or_else(|error| panic!("set offline to {offline}: {error}"));
    }
}

impl BrowserProcess {
    fn of(driver: &WebDriver, capability: &str) -> Self {
        let id = driver.capabilities().get(capability).and_then(Value::as_i64);
        let id = id.and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw);
        Self(id.expect("the driver should tell the browser's process id"))
    }
}

impl Drop for BrowserProcess {
    fn drop(&mut self) {
        // It fails if the browser has ended by itself, which is as good.
        let _ = kill_process(self.0, Signal::KILL);
    }
}

impl Folder {
    fn new() -> Self {
        Self(TempDir::new().expect("a temporary folder for the browser"))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // The browser's children may still write when its main process is gone.
        let deadline = std::time::Instant::now() + Duration::from_secs(2);
        while std::fs::remove_dir_all(self.0.path()).is_err() && std::time::Instant::now() < deadline {
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

/// The text of a `console.log("…")`, which chromedriver writes as `<url> <line>:<column> <JSON>`; what is no
/// text, such as an event, it describes.
fn logged_text(entry: &BrowserLogEntry) -> Option<String> {
    if entry.source.as_deref() != Some("console-api") {
        return None;
    }
    let logged = entry.message.splitn(3, ' ').nth(2)?;
    Some(serde_json::from_str(logged).unwrap_or_else(|_| logged.to_owned()))
}
