//! The tokens that a session answers to (PROTOCOL.md section 4).
//!
//! Owns: which token opened it first, which is current, which is next. A real
//! server keeps their hashes.
//!
//! ```text
//! current ──present(current, next)──► current + next ──prove──► next is current, the older one dead
//!                                            └──present(next, newer)──► next is current + newer
//! ```

use super::Token;
use crate::{Rule, Rules};

/// The tokens of one session.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SessionTokens {
    first: Token,
    current: Token,
    next: Option<Token>,
    /// The older ones, for a server that does not let them die.
    undead: Vec<Token>,
}

impl SessionTokens {
    /// The tokens of a session that was made with `token`.
    #[must_use]
    pub fn new(token: Token) -> Self {
        Self { first: token, current: token, next: None, undead: Vec::new() }
    }

    /// The token that the client will hold once it has its answer.
    #[must_use]
    pub fn newest(&self) -> Token {
        self.next.unwrap_or(self.current)
    }

    /// Whether `token` made the session.
    #[must_use]
    pub fn is_first(&self, token: Token, rules: Rules) -> bool {
        token == if rules.has(Rule::FirstTokenIsRemembered) { self.first } else { self.current }
    }

    /// Whether `token` opens the session.
    #[must_use]
    pub fn opens(&self, token: Token, rules: Rules) -> bool {
        let is_next = self.next == Some(token) && rules.has(Rule::NextIsGoodAtOnce);
        token == self.current || is_next || self.undead.contains(&token)
    }

    /// `presented` opened a connection and named `next`: what the client holds now is one of the two.
    pub fn present(&mut self, presented: Token, next: Token, rules: Rules) {
        if presented != self.current {
            self.replace_current(presented, rules);
        }
        self.next = Some(next);
        if !rules.has(Rule::CurrentIsGoodUntilProven) {
            self.prove(rules);
        }
    }

    /// The answer that named the next token has arrived: nobody needs the older one.
    pub fn prove(&mut self, rules: Rules) {
        if let Some(next) = self.next.take() {
            self.replace_current(next, rules);
        }
    }

    /// Gives up a next token, because it opens another session now.
    pub fn give_up_next(&mut self, token: Token) {
        self.next = self.next.filter(|next| *next != token);
    }

    /// What is left where the record was stored only when the session was made.
    #[must_use]
    pub fn as_made(&self) -> Self {
        Self::new(self.first)
    }

    fn replace_current(&mut self, token: Token, rules: Rules) {
        if !rules.has(Rule::ProvenTokenEndsTheOlder) {
            self.undead.push(self.current);
        }
        self.current = token;
    }
}
