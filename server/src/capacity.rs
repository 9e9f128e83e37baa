//! How many sessions or connections there may be, and waiting until there are none.

use std::sync::Arc;

use tokio::sync::watch;

/// The places of a server's sessions, or of its connections in session mode.
#[derive(Debug)]
pub(crate) struct Capacity {
    places: usize,
    taken: watch::Sender<usize>,
}

/// One session's place, from before its beginning until its listener's `close` has returned; or one connection's.
#[derive(Debug)]
pub(crate) struct Place {
    capacity: Arc<Capacity>,
}

impl Capacity {
    pub(crate) fn new(places: usize) -> Self {
        Self { places, taken: watch::Sender::new(0) }
    }

    pub(crate) fn places(&self) -> usize {
        self.places
    }

    /// Takes a place, if one is free.
    pub(crate) fn take(self: &Arc<Self>) -> Option<Place> {
        let has_place = self.taken.send_if_modified(|taken| {
            let has_place = *taken < self.places;
            *taken += usize::from(has_place);
            has_place
        });
        has_place.then(|| Place { capacity: Arc::clone(self) })
    }

    pub(crate) fn taken(&self) -> usize {
        *self.taken.borrow()
    }

    /// Returns once every place is free.
    pub(crate) async fn all_free(&self) {
        // It fails only when the sender is gone, and that is `self`.
        let _ = self.taken.subscribe().wait_for(|&taken| taken == 0).await;
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.capacity.taken.send_modify(|taken| *taken -= 1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_free_again_when_dropped() {
        let capacity = Arc::new(Capacity::new(2));
        let first = capacity.take();
        let second = capacity.take();
        assert!(first.is_some() && second.is_some());
        assert!(capacity.take().is_none());
        drop(first);
        assert!(capacity.take().is_some());
    }

    #[tokio::test]
    async fn waiting_ends_when_the_last_place_is_free() {
        let capacity = Arc::new(Capacity::new(2));
        let place = capacity.take();
        let waiting = tokio::spawn({
            let capacity = Arc::clone(&capacity);
            async move { capacity.all_free().await }
        });
        drop(place);
        waiting.await.unwrap();
        assert_eq!(capacity.taken(), 0);
    }
}
