//! What differs between the browsers that the tests drive.
//!
//! Owns: their drivers' names and words, and what they are started with. Never:
//! starts anything.

use std::path::{Path, PathBuf};

use thirtyfour::prelude::*;
use thirtyfour::{Capabilities, LoggingPrefsLogLevel};

/// Nothing but the page itself may use the network or the processor, and nothing is
/// written to a profile that is about to be removed.
const CHROMIUM_FLAGS: [&str; 9] = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--incognito",
];

/// A browser that the tests drive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BrowserKind {
    /// With everything that [`Browser`](crate::Browser) offers.
    Chromium,
    /// Without the console, and without what Chromium's own developer tools do.
    Firefox,
    /// `WebKitGTK`, whose engine is Safari's. As Firefox; it needs a display, and nothing but
    /// `cargo xtask webkit` sees to it that it is there.
    WebKit,
}

impl BrowserKind {
    /// The program that drives it.
    pub(crate) const fn driver(self) -> &'static str {
        match self {
            Self::Chromium => "chromedriver",
            Self::Firefox => "geckodriver",
            Self::WebKit => "WebKitWebDriver",
        }
    }

    /// What its driver prints before the number of its port; nothing where it does not print it.
    pub(crate) const fn port_mark(self) -> Option<&'static str> {
        match self {
            Self::Chromium => Some("started successfully on port "),
            Self::Firefox => Some("Listening on 127.0.0.1:"),
            Self::WebKit => None,
        }
    }

    /// The capability in which its driver tells the browser's process id; nothing where it does not tell it.
    pub(crate) const fn process_id(self) -> Option<&'static str> {
        match self {
            Self::Chromium => Some("goog:processID"),
            Self::Firefox => Some("moz:processID"),
            Self::WebKit => None,
        }
    }

    /// The environment variables by which it leaves its files in `folder`.
    pub(crate) fn folders(self, folder: &Path) -> Vec<(&'static str, PathBuf)> {
        let names: &[_] = match self {
            Self::Chromium | Self::Firefox => &["TMPDIR"],
            // It has no profile folder of its own, and root has no runtime folder.
            Self::WebKit => {
                &["TMPDIR", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_RUNTIME_DIR"]
            }
        };
        names.iter().map(|name| (*name, folder.to_owned())).collect()
    }

    /// What it is started with; a fresh profile goes into `folder`.
    pub(crate) fn capabilities(self, folder: &Path) -> Capabilities {
        // Alerts are for the tests to accept, one by one, and not to be swallowed.
        const PROMPTS: (&str, &str) = ("unhandledPromptBehavior", "ignore");
        match self {
            Self::Chromium => {
                let mut capabilities = DesiredCapabilities::chrome();
                let profile = format!("--user-data-dir={}", folder.join("profile").display());
                for flag in CHROMIUM_FLAGS.into_iter().chain([profile.as_str()]) {
                    capabilities.add_arg(flag).expect("a flag is a string");
                }
                capabilities.set_browser_log_level(LoggingPrefsLogLevel::All).expect("a level is a string");
                capabilities.set(PROMPTS.0, PROMPTS.1).expect("a behaviour is a string");
                capabilities.into()
            }
            Self::Firefox => {
                let mut capabilities = DesiredCapabilities::firefox();
                capabilities.set_headless().expect("a flag is a string");
                capabilities.set(PROMPTS.0, PROMPTS.1).expect("a behaviour is a string");
                capabilities.into()
            }
            Self::WebKit => {
                let mut capabilities = Capabilities::new();
                capabilities.set(PROMPTS.0, PROMPTS.1).expect("a behaviour is a string");
                capabilities
            }
        }
    }
}
