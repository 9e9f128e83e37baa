//! The snapshot's bytes.
//!
//! ```text
//! magic 8 │ version 4 │ written at, Unix ms 8 │ body's length 8 │ checksum 32 │ body: one record after the other
//! ```
//!
//! Numbers are little-endian, records are `MessagePack`. The checksum is SHA-256 over the body and what stands before
//! the checksum. Nothing is decoded before it was found right, and neither side holds more than one record's bytes
//! beside the state itself.

use std::cmp::Reverse;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::error::SnapshotError;
use super::{SessionState, State, StreamState};

const MAGIC: [u8; 8] = *b"staywire";
/// Raised with every change of the records: there is no reading of other versions.
const VERSION: u32 = 2;
const PREFIX_BYTES: usize = 28;
const CHECKSUM_BYTES: usize = 32;
const HEADER_BYTES: usize = PREFIX_BYTES + CHECKSUM_BYTES;

#[derive(Serialize, Deserialize)]
enum Record<Stream, Session> {
    Stream(Stream),
    Session(Session),
}

/// Writes `state` in at most `max_bytes` bytes; says how many streams and sessions had no room.
pub(super) fn write(
    mut file: impl Write + Seek,
    written_at: SystemTime,
    mut state: State,
    max_bytes: u64,
) -> io::Result<usize> {
    // Where there is no room for all, those go first that are the nearest to their end.
    state.sessions.sort_by_key(|session| Reverse(session.window_left));
    file.write_all(&[0; HEADER_BYTES])?;
    let mut body = Body { file: &mut file, hash: Sha256::new(), bytes: 0, record: Vec::new(), max_bytes };
    let mut left_out = 0;
    for stream in &state.streams {
        left_out += usize::from(!body.push(&Record::<_, &SessionState>::Stream(stream))?);
    }
    for session in &state.sessions {
        left_out += usize::from(!body.push(&Record::<&StreamState, _>::Session(session))?);
    }
    let (bytes, hash) = (body.bytes, body.hash);
    let prefix = prefix(written_at, bytes);
    file.seek(SeekFrom::Start(0))?;
    file.write_all(&prefix)?;
    file.write_all(&hash.chain_update(prefix).finalize())?;
    Ok(left_out)
}

/// The part of the file that is being written.
struct Body<W> {
    file: W,
    hash: Sha256,
    bytes: u64,
    /// The record that is next, kept for its allocation.
    record: Vec<u8>,
    max_bytes: u64,
}

impl<W: Write> Body<W> {
    /// Writes a record, if there is room for it; says whether there was.
    fn push(&mut self, record: &impl Serialize) -> io::Result<bool> {
        self.record.clear();
        rmp_serde::encode::write(&mut self.record, record).map_err(io::Error::other)?;
        let bytes = self.bytes + self.record.len() as u64;
        let has_room = HEADER_BYTES as u64 + bytes <= self.max_bytes;
        if has_room {
            self.file.write_all(&self.record)?;
            self.hash.update(&self.record);
            self.bytes = bytes;
        }
        Ok(has_room)
    }
}

fn prefix(written_at: SystemTime, body_bytes: u64) -> [u8; PREFIX_BYTES] {
    let since_epoch = written_at.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    let millis = u64::try_from(since_epoch.as_millis()).unwrap_or(u64::MAX);
    let mut prefix = [0; PREFIX_BYTES];
    prefix[..8].copy_from_slice(&MAGIC);
    prefix[8..12].copy_from_slice(&VERSION.to_le_bytes());
    prefix[12..20].copy_from_slice(&millis.to_le_bytes());
    prefix[20..].copy_from_slice(&body_bytes.to_le_bytes());
    prefix
}

/// Reads what [`write()`] has written, and when that was.
pub(super) fn read(mut file: impl Read + Seek, max_bytes: u64) -> Result<(State, SystemTime), SnapshotError> {
    let found = file.seek(SeekFrom::End(0))?;
    if found > max_bytes {
        return Err(SnapshotError::TooLarge { bytes: found, max_bytes });
    }
    file.rewind()?;
    let mut file = BufReader::new(file);
    let header = Header::read(&mut file, found)?;
    if header.checksum != checksum(&mut file, header.prefix)? {
        return Err(SnapshotError::WrongChecksum);
    }
    file.seek(SeekFrom::Start(HEADER_BYTES as u64))?;
    Ok((read_body(file)?, header.written_at))
}

struct Header {
    prefix: [u8; PREFIX_BYTES],
    written_at: SystemTime,
    checksum: [u8; CHECKSUM_BYTES],
}

impl Header {
    /// Reads the header of a file that has `found` bytes.
    fn read(file: &mut impl Read, found: u64) -> Result<Self, SnapshotError> {
        if found < HEADER_BYTES as u64 {
            return Err(SnapshotError::WrongLength { found, expected: HEADER_BYTES as u64 });
        }
        let magic = read_array(file)?;
        let version = u32::from_le_bytes(read_array(file)?);
        let millis = u64::from_le_bytes(read_array(file)?);
        let body_bytes = u64::from_le_bytes(read_array(file)?);
        let checksum = read_array(file)?;
        if magic != MAGIC {
            return Err(SnapshotError::NotASnapshot);
        }
        if version != VERSION {
            return Err(SnapshotError::OtherVersion { found: version, expected: VERSION });
        }
        let expected = body_bytes.saturating_add(HEADER_BYTES as u64);
        if found != expected {
            return Err(SnapshotError::WrongLength { found, expected });
        }
        // A time that the system cannot express is damage too: the checksum will say so.
        let written_at = SystemTime::UNIX_EPOCH.checked_add(Duration::from_millis(millis));
        let written_at = written_at.unwrap_or(SystemTime::UNIX_EPOCH);
        Ok(Self { prefix: prefix(written_at, body_bytes), written_at, checksum })
    }
}

fn read_array<const N: usize>(file: &mut impl Read) -> io::Result<[u8; N]> {
    let mut bytes = [0; N];
    file.read_exact(&mut bytes)?;
    Ok(bytes)
}

/// The checksum of the rest of `file` and the header's `prefix`.
fn checksum(file: &mut impl BufRead, prefix: [u8; PREFIX_BYTES]) -> io::Result<[u8; CHECKSUM_BYTES]> {
    let mut hash = Sha256::new();
    loop {
        let bytes = file.fill_buf()?;
        if bytes.is_empty() {
            return Ok(hash.chain_update(prefix).finalize().into());
        }
        hash.update(bytes);
        let read = bytes.len();
        file.consume(read);
    }
}

fn read_body(mut file: impl BufRead) -> Result<State, SnapshotError> {
    let mut state = State::default();
    while !file.fill_buf()?.is_empty() {
        match rmp_serde::from_read(&mut file).map_err(SnapshotError::Malformed)? {
            Record::Stream(stream) => state.streams.push(stream),
            Record::Session(session) => state.sessions.push(session),
        }
    }
    Ok(state)
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::super::sample;
    use super::*;

    const MAX: u64 = 1024 * 1024;

    fn written_at() -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_millis(1_763_724_000_123)
    }

    fn written(state: State) -> Vec<u8> {
        let mut file = Cursor::new(Vec::new());
        assert_eq!(write(&mut file, written_at(), state, MAX).unwrap(), 0);
        file.into_inner()
    }

    fn refused(bytes: &[u8]) -> SnapshotError {
        read(Cursor::new(bytes), MAX).expect_err("it is damaged")
    }

    #[test]
    fn any_state_is_read_as_it_was_written() {
        for seed in 0..500 {
            let state = sample::any(seed);
            let bytes = written(state.clone());
            let (read, at) = read(Cursor::new(bytes), MAX).unwrap();
            assert_eq!((read, at), (state, written_at()), "seed {seed}");
        }
    }

    #[test]
    fn a_file_that_was_cut_anywhere_is_refused() {
        let bytes = written(sample::small());
        for len in 0..bytes.len() {
            let error = refused(&bytes[..len]);
            assert!(matches!(error, SnapshotError::WrongLength { .. }), "{len}: {error}");
        }
    }

    #[test]
    fn a_file_with_any_byte_changed_is_refused() {
        let mut bytes = written(sample::small());
        for index in 0..bytes.len() {
            for flipped in [0x01, 0x80, 0xFF] {
                bytes[index] ^= flipped;
                refused(&bytes);
                bytes[index] ^= flipped;
            }
        }
        assert!(read(Cursor::new(bytes), MAX).is_ok());
    }

    #[test]
    fn what_is_wrong_with_a_file_is_said() {
        let mut bytes = written(sample::small());
        let len = bytes.len() as u64;
        bytes.push(0);
        assert_eq!(refused(&bytes).to_string(), format!("it has {} bytes and should have {len}", len + 1));
        bytes.pop();
        bytes[HEADER_BYTES + 3] ^= 1;
        assert_eq!(refused(&bytes).to_string(), "its checksum is wrong: it was changed or damaged");
        bytes[8] = 9;
        assert_eq!(refused(&bytes).to_string(), "its format is version 9, and this server reads version 2");
        bytes[0] = b'S';
        assert_eq!(refused(&bytes).to_string(), "it is no snapshot of a staywire server");
    }

    #[test]
    fn a_file_that_is_too_large_is_not_even_read() {
        let error = read(Cursor::new(written(sample::small())), 100).unwrap_err();
        assert!(matches!(error, SnapshotError::TooLarge { max_bytes: 100, .. }), "{error}");
    }

    #[test]
    fn a_right_checksum_over_nonsense_is_refused_too() {
        for body in [&b"\xc1"[..], b"\x81\xa7Session\x01", b"\xdd\xff\xff\xff\xff"] {
            let prefix = prefix(written_at(), body.len() as u64);
            let checksum = Sha256::new().chain_update(body).chain_update(prefix).finalize();
            let error = refused(&[&prefix[..], &checksum, body].concat());
            assert!(matches!(error, SnapshotError::Malformed(_)), "{error}");
        }
    }

    #[test]
    fn where_there_is_no_room_for_all_those_with_the_least_time_left_stay_out() {
        let sessions = [1, 3, 2].map(|left| sample::session(7, Duration::from_secs(left), 2));
        let room = written(State { sessions: sessions[..2].to_vec(), ..State::default() }).len() as u64;
        let mut file = Cursor::new(Vec::new());
        let state = State { sessions: sessions.into(), ..State::default() };
        assert_eq!(write(&mut file, written_at(), state, room).unwrap(), 1);
        let (state, _) = read(file, room).unwrap();
        let left = state.sessions.iter().map(|session| session.window_left.as_secs());
        assert_eq!(left.collect::<Vec<_>>(), [3, 2]);
    }
}
