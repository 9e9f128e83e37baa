//! The documentation's pictures, taken by the tests of what they show.
//!
//! Owns: where they go. A run that nobody asked for pictures takes them, too,
//! and changes none.

use std::path::{Path, PathBuf};

use crate::browser::Browser;

/// What `cargo xtask e2e --pictures` sets.
const ASKED_FOR: &str = "STAYWIRE_PICTURES";

/// Takes the picture `docs/<name>.png` of what `browser` shows in a window of that size.
///
/// # Panics
///
/// When it cannot be written, or is empty.
pub async fn picture(browser: &Browser, name: &str, width: u32, height: u32) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs");
    let is_asked_for = std::env::var_os(ASKED_FOR).is_some();
    let file: PathBuf =
        if is_asked_for { docs } else { folder.path().to_owned() }.join(format!("{name}.png"));
    browser.screenshot(&file, width, height).await;
    let bytes = std::fs::metadata(&file).expect("the picture was written").len();
    // A blank page of this size is smaller.
    assert!(bytes > 10_000, "{} has only {bytes} bytes", file.display());
}
