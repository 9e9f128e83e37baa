//! What the application says to the server's requests.

use core::fmt;
use core::future::{Future, poll_fn};
use core::pin::{Pin, pin};
use core::task::Poll;

use js_sys::{Array, Promise};
use staywire_protocol::wire::FailureCode;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen_futures::{JsFuture, future_to_promise};

use super::js::{Answer, Face, Receipt};
use super::message::Message;

/// Why a request of the server gets no reply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestFailure {
    code: FailureCode,
    reason: String,
}

impl RequestFailure {
    /// Fails with a code of the application (1000 and above) or of the protocol, and with a reason for the server.
    #[must_use]
    pub fn new(code: FailureCode, reason: impl Into<String>) -> Self {
        Self { code, reason: reason.into() }
    }
}

/// The handler of the server's requests, which is taken off where this is dropped; what it is answering goes on.
#[must_use = "a handler is taken off where it is dropped"]
pub struct RequestHandler {
    face: Face,
    handler: JsValue,
}

impl RequestHandler {
    /// Has `handler` answer, in the place of the one before.
    pub(super) fn new<H, F>(face: Face, handler: H) -> Self
    where
        H: Fn(Message) -> F + 'static,
        F: Future<Output = Result<Message, RequestFailure>> + 'static,
    {
        let handler = Closure::<Answer>::new(move |payload, given_up| {
            let answer = handler(Message::from_js(&payload));
            future_to_promise(
                async move { Ok(unless(given_up, answer).await.map_or(JsValue::UNDEFINED, told)) },
            )
        });
        let handler = handler.into_js_value();
        face.set_request_handler(&handler);
        Self { face, handler }
    }
}

impl Drop for RequestHandler {
    fn drop(&mut self) {
        if self.face.request_handler() == self.handler {
            self.face.set_request_handler(&JsValue::UNDEFINED);
        }
    }
}

impl fmt::Debug for RequestHandler {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RequestHandler").finish_non_exhaustive()
    }
}

/// What comes of `work`, which is dropped once `given_up` is fulfilled.
async fn unless<T>(given_up: Promise, work: impl Future<Output = T>) -> Option<T> {
    let (mut given_up, mut work) = (JsFuture::from(given_up), pin!(work));
    poll_fn(|context| match Pin::new(&mut given_up).poll(context) {
        Poll::Ready(_) => Poll::Ready(None),
        Poll::Pending => work.as_mut().poll(context).map(Some),
    })
    .await
}

/// As `js/face.js` takes it.
fn told(answer: Result<Message, RequestFailure>) -> JsValue {
    let (message, code) = match answer {
        Ok(reply) => (reply, JsValue::UNDEFINED),
        Err(RequestFailure { code, reason }) => (Message::Text(reason), (code.number() as f64).into()),
    };
    let bytes = u32::try_from(message.len()).unwrap_or(u32::MAX);
    Array::of2(&Receipt::new(&message.to_js(), bytes), &code).into()
}
