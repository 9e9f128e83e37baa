//! What a process that starts finds of the one that stopped.

use std::time::Duration;

use tempfile::TempDir;

use super::*;

fn open(dir: &TempDir) -> StateDir {
    StateDir::open(dir.path().join("state")).unwrap()
}

fn at(seconds: u64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_763_724_000 + seconds)
}

/// A directory with the snapshot of a process that stopped at `at(0)`.
fn stopped() -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    open(&dir).write(at(0), sample::small()).unwrap();
    dir
}

fn files(dir: &TempDir) -> Vec<String> {
    let entries = fs::read_dir(dir.path().join("state")).unwrap();
    let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn the_next_process_has_what_the_last_one_left() {
    let dir = stopped();
    assert_eq!(open(&dir).take(at(0)).unwrap(), sample::small());
}

#[test]
fn what_was_taken_is_not_there_again() {
    let dir = stopped();
    open(&dir).take(at(0)).unwrap();
    assert_eq!(files(&dir), ["lock"]);
    assert_eq!(open(&dir).take(at(0)).unwrap(), State::default());
}

#[test]
fn a_process_that_dies_while_it_takes_leaves_nothing_to_take() {
    let dir = stopped();
    let state = dir.path().join("state");
    fs::rename(state.join(SESSIONS), state.join(TAKEN)).unwrap();
    let next = open(&dir);
    assert_eq!(next.take(at(0)).unwrap(), State::default());
    assert_eq!(files(&dir), ["lock"]);
}

#[test]
fn a_process_that_dies_while_it_writes_leaves_nothing_to_take() {
    let dir = stopped();
    let state = dir.path().join("state");
    fs::rename(state.join(SESSIONS), state.join(WRITING)).unwrap();
    let next = open(&dir);
    assert_eq!(next.take(at(0)).unwrap(), State::default());
    next.write(at(0), sample::small()).unwrap();
    assert_eq!(next.take(at(0)).unwrap(), sample::small());
}

#[test]
fn the_time_that_a_server_was_down_counts() {
    let dir = stopped();
    let state = open(&dir).take(at(50)).unwrap();
    assert_eq!(state.sessions[0].window_left, Duration::from_secs(70));
}

#[test]
fn a_session_whose_window_went_by_comes_back_with_no_time_left() {
    let dir = stopped();
    let state = open(&dir).take(at(500)).unwrap();
    assert_eq!(state.sessions[0].window_left, Duration::ZERO);
}

#[test]
fn a_clock_that_was_set_back_makes_no_window_longer() {
    let dir = tempfile::tempdir().unwrap();
    open(&dir).write(at(500), sample::small()).unwrap();
    assert_eq!(open(&dir).take(at(0)).unwrap(), sample::small());
}

#[test]
fn a_damaged_snapshot_is_kept_aside_and_the_server_starts_empty() {
    let dir = stopped();
    let path = dir.path().join("state").join(SESSIONS);
    let bytes = fs::read(&path).unwrap();
    fs::write(&path, &bytes[..bytes.len() - 1]).unwrap();
    assert_eq!(open(&dir).take(at(0)).unwrap(), State::default());
    assert_eq!(files(&dir), ["lock", "sessions.rejected"]);
    assert_eq!(open(&dir).take(at(0)).unwrap(), State::default());
}

#[test]
fn a_snapshot_that_cannot_be_read_is_kept_aside_too() {
    let dir = stopped();
    let path = dir.path().join("state").join(SESSIONS);
    fs::remove_file(&path).unwrap();
    fs::create_dir(&path).unwrap();
    assert_eq!(open(&dir).take(at(0)).unwrap(), State::default());
    assert_eq!(files(&dir), ["lock", "sessions.rejected"]);
}

#[test]
fn two_processes_do_not_share_a_directory() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("state");
    let first = open(&dir);
    let error = StateDir::open(path.clone()).unwrap_err();
    assert_eq!(error, StateDirError::InUse { path: path.clone() });
    assert!(error.to_string().contains(&path.display().to_string()), "{error}");
    drop(first);
    open(&dir);
}

#[test]
fn a_directory_that_cannot_be_made_is_an_error_that_names_it() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("file");
    fs::write(&path, "").unwrap();
    let error = StateDir::open(path.clone()).unwrap_err();
    assert!(matches!(&error, StateDirError::Unusable { path: named, .. } if *named == path), "{error}");
}

#[cfg(unix)]
#[test]
fn nobody_else_can_read_what_is_in_it() {
    use std::os::unix::fs::PermissionsExt;

    let dir = stopped();
    let state = dir.path().join("state");
    let mode = |path: PathBuf| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(
        [mode(state.clone()), mode(state.join(SESSIONS)), mode(state.join(LOCK))],
        [0o700, 0o600, 0o600]
    );
}
