//! Informational answers (status 1xx), of which a server may send any number before its answer.

use std::{
    future::poll_fn,
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering::Relaxed},
    },
    task::Poll,
};

use http::Request;
use tokio::sync::Notify;

/// Most informational answers to one request.
const MOST: u32 = 16;

/// Count of the informational answers to one request.
#[derive(Default)]
pub(crate) struct Hints {
    seen: AtomicU32,
    over: Notify,
}

impl Hints {
    /// Counts those to this request.
    pub(crate) fn count<B>(message: &mut Request<B>) -> Arc<Self> {
        let hints = Arc::<Self>::default();
        let counted = Arc::clone(&hints);
        hyper::ext::on_informational(message, move |_| {
            if counted.seen.fetch_add(1, Relaxed) >= MOST {
                counted.over.notify_one();
            }
        });
        hints
    }

    /// Waits for the answer; `None` when there were too many before it.
    pub(crate) async fn within<T>(&self, answer: impl Future<Output = T>) -> Option<T> {
        let (mut answer, mut over) = (pin!(answer), pin!(self.over.notified()));
        poll_fn(|context| match answer.as_mut().poll(context) {
            Poll::Ready(answer) => Poll::Ready(Some(answer)),
            Poll::Pending => over.as_mut().poll(context).map(|()| None),
        })
        .await
        // The last of them and the answer may come at once.
        .filter(|_| self.seen.load(Relaxed) <= MOST)
    }
}
