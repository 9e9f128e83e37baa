//! What a life was, line by line where somebody wants to read it, and in 64 bits.

use std::fmt::{self, Write as _};

/// FNV-1a (Fowler, Noll, Vo) over everything that went over the wires and came out of the machines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Digest(u64);

impl Default for Digest {
    fn default() -> Self {
        Self(0xCBF2_9CE4_8422_2325)
    }
}

impl Digest {
    fn add(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01B3);
        }
    }

    /// That of two lives, whichever is told first.
    pub(crate) const fn with(self, other: Self) -> Self {
        Self(self.0.wrapping_add(other.0))
    }
}

impl fmt::Write for Digest {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.add(text.as_bytes());
        Ok(())
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

#[derive(Debug, Default)]
pub(super) struct Journal {
    pub(super) digest: Digest,
    /// Kept only where somebody wants to read them.
    pub(super) lines: Option<Vec<String>>,
}

impl Journal {
    pub(super) fn note(&mut self, what: fmt::Arguments<'_>) {
        // A digest takes everything.
        let _ = self.digest.write_fmt(what);
        if let Some(lines) = &mut self.lines {
            lines.push(what.to_string());
        }
    }

    /// What went over a wire.
    pub(super) fn bytes(&mut self, bytes: &[u8]) {
        self.digest.add(bytes);
    }
}
