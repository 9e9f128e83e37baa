//! The life of a page, row by row: what the browser does to it, and what its connection does then.

mod asleep;
mod guard;
mod stage;
mod wakes;
