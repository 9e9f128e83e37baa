//! Lives that once went wrong.
//!
//! A seed is the life that it was as long as the world draws in the same
//! order; who changes that looks for these faults anew, by undoing their repair.

/// Seeds, and what was wrong.
pub(crate) const REGRESSIONS: [(u64, &str); 5] = [
    (9, "a page that began again while it closed was never told what became of its messages"),
    (3, "a server's request was called undelivered, and its first connection delivered it after all"),
    (690, "a server's request that the ring had dropped waited for ever where a welcome was repeated"),
    (893, "a reset named the position that the page had asked from, and not the one that it had reached"),
    (5948, "a page waited for ever for a reply that a gap had taken, the request having been moved ahead"),
];
