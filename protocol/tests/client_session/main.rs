//! What a client's half of a session does with messages, topics and requests, case by case: each test is one sentence of its
//! contract.

mod ahead;
mod driven;
mod limits;
mod requests;
mod skipping;
mod topics;
mod topics_after_a_cut;
