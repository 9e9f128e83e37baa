//! What the client promises together with the real server, over connections that are cut.

mod delivery;
mod life;
mod relay;
mod requests;
mod served;
mod topics;
