//! One child process, run as one visible step.
//!
//! Owns: the line that says what runs and how long it took, and the log of its
//! output. Never: decides what a failure means for the verb.
//!
//! ```text
//! child ── stdout, stderr ─► target/xtask-logs/<title>.log ─► terminal (when it fails, or --verbose)
//! ```
//!
//! Output goes to a file and not through a pipe: a browser that outlives its
//! test would hold a pipe open, and the step would never end.

mod process_tree;

use std::fmt;
use std::fs::{self, File};
use std::io::{self, IsTerminal, Read, Write};
use std::path::PathBuf;
use std::process::{Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use crate::project::Project;

/// How often a running child is looked at; bounds how late its end is noticed.
const POLL_INTERVAL: Duration = Duration::from_millis(50);

/// Where there is no terminal to rewrite a line on, only steps that take longer are announced.
const ANNOUNCE_AFTER: Duration = Duration::from_secs(2);

/// No step takes this long, so one that does hangs: it is ended, and what follows gets its turn.
const TIME_LIMIT: Duration = Duration::from_secs(20 * 60);

/// A command and the title under which it is shown and logged.
pub(crate) struct Step {
    title: String,
    command: Command,
}

/// A step that is over, well or not.
pub(crate) struct Finished {
    pub(crate) succeeded: bool,
    /// Everything that the child wrote, stdout and stderr as they came.
    pub(crate) output: String,
}

/// A step failed on which the rest depends; what it said has been shown.
#[derive(Debug)]
pub(crate) struct StepError {
    title: String,
}

impl fmt::Display for StepError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` failed; what it said is above", self.title)
    }
}

impl std::error::Error for StepError {}

impl Step {
    pub(crate) fn new(title: impl Into<String>, command: Command) -> Self {
        Self { title: title.into(), command }
    }

    /// Runs the step, on whose success the caller depends.
    ///
    /// # Errors
    ///
    /// [`StepError`]: the child could not be started, or ended with a failure.
    pub(crate) fn require(self, project: &Project) -> Result<Finished, StepError> {
        let title = self.title.clone();
        let finished = self.run(project);
        if finished.succeeded { Ok(finished) } else { Err(StepError { title }) }
    }

    /// Runs the step to its end and shows what it said if it failed.
    pub(crate) fn run(self, project: &Project) -> Finished {
        let Self { title, command } = self;
        let started = Instant::now();
        let ended = follow(project, &title, command, started);
        let succeeded = ended.as_ref().is_ok_and(|(status, _)| status.success());
        report(&title, started.elapsed(), succeeded);
        let output = match ended {
            Ok((_, output)) => output,
            Err(error) => format!("could not be run: {error}"),
        };
        if !succeeded && !project.verbose {
            eprintln!("{output}");
        }
        Finished { succeeded, output }
    }
}

/// Shows how a piece of work ended and how long it took.
pub(crate) fn report(title: &str, elapsed: Duration, succeeded: bool) {
    clear_line();
    let mark = if succeeded { '✓' } else { '✗' };
    eprintln!("{mark} {title}  ({})", seconds(elapsed));
}

/// `0.4 s` below ten seconds, `132 s` above.
pub(crate) fn seconds(elapsed: Duration) -> String {
    let decimals = if elapsed < Duration::from_secs(10) { 1 } else { 0 };
    format!("{:.decimals$} s", elapsed.as_secs_f64())
}

fn follow(
    project: &Project,
    title: &str,
    mut command: Command,
    started: Instant,
) -> io::Result<(ExitStatus, String)> {
    let path = log_path(project, title);
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let log = File::create(&path)?;
    command.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log);
    let mut child = command.spawn()?;
    let mut reader = File::open(&path)?;
    let mut output = Vec::new();
    let mut line = ProgressLine::default();
    loop {
        // Asked before the log is read, so that nothing written at the very end is missed.
        let ended = child.try_wait()?;
        let shown = output.len();
        reader.read_to_end(&mut output)?;
        if project.verbose {
            io::stderr().write_all(&output[shown..])?;
        } else if ended.is_none() {
            line.update(title, started.elapsed());
        }
        if let Some(status) = ended {
            return Ok((status, String::from_utf8_lossy(&output).into_owned()));
        }
        if started.elapsed() > TIME_LIMIT {
            clear_line();
            eprintln!("{title} hangs: ended after {}", seconds(TIME_LIMIT));
            process_tree::kill(&mut child)?;
        }
        std::thread::sleep(POLL_INTERVAL);
    }
}

fn log_path(project: &Project, title: &str) -> PathBuf {
    let name: String = title.chars().map(|c| if c.is_alphanumeric() || c == '.' { c } else { '-' }).collect();
    project.path("target/xtask-logs").join(format!("{name}.log"))
}

/// The line that shows what is running now.
#[derive(Default)]
struct ProgressLine {
    /// What the line says already; `None` before its first appearance.
    shown: Option<u64>,
}

impl ProgressLine {
    /// A terminal's line counts the seconds; a log file gets one line for a long step.
    fn update(&mut self, title: &str, elapsed: Duration) {
        if io::stderr().is_terminal() {
            if self.shown != Some(elapsed.as_secs()) {
                self.shown = Some(elapsed.as_secs());
                clear_line();
                eprint!("… {title}  ({} s)", elapsed.as_secs());
            }
        } else if self.shown.is_none() && elapsed > ANNOUNCE_AFTER {
            self.shown = Some(elapsed.as_secs());
            eprintln!("… {title}");
        }
    }
}

fn clear_line() {
    if io::stderr().is_terminal() {
        eprint!("\r\x1b[2K");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str) -> (Project, Command) {
        let project = Project::locate(false).unwrap();
        let command = project.command("sh", ["-c", script]);
        (project, command)
    }

    #[test]
    fn a_step_gives_back_everything_its_child_wrote() {
        let (project, command) = shell("echo out; echo err >&2");
        let finished = Step::new("test of step output", command).require(&project).unwrap();
        assert_eq!(finished.output, "out\nerr\n");
    }

    #[test]
    fn a_failure_is_an_outcome_for_run_and_an_error_for_require() {
        let (project, command) = shell("exit 3");
        assert!(!Step::new("test of step run", command).run(&project).succeeded);
        let (project, command) = shell("exit 3");
        let error = Step::new("test of step require", command).require(&project).err();
        assert!(error.is_some_and(|error| error.to_string().contains("test of step require")));
    }

    #[test]
    fn a_program_that_is_not_there_is_a_failure_that_says_why() {
        let project = Project::locate(false).unwrap();
        let command = project.command("no-such-program", [""; 0]);
        let finished = Step::new("test of absent program", command).run(&project);
        assert!(!finished.succeeded);
        assert!(finished.output.starts_with("could not be run"), "{}", finished.output);
    }

    #[test]
    fn short_times_show_tenths_and_long_ones_do_not() {
        assert_eq!(seconds(Duration::from_millis(440)), "0.4 s");
        assert_eq!(seconds(Duration::from_millis(131_700)), "132 s");
    }
}
