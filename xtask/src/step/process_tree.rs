//! Ends a process together with all that it started.
//!
//! Owns: finding descendants, from Linux's `/proc`; elsewhere only the process
//! itself is ended. A process group would be simpler, and would cut the
//! children off from the terminal's Ctrl-C.

use std::fs;
use std::io;
use std::process::{Child, Command};

/// Kills `root` and its descendants at once; they get no chance to say anything.
///
/// # Errors
///
/// `root` could not be killed. Descendants that have ended meanwhile are none.
pub(super) fn kill(root: &mut Child) -> io::Result<()> {
    let mut doomed = Vec::new();
    collect_descendants(&root.id().to_string(), &mut doomed);
    // The parents first, so that none of them starts another.
    root.kill()?;
    if !doomed.is_empty() {
        Command::new("sh").arg("-c").arg(format!("kill -KILL {} 2>&-", doomed.join(" "))).status()?;
    }
    Ok(())
}

fn collect_descendants(process: &str, found: &mut Vec<String>) {
    // Linux lists children by the thread that started them.
    for thread in fs::read_dir(format!("/proc/{process}/task")).into_iter().flatten().flatten() {
        let children = fs::read_to_string(thread.path().join("children")).unwrap_or_default();
        for child in children.split_whitespace() {
            found.push(child.to_owned());
            collect_descendants(child, found);
        }
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::io::{BufRead, BufReader};
    use std::path::Path;
    use std::process::Stdio;

    use super::*;

    #[test]
    fn a_grandchild_is_ended_with_its_ancestors() {
        let script = "sh -c 'sleep 600 & echo $!; wait'; true";
        let mut root = Command::new("sh").args(["-c", script]).stdout(Stdio::piped()).spawn().unwrap();
        let mut output = BufReader::new(root.stdout.take().unwrap());
        let mut grandchild = String::new();
        output.read_line(&mut grandchild).unwrap();
        let process = Path::new("/proc").join(grandchild.trim_end());
        assert!(process.exists());
        kill(&mut root).unwrap();
        root.wait().unwrap();
        // Its end of the pipe is closed when it is gone.
        assert_eq!(output.read_line(&mut String::new()).unwrap(), 0);
    }
}
