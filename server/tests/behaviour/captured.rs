//! What this thread logs, for tests to read.

use std::io::Write;
use std::sync::{Arc, Mutex};

#[derive(Clone, Default)]
pub(crate) struct Captured(Arc<Mutex<Vec<u8>>>);

impl Write for Captured {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Captured {
    /// Captures what this thread logs for as long as the guard lives.
    pub(crate) fn capture(&self) -> tracing::subscriber::DefaultGuard {
        let writer = self.clone();
        let subscriber = tracing_subscriber::fmt()
            .with_max_level(tracing::Level::TRACE)
            .with_ansi(false)
            .with_writer(move || writer.clone())
            .finish();
        tracing::subscriber::set_default(subscriber)
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }

    /// The server's lines. Other crates' lines are not its doing.
    pub(crate) fn lines(&self) -> Vec<String> {
        self.text().lines().filter(|line| line.contains(" staywire_server::")).map(str::to_owned).collect()
    }

    /// The server's lines that an operator would look at, without their times.
    pub(crate) fn warnings(&self) -> Vec<String> {
        let lines = self.lines();
        lines.iter().filter_map(|line| line.find("WARN ").map(|at| line[at..].to_owned())).collect()
    }
}
