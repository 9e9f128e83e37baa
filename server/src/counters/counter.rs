//! A number that grows, and groups of them.

use std::sync::atomic::{AtomicU64, Ordering};

/// How often something happened, or how much of it there was.
#[derive(Debug, Default)]
pub(crate) struct Counter(AtomicU64);

impl Counter {
    pub(crate) fn increment(&self) {
        self.add(1);
    }

    /// Counts `count` at once: what happens for each of many messages is cheaper counted once for all.
    pub(crate) fn add(&self, count: u64) {
        // Relaxed: nobody concludes from a counter that something else is visible already.
        self.0.fetch_add(count, Ordering::Relaxed);
    }

    pub(super) fn read(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// A group of counters: the plain numbers that the application reads, and the same while they grow.
macro_rules! counters {
    (
        $(#[$doc:meta])*
        $plain:ident, live as $live:ident {
            $($(#[$field_doc:meta])* $field:ident,)+
        }
    ) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
        #[non_exhaustive]
        pub struct $plain {
            $($(#[$field_doc])* pub $field: u64,)+
        }

        #[doc = concat!("[`", stringify!($plain), "`] while they grow.")]
        #[derive(Debug, Default)]
        pub(crate) struct $live {
            $(pub(crate) $field: $crate::counters::counter::Counter,)+
        }

        impl $live {
            pub(super) fn read(&self) -> $plain {
                $plain { $($field: self.$field.read(),)+ }
            }
        }
    };
}

pub(super) use counters;
