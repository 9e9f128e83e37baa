//! The tokens that a client holds (PROTOCOL.md section 4).
//!
//! Owns: which token the next opening presents, and which it names. A real
//! client draws them from the system's source of randomness.

use super::Token;
use crate::{Rule, Rules};

/// The tokens of one client.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ClientTokens {
    current: Token,
    next: Option<Token>,
    made: u32,
}

impl Default for ClientTokens {
    /// The first token, for `hello`.
    fn default() -> Self {
        Self { current: Token(1), next: None, made: 1 }
    }
}

impl ClientTokens {
    /// The token that the client had its last answer for.
    #[must_use]
    pub fn current(&self) -> Token {
        self.current
    }

    /// The two tokens of a `resume`: the same two until an answer has come.
    pub fn for_resume(&mut self, rules: Rules) -> (Token, Token) {
        let repeated = self.next.filter(|_| rules.has(Rule::NextTokenIsRepeated));
        let next = repeated.unwrap_or_else(|| self.make());
        self.next = Some(next);
        (self.current, next)
    }

    /// An answer has come: what was next is current.
    pub fn answered(&mut self) {
        if let Some(next) = self.next.take() {
            self.current = next;
        }
    }

    fn make(&mut self) -> Token {
        self.made += 1;
        Token(self.made)
    }
}
