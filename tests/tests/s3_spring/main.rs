//! S3: the Spring handler, its page as written and the desk.

mod as_written;
mod desk;
mod handshake;
mod site;
mod users;
