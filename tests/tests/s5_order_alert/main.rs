//! S5: the order alert, as written and as one would write it today, in Chromium and Firefox.

mod as_written;
mod checkout;
mod once;
mod picture;
mod site;
mod storm;
