//! Sessions of real pages, over wires that break, with a real server.

mod cuts;
mod events;
mod messages;
mod moving;
mod requests;
mod secrets;
mod silence;
mod site;
mod topics;
mod windows;
