//! Futures of `async` handlers, which this thread polls.

use std::{
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll, Wake, Waker},
};

use ext_abi::ErrorCode;

use crate::error::{Error, Result};

/// A flag that is set when a future can go on.
struct Woken(AtomicBool);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Polls a future to its end. Calls to the host return when they are done, so most futures never wait.
///
/// # Errors
/// The future's; [`ErrorCode::Extension`] for one that waits for something else, because a guest has no
/// other thread that could wake it.
pub fn block_on<T>(future: impl Future<Output = Result<T>>) -> Result<T> {
    let woken = Arc::new(Woken(AtomicBool::new(false)));
    let waker = Waker::from(Arc::clone(&woken));
    let mut future = pin!(future);
    loop {
        if let Poll::Ready(result) = future.as_mut().poll(&mut Context::from_waker(&waker)) {
            return result;
        }
        if !woken.0.swap(false, Ordering::Relaxed) {
            let message = "the function waits for something that nothing in an extension wakes";
            return Err(Error::new(ErrorCode::Extension, message));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::future::{pending, poll_fn};

    use super::*;

    #[test]
    fn a_future_that_wakes_itself_is_polled_to_its_end() {
        let mut left = 3;
        let counted = poll_fn(move |context| {
            left -= 1;
            if left == 0 {
                return Poll::Ready(Ok("done"));
            }
            context.waker().wake_by_ref();
            Poll::Pending
        });
        assert_eq!(block_on(counted).unwrap(), "done");
    }

    #[test]
    fn a_future_that_nothing_wakes_is_an_error() {
        let error = block_on(pending::<Result<()>>()).unwrap_err();
        assert!(error.to_string().contains("nothing in an extension wakes"), "{error}");
    }
}
