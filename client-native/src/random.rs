//! What has to be random, from the system's source.

use getrandom::Error;
use staywire_protocol::wire::Token;

/// The secret of a session: 256 bits.
pub(crate) fn token() -> Result<Token, Error> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes)?;
    Ok(Token::from_bytes(bytes))
}

/// What a client's jitter follows from.
pub(crate) fn seed() -> Result<u64, Error> {
    getrandom::u64()
}
