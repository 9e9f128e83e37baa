//! The project's own files.
//!
//! Owns: which files count as sources, a fingerprint of their contents, and
//! errors that name the file. Never: knows what a file is for.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io;
use std::path::{Path, PathBuf};

/// Folders that hold what was built or installed, beside those whose name begins with a dot.
const NOT_SOURCES: [&str; 3] = ["target", "node_modules", "dist"];

/// The text of a file.
///
/// # Errors
///
/// Whatever the file system says, with the file's name.
pub(crate) fn read(path: &Path) -> io::Result<String> {
    fs::read_to_string(path).map_err(|error| named(path, &error))
}

/// Makes `text` the contents of a file.
///
/// # Errors
///
/// Whatever the file system says, with the file's name.
pub(crate) fn write(path: &Path, text: &str) -> io::Result<()> {
    fs::write(path, text).map_err(|error| named(path, &error))
}

/// All source files at or below `path`, in a fixed order.
///
/// # Errors
///
/// Whatever the file system says; a path that does not exist is one of them.
pub(crate) fn sources(path: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    collect(path, &mut found)?;
    found.sort();
    Ok(found)
}

fn collect(path: &Path, found: &mut Vec<PathBuf>) -> io::Result<()> {
    if !fs::metadata(path).map_err(|error| named(path, &error))?.is_dir() {
        found.push(path.to_owned());
        return Ok(());
    }
    for entry in fs::read_dir(path).map_err(|error| named(path, &error))? {
        let entry = entry?;
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if !name.starts_with('.') && !NOT_SOURCES.contains(&&*name) {
            collect(&entry.path(), found)?;
        }
    }
    Ok(())
}

/// A number that changes when any source at or below `paths` does.
///
/// Contents count and times do not: a fresh checkout of the same files has the same fingerprint.
///
/// # Errors
///
/// Whatever the file system says.
pub(crate) fn fingerprint(paths: &[PathBuf]) -> io::Result<String> {
    let mut hasher = DefaultHasher::new();
    for path in paths {
        for file in sources(path)? {
            file.hash(&mut hasher);
            fs::read(&file).map_err(|error| named(&file, &error))?.hash(&mut hasher);
        }
    }
    Ok(format!("{:016x}", hasher.finish()))
}

fn named(path: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{}: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn crate_folder() -> &'static Path {
        Path::new(env!("CARGO_MANIFEST_DIR"))
    }

    #[test]
    fn sources_are_found_in_subfolders() {
        let found = sources(crate_folder()).unwrap();
        assert!(found.contains(&crate_folder().join("Cargo.toml")));
        assert!(found.contains(&crate_folder().join("src/main.rs")));
    }

    #[test]
    fn a_fingerprint_depends_on_the_files_and_on_nothing_else() {
        let one = [crate_folder().join("src")];
        let other = [crate_folder().join("Cargo.toml")];
        assert_eq!(fingerprint(&one).unwrap(), fingerprint(&one).unwrap());
        assert_ne!(fingerprint(&one).unwrap(), fingerprint(&other).unwrap());
    }

    #[test]
    fn a_path_that_does_not_exist_is_named() {
        let absent = crate_folder().join("absent");
        for error in [read(&absent).unwrap_err(), sources(&absent).unwrap_err()] {
            assert!(error.to_string().contains("xtask/absent: "), "{error}");
        }
    }
}
