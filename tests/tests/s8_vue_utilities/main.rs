//! S8: the utilities of Vue components, as written and from the package, and the control room of today.

mod as_written;
mod from_package;
mod picture;
mod room;
mod site;
