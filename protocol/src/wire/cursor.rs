//! A place in a message that is being read.
//!
//! Owns: the bytes that are left, and where they begin in the message.

use super::error::{WireError, WireErrorKind};

#[derive(Clone, Copy, Debug)]
pub(super) struct Cursor<'a> {
    rest: &'a [u8],
    message_len: usize,
}

impl<'a> Cursor<'a> {
    pub(super) const fn new(message: &'a [u8]) -> Self {
        Self { rest: message, message_len: message.len() }
    }

    /// How many bytes of the message have been read.
    pub(super) const fn offset(&self) -> usize {
        self.message_len - self.rest.len()
    }

    /// What is wrong with the byte that comes next.
    pub(super) const fn error(&self, kind: WireErrorKind) -> WireError {
        WireError { kind, offset: self.offset() }
    }

    pub(super) const fn rest(&self) -> &'a [u8] {
        self.rest
    }

    pub(super) fn peek(&self) -> Option<u8> {
        self.rest.first().copied()
    }

    /// Steps over the next byte.
    pub(super) fn step(&mut self) {
        self.rest = self.rest.get(1..).unwrap_or_default();
    }

    /// Steps over `expected` if that is what comes next.
    pub(super) fn skip(&mut self, expected: &[u8]) -> bool {
        match self.rest.strip_prefix(expected) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    /// Steps over the one space between two parts of a line.
    pub(super) fn space(&mut self) -> Result<(), WireError> {
        if self.peek() != Some(b' ') {
            return Err(self.error(WireErrorKind::MissingSpace));
        }
        self.step();
        Ok(())
    }

    /// Where the payload begins: right after the line feed, which must be next.
    pub(super) fn payload(&self) -> Result<usize, WireError> {
        match self.peek() {
            Some(b'\n') => Ok(self.offset() + 1),
            Some(_) => Err(self.error(WireErrorKind::TrailingBytes)),
            None => Err(self.error(WireErrorKind::MissingPayload)),
        }
    }

    /// Where the message ends, which must be here.
    pub(super) fn end(&self) -> Result<usize, WireError> {
        match self.peek() {
            None => Ok(self.offset()),
            Some(b'\n') => Err(self.error(WireErrorKind::UnexpectedPayload)),
            Some(_) => Err(self.error(WireErrorKind::TrailingBytes)),
        }
    }

    /// The next `N` bytes, or none if fewer are left.
    pub(super) fn take<const N: usize>(&mut self) -> Option<&'a [u8; N]> {
        let (taken, rest) = self.rest.split_first_chunk()?;
        self.rest = rest;
        Some(taken)
    }

    /// The bytes up to the first that is not `allowed`.
    pub(super) fn take_while(&mut self, allowed: impl Fn(u8) -> bool) -> &'a [u8] {
        let len = self.rest.iter().position(|&byte| !allowed(byte)).unwrap_or(self.rest.len());
        let (taken, rest) = self.rest.split_at(len);
        self.rest = rest;
        taken
    }

    /// The bytes between `start` and here.
    pub(super) fn since(&self, start: Self) -> &'a [u8] {
        start.rest.get(..start.rest.len() - self.rest.len()).unwrap_or_default()
    }
}
