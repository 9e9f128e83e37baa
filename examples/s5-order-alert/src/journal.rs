//! The order journal: a file with one line of JSON per order, from which everything else can be told again.
//!
//! Owns: the numbers, which have no gaps, and the promise that an order which
//! was answered for is on the disk. Never: sends anything.
//!
//! ```text
//! {"journal":"18c5…"}                                    which journal this is
//! {"key":"9f…","number":1,"placedAt":…,"lines":[…]}      its first order
//! ```

use std::collections::HashMap;
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::time::SystemTime;

use serde::{Deserialize, Serialize};

use crate::order::{Line, Order};

/// The orders so far, in memory and in a file.
#[derive(Debug)]
pub(crate) struct Journal {
    file: File,
    /// Bytes of the file that are whole lines.
    length: u64,
    id: String,
    orders: Vec<Order>,
    /// The orders by the keys that they were placed under.
    numbers: HashMap<String, u64>,
}

/// The file's first line.
#[derive(Debug, Serialize, Deserialize)]
struct Head {
    journal: String,
}

/// Every other line.
#[derive(Debug, Serialize, Deserialize)]
struct Entry {
    /// By which a shop that asks again is recognised; see [`Journal::place`].
    key: Option<String>,
    #[serde(flatten)]
    order: Order,
}

impl Journal {
    /// Opens the journal at `path`, or begins one there.
    ///
    /// A last line that was torn by a crash was not answered for; it is cut off.
    ///
    /// # Errors
    ///
    /// Names `path`: it cannot be read and written, or is no order journal and stays as it is.
    pub(crate) fn open(path: &Path) -> io::Result<Self> {
        Self::read_file(path)
            .map_err(|error| io::Error::new(error.kind(), format!("{}: {error}", path.display())))
    }

    fn read_file(path: &Path) -> io::Result<Self> {
        let mut file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path)?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        let whole = &bytes[..bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1)];
        let (id, entries) =
            read(whole).map_err(|error| io::Error::other(format!("no order journal: {error}")))?;

        let length = whole.len() as u64;
        file.set_len(length)?;
        file.seek(SeekFrom::End(0))?;
        let mut journal =
            Self { file, length, id: String::new(), orders: Vec::new(), numbers: HashMap::new() };
        entries.into_iter().for_each(|entry| journal.note(entry));
        journal.id = id.map_or_else(|| journal.begin(), Ok)?;
        Ok(journal)
    }

    fn begin(&mut self) -> io::Result<String> {
        // Nobody begins two journals in one nanosecond, so no page takes one for another.
        let journal = format!("{:x}", SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default().as_nanos());
        self.append(&Head { journal: journal.clone() })?;
        Ok(journal)
    }

    /// Which journal this is: numbers of another one mean nothing here.
    pub(crate) fn id(&self) -> &str {
        &self.id
    }

    /// Writes down an order and returns it, and whether it is a new one.
    ///
    /// Who asks again with the same `key` gets the order that is there already:
    /// the answer was lost, and not the order.
    pub(crate) fn place(&mut self, key: Option<&str>, lines: Vec<Line>) -> io::Result<(Order, bool)> {
        let known =
            key.and_then(|key| self.numbers.get(key)).and_then(|number| self.after(number - 1).first());
        if let Some(order) = known {
            return Ok((order.clone(), false));
        }
        let order = Order::new(self.orders.len() as u64 + 1, lines);
        let entry = Entry { key: key.map(str::to_owned), order: order.clone() };
        self.append(&entry)?;
        self.note(entry);
        Ok((order, true))
    }

    fn note(&mut self, Entry { key, order }: Entry) {
        self.numbers.extend(key.map(|key| (key, order.number)));
        self.orders.push(order);
    }

    /// The orders with numbers above `number`, in order.
    pub(crate) fn after(&self, number: u64) -> &[Order] {
        usize::try_from(number).ok().and_then(|known| self.orders.get(known..)).unwrap_or_default()
    }

    fn append(&mut self, line: &impl Serialize) -> io::Result<()> {
        let mut bytes = serde_json::to_vec(line)?;
        bytes.push(b'\n');
        let written = self.file.write_all(&bytes).and_then(|()| self.file.sync_data());
        if written.is_ok() {
            self.length += bytes.len() as u64;
        } else {
            // What is there of the line must not become the beginning of the next one.
            self.file.set_len(self.length)?;
            self.file.seek(SeekFrom::End(0))?;
        }
        written
    }
}

/// The journal's id, if there is a line, and its orders.
fn read(whole: &[u8]) -> serde_json::Result<(Option<String>, Vec<Entry>)> {
    let mut lines = whole.split_inclusive(|byte| *byte == b'\n');
    let head: Option<Head> = lines.next().map(serde_json::from_slice).transpose()?;
    let entries = lines.map(serde_json::from_slice).collect::<Result<_, _>>()?;
    Ok((head.map(|head| head.journal), entries))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(journal: &Journal, after: u64) -> Vec<u64> {
        journal.after(after).iter().map(|order| order.number).collect()
    }

    #[test]
    fn orders_are_there_again_when_the_journal_is_opened_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal");
        let mut journal = Journal::open(&path).unwrap();
        let id = journal.id().to_owned();
        for _ in 0..3 {
            journal.place(None, Vec::new()).unwrap();
        }
        drop(journal);
        let journal = Journal::open(&path).unwrap();
        assert_eq!(journal.id(), id);
        assert_eq!(numbers(&journal, 0), [1, 2, 3]);
        assert_eq!(numbers(&journal, 2), [3]);
        assert_eq!(numbers(&journal, u64::MAX), [0; 0]);
    }

    #[test]
    fn who_asks_again_gets_the_same_order_also_from_the_next_process() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal");
        let first = Journal::open(&path).unwrap().place(Some("a"), Vec::new()).unwrap();
        assert!(first.1);
        let mut journal = Journal::open(&path).unwrap();
        let again = journal.place(Some("a"), Vec::new()).unwrap();
        assert_eq!((again.0.number, again.1), (first.0.number, false));
        assert_eq!(journal.place(Some("b"), Vec::new()).unwrap().0.number, 2);
    }

    #[test]
    fn a_line_torn_by_a_crash_is_cut_off_and_its_number_given_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal");
        Journal::open(&path).unwrap().place(None, Vec::new()).unwrap();
        let mut file = OpenOptions::new().append(true).open(&path).unwrap();
        // It breaks off within the first character of 红茶.
        file.write_all(b"{\"key\":null,\"number\":2,\"lines\":[{\"name\":\"\xe7").unwrap();
        let mut journal = Journal::open(&path).unwrap();
        assert_eq!(journal.place(None, Vec::new()).unwrap().0.number, 2);
        assert_eq!(numbers(&Journal::open(&path).unwrap(), 0), [1, 2]);
    }

    #[test]
    fn a_file_that_is_no_journal_is_named_and_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("letter.txt");
        for letter in [&b"Dear Ann,\nhow are you?\nBo"[..], b"\xff\xfeD\0e\0a\0r\0\n\0"] {
            std::fs::write(&path, letter).unwrap();
            let error = Journal::open(&path).unwrap_err().to_string();
            assert!(error.contains("letter.txt: no order journal: "), "{error}");
            assert_eq!(std::fs::read(&path).unwrap(), letter);
        }
    }

    #[test]
    fn a_file_that_cannot_be_opened_is_named() {
        let folder = tempfile::tempdir().unwrap();
        for path in [folder.path(), &folder.path().join("nowhere/orders.jsonl")] {
            let error = Journal::open(path).unwrap_err().to_string();
            assert!(error.starts_with(&format!("{}: ", path.display())), "{error}");
        }
    }
}
