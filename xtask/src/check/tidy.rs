//! What every source file has in common.
//!
//! Owns: the longest a file may be, and the header that each Rust file begins
//! with. Both are the project's style, and no linter knows them.

use std::error::Error;
use std::path::{Path, PathBuf};

use crate::files;
use crate::project::Project;

const LONGEST_FILE: usize = 400;

const SOURCE_EXTENSIONS: [&str; 4] = ["rs", "ts", "js", "mjs"];

/// Every source file of more than [`LONGEST_FILE`] lines.
///
/// # Errors
///
/// A file could not be read.
pub(super) fn long_files(project: &Project) -> Result<Vec<String>, Box<dyn Error>> {
    inspect(project, &SOURCE_EXTENSIONS, too_long)
}

/// Every Rust file that does not begin with a module header.
///
/// # Errors
///
/// A file could not be read.
pub(super) fn missing_headers(project: &Project) -> Result<Vec<String>, Box<dyn Error>> {
    inspect(project, &["rs"], no_header)
}

fn inspect(
    project: &Project,
    extensions: &[&str],
    find: fn(&str) -> Option<String>,
) -> Result<Vec<String>, Box<dyn Error>> {
    let root = project.path("");
    let mut findings = Vec::new();
    for file in with_extension(files::sources(&root)?, extensions) {
        if let Some(finding) = find(&files::read(&file)?) {
            findings.push(format!("{}: {finding}", shown(&file, &root)));
        }
    }
    Ok(findings)
}

fn with_extension(files: Vec<PathBuf>, extensions: &[&str]) -> impl Iterator<Item = PathBuf> {
    files
        .into_iter()
        .filter(|file| file.extension().is_some_and(|found| extensions.iter().any(|e| found == *e)))
}

fn shown(file: &Path, root: &Path) -> String {
    file.strip_prefix(root).unwrap_or(file).display().to_string()
}

fn too_long(text: &str) -> Option<String> {
    let lines = text.lines().count();
    (lines > LONGEST_FILE).then(|| format!("{lines} lines, and {LONGEST_FILE} are the most"))
}

fn no_header(text: &str) -> Option<String> {
    (!text.starts_with("//!")).then(|| "begins without a module header (`//!`)".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_may_have_400_lines_and_no_more() {
        assert_eq!(too_long(&"line\n".repeat(400)), None);
        assert_eq!(too_long(&"line\n".repeat(401)), Some("401 lines, and 400 are the most".into()));
    }

    #[test]
    fn a_header_is_the_first_thing_in_a_file() {
        assert_eq!(no_header("//! Owns.\nfn main() {}\n"), None);
        assert!(no_header("use std::fs;\n//! Owns.\n").is_some());
        assert!(no_header("").is_some());
    }
}
