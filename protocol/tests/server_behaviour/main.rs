//! What a session does on the server, case by case: each test is one sentence of its contract.

mod acknowledgements;
mod connections;
mod hand_over;
mod served;
mod topics;
