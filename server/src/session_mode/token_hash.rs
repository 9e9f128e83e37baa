//! What the server keeps of a token.

use std::fmt;
use std::hash::{Hash, Hasher};

use sha2::{Digest, Sha256};
use staywire_protocol::wire::Token;

/// The SHA-256 of a token: enough to recognise it, and nothing to resume a session with.
///
/// Compared in constant time; `Debug` does not show it.
#[derive(Clone, Copy)]
pub(crate) struct TokenHash([u8; 32]);

impl TokenHash {
    pub(crate) fn of(token: &Token) -> Self {
        Self(Sha256::digest(token.as_bytes()).into())
    }
}

impl From<[u8; 32]> for TokenHash {
    fn from(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }
}

impl From<TokenHash> for [u8; 32] {
    fn from(hash: TokenHash) -> Self {
        hash.0
    }
}

impl PartialEq for TokenHash {
    fn eq(&self, other: &Self) -> bool {
        self.0.iter().zip(&other.0).fold(0, |difference, (mine, theirs)| difference | (mine ^ theirs)) == 0
    }
}

impl Eq for TokenHash {}

impl Hash for TokenHash {
    fn hash<S: Hasher>(&self, state: &mut S) {
        self.0.hash(state);
    }
}

impl fmt::Debug for TokenHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenHash(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_recognised_by_its_hash_and_not_found_in_it() {
        let token = Token::from_bytes([7; 32]);
        assert_eq!(TokenHash::of(&token), TokenHash::of(&token));
        assert_ne!(TokenHash::of(&token), TokenHash::of(&Token::from_bytes([8; 32])));
        assert_ne!(&TokenHash::of(&token).0, token.as_bytes());
        assert_eq!(format!("{:?}", TokenHash::of(&token)), "TokenHash(..)");
    }
}
