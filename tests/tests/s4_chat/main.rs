//! S4: the chat by nickname, its page as written and the room of today.

mod as_written;
mod crowd;
mod isolation;
mod nicknames;
mod room;
mod screenshot;
mod site;
mod vanishing;
