//! The life of the tokens that a session is resumed with.
//!
//! Owns: which token is good at which moment, on both sides. Never: makes one
//! (they come from the system's randomness) or sees one on the server (only
//! hashes come here, and the driver compares them in constant time).
//!
//! ```text
//!  server     current ──resume(current, next)──► current | next ──heard on the new connection──► next
//!  client     current, next ──answered──► next, newer             (unanswered: the same two again)
//! ```
//!
//! Whichever of the two the client holds after a cut, the server knows it
//! (PROTOCOL.md §4).

/// The server's side: hashes of the tokens that are good now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownTokens<H> {
    /// The token that the session was made with: a late opening that brings it again is this session's.
    first: H,
    current: H,
    next: Option<H>,
    attempt: u64,
    /// Whether anything but `hello` was ever heard: until then a repeated `hello` is the same.
    is_proven: bool,
}

/// What [`KnownTokens`] are made of, for a session that moves to another process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenParts<H> {
    /// The hash of the token that the session was made with.
    pub first: H,
    /// That of the one that opens it now.
    pub current: H,
    /// That of the one that follows it, while the answer is not proven to have arrived.
    pub next: Option<H>,
    /// The highest attempt that was answered.
    pub attempt: u64,
    /// Whether anything but `hello` was ever heard.
    pub is_proven: bool,
}

impl<H> From<KnownTokens<H>> for TokenParts<H> {
    fn from(tokens: KnownTokens<H>) -> Self {
        let KnownTokens { first, current, next, attempt, is_proven } = tokens;
        Self { first, current, next, attempt, is_proven }
    }
}

impl<H> From<TokenParts<H>> for KnownTokens<H> {
    fn from(parts: TokenParts<H>) -> Self {
        let TokenParts { first, current, next, attempt, is_proven } = parts;
        Self { first, current, next, attempt, is_proven }
    }
}

/// What a `hello` or `resume` is to the session that was found for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub enum Presented {
    /// It takes the session over; an older connection is fenced.
    TakesOver,
    /// Another attempt was later: this connection is refused, and nothing else happens.
    Superseded,
    /// The token is not this session's, or no longer.
    Unknown,
}

impl<H: PartialEq + Clone> KnownTokens<H> {
    /// The session of a `hello`, or of a `fresh` answer, that came with `token` at `attempt`.
    #[must_use]
    pub fn new(token: H, attempt: u64) -> Self {
        Self { first: token.clone(), current: token, next: None, attempt, is_proven: false }
    }

    /// A `hello` with `token`: the same again, while its answer may have been lost.
    pub fn on_hello(&mut self, token: &H, attempt: u64) -> Presented {
        if !self.were_made_with(token) || (self.is_proven && attempt > self.attempt) {
            return Presented::Unknown;
        }
        self.take_over(attempt)
    }

    /// What a `resume` that presents `token` would be.
    pub fn judge(&self, token: &H, attempt: u64) -> Presented {
        if attempt <= self.attempt {
            return Presented::Superseded;
        }
        let is_good = *token == self.current || self.next.as_ref() == Some(token);
        if is_good { Presented::TakesOver } else { Presented::Unknown }
    }

    /// A `resume` that presents `token` and announces `next`.
    pub fn on_resume(&mut self, token: H, next: H, attempt: u64) -> Presented {
        let presented = self.judge(&token, attempt);
        if presented == Presented::TakesOver {
            self.attempt = attempt;
            self.current = token;
            self.next = Some(next);
        }
        presented
    }

    /// Forgets `next` if it is the next token: another session was made with it.
    pub fn forget_next(&mut self, next: &H) {
        self.next.take_if(|known| known == next);
    }

    /// A message came on the connection in charge: the answer has arrived, and the older token is forgotten.
    pub fn on_heard(&mut self) {
        self.is_proven = true;
        if let Some(next) = self.next.take() {
            self.current = next;
        }
    }

    /// Whether the session was made with `token`.
    pub fn were_made_with(&self, token: &H) -> bool {
        *token == self.first
    }

    fn take_over(&mut self, attempt: u64) -> Presented {
        if attempt <= self.attempt {
            return Presented::Superseded;
        }
        self.attempt = attempt;
        Presented::TakesOver
    }
}

/// The client's side: the tokens themselves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnTokens<T> {
    current: T,
    next: T,
    attempt: u64,
}

impl<T: Clone> OwnTokens<T> {
    /// Before the first `hello`, which will carry `current`.
    #[must_use]
    pub const fn new(current: T, next: T) -> Self {
        Self { current, next, attempt: 0 }
    }

    /// Another attempt: what its `hello` or `resume` carries, as current and next token and number.
    pub fn attempt(&mut self) -> (&T, &T, u64) {
        self.attempt += 1;
        (&self.current, &self.next, self.attempt)
    }

    /// `resumed` or `fresh` came: the next token is the session's now, and `newer` follows it.
    pub fn on_answered(&mut self, newer: T) {
        self.current = core::mem::replace(&mut self.next, newer);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec::Vec;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    /// The tokens that open the session now.
    fn good(tokens: &KnownTokens<char>) -> Vec<char> {
        core::iter::once(tokens.current).chain(tokens.next).collect()
    }

    #[test]
    fn until_the_answer_is_proven_both_tokens_are_good() {
        let mut tokens = KnownTokens::new('a', 1);
        tokens.on_heard();
        assert_eq!(tokens.on_resume('a', 'b', 2), Presented::TakesOver);
        assert_eq!(good(&tokens), ['a', 'b']);
        tokens.on_heard();
        assert_eq!(good(&tokens), ['b']);
        assert_eq!(tokens.on_resume('a', 'x', 3), Presented::Unknown, "a stolen old token is worth nothing");
    }

    #[test]
    fn a_lost_answer_loses_nothing() {
        let mut tokens = KnownTokens::new('a', 1);
        tokens.on_heard();
        assert_eq!(tokens.on_resume('a', 'b', 2), Presented::TakesOver);
        assert_eq!(tokens.on_resume('a', 'b', 3), Presented::TakesOver, "the client never saw the answer");
        assert_eq!(
            tokens.on_resume('b', 'c', 4),
            Presented::TakesOver,
            "it saw it, and was cut before its first message"
        );
        assert_eq!(good(&tokens), ['b', 'c']);
    }

    #[test]
    fn a_late_older_attempt_does_not_take_the_session_back() {
        let mut tokens = KnownTokens::new('a', 1);
        tokens.on_heard();
        assert_eq!(tokens.on_resume('a', 'b', 3), Presented::TakesOver);
        assert_eq!(tokens.on_resume('a', 'b', 2), Presented::Superseded);
        assert_eq!(tokens.on_resume('a', 'b', 3), Presented::Superseded, "nor does a duplicate of the same");
        assert_eq!(good(&tokens), ['a', 'b']);
    }

    #[test]
    fn a_repeated_hello_is_the_same_session_until_something_else_was_heard() {
        let mut tokens = KnownTokens::new('a', 1);
        assert_eq!(tokens.on_hello(&'a', 2), Presented::TakesOver);
        assert_eq!(tokens.on_hello(&'a', 2), Presented::Superseded);
        assert_eq!(tokens.on_hello(&'b', 3), Presented::Unknown);
        tokens.on_heard();
        assert_eq!(tokens.on_hello(&'a', 3), Presented::Unknown);
        assert_eq!(tokens.on_hello(&'a', 1), Presented::Superseded, "a late one is still this session's");
    }

    #[test]
    fn the_client_repeats_both_tokens_until_it_is_answered() {
        let mut tokens = OwnTokens::new('a', 'b');
        assert_eq!(tokens.attempt(), (&'a', &'b', 1));
        assert_eq!(tokens.attempt(), (&'a', &'b', 2));
        tokens.on_answered('c');
        assert_eq!(tokens.attempt(), (&'b', &'c', 3));
    }

    #[test]
    fn wherever_the_wire_is_cut_the_server_knows_the_token_that_the_client_holds() {
        for seed in 0..500 {
            let mut random = crate::Random::from_seed(seed);
            let (mut fresh, mut server) = (2_u32, KnownTokens::new(0_u32, 1));
            let mut client = OwnTokens::new(0_u32, 1);
            let _ = client.attempt();
            server.on_heard();
            for _ in 0..50 {
                let (&current, &next, attempt) = client.attempt();
                if random.below(3) == 0 {
                    continue; // the resume is lost
                }
                assert_eq!(server.on_resume(current, next, attempt), Presented::TakesOver, "seed {seed}");
                if random.below(3) == 0 {
                    continue; // its answer is lost
                }
                client.on_answered(fresh);
                fresh += 1;
                if random.below(3) > 0 {
                    server.on_heard();
                }
            }
        }
    }

    #[test]
    fn a_next_token_that_has_made_another_session_is_forgotten() {
        let mut tokens = KnownTokens::new('a', 1);
        assert_eq!(tokens.on_resume('a', 'b', 2), Presented::TakesOver);
        tokens.forget_next(&'c');
        assert_eq!(tokens.judge(&'b', 3), Presented::TakesOver);
        tokens.forget_next(&'b');
        assert_eq!(tokens.judge(&'b', 3), Presented::Unknown);
        assert_eq!(tokens.judge(&'a', 3), Presented::TakesOver);
    }
}
