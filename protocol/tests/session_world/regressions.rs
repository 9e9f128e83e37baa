//! Lives that once went wrong.

/// Seeds, and what was wrong.
pub(crate) const REGRESSIONS: [(u64, &str); 0] = [];
