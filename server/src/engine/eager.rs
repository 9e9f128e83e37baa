//! Work that began when it was asked for.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_util::future::BoxFuture;

/// The result of work that began at the call which returned this; dropping it takes nothing back.
///
/// So the work of one caller is done in the order of its calls, whether or not it waits in between.
#[must_use = "what became of the work is told nowhere else"]
pub struct Eager<T>(State<T>);

enum State<T> {
    /// Done already; `None` once it was taken.
    Done(Option<T>),
    UnderWay(BoxFuture<'static, T>),
}

impl<T> Eager<T> {
    /// Work that is done already.
    pub const fn done(result: T) -> Self {
        Self(State::Done(Some(result)))
    }

    /// Work that is under way, and that goes on when `result` is dropped.
    pub fn under_way(result: impl Future<Output = T> + Send + 'static) -> Self {
        Self(State::UnderWay(Box::pin(result)))
    }

    /// The result, if it was there at the end of the call.
    pub fn at_once(self) -> Result<T, Self> {
        match self.0 {
            State::Done(Some(result)) => Ok(result),
            state => Err(Self(state)),
        }
    }
}

/// Nothing in it is pinned but the box, which is so by itself.
impl<T> Unpin for Eager<T> {}

impl<T> Future for Eager<T> {
    type Output = T;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<T> {
        match &mut self.0 {
            State::Done(result) => result.take().map_or(Poll::Pending, Poll::Ready),
            State::UnderWay(result) => result.as_mut().poll(cx),
        }
    }
}

impl<T> fmt::Debug for Eager<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let is_done = matches!(self.0, State::Done(_));
        f.debug_struct("Eager").field("is_done", &is_done).finish_non_exhaustive()
    }
}
