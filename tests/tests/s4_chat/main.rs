//! S4: the chat by nickname, its page as written and the room of today.

mod as_written;
mod crowd;
mod isolation;
mod nicknames;
mod picture;
mod room;

mod site;
mod vanishing;
