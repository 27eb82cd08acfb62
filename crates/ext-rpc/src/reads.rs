//! The reads of subscriptions: a few at a time, and one for all that ask the same.
//!
//! A thousand subscriptions wake up at the same commit. If each read for itself, on a thread of its own,
//! there would be hundreds of threads and connections to a database for one page.

use std::{
    collections::HashMap,
    sync::{Arc, Weak},
};

use bytes::Bytes;
use ext_wire::{ErrorBody, ErrorCode, body::BlobStyle};
use parking_lot::Mutex;
use tokio::sync::{OnceCell, Semaphore};
use uuid::Uuid;

use crate::{
    backend::{Backend, Caller, RpcCall},
    calls::Calls,
    limits::MAX_READS,
    rpc::run,
};

type Answer = Result<Bytes, ErrorBody>;
type Reading = OnceCell<Answer>;

/// A question of a subscription.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Question {
    pub(crate) caller: Caller,
    pub(crate) method: &'static str,
    pub(crate) library: Uuid,
    pub(crate) input: String,
    /// The number of changes that whoever asks knows of: a read that began before the last of them
    /// would not show it.
    pub(crate) changes: u64,
}

/// The reads of all subscriptions of a server.
pub(crate) struct Reads {
    backend: Arc<dyn Backend>,
    calls: Calls,
    places: Semaphore,
    running: Mutex<HashMap<Question, Weak<Reading>>>,
}

impl Reads {
    pub(crate) fn of(backend: Arc<dyn Backend>, calls: Calls) -> Self {
        Self { backend, calls, places: Semaphore::new(MAX_READS), running: Mutex::default() }
    }

    /// Returns the system that is read.
    pub(crate) fn backend(&self) -> &dyn Backend {
        &*self.backend
    }

    /// Answers a question, by the read that others wait for already, if there is one.
    pub(crate) async fn ask(&self, question: Question) -> Answer {
        let asked = self.join(question);
        asked.reading.get_or_init(|| self.read(&asked.question)).await.clone()
    }

    fn join(&self, question: Question) -> Asked<'_> {
        let mut running = self.running.lock();
        let kept = running.get(&question).and_then(Weak::upgrade);
        let reading = kept.unwrap_or_else(|| {
            let reading = Arc::default();
            running.insert(question.clone(), Arc::downgrade(&reading));
            reading
        });
        Asked { reads: self, question, reading }
    }

    async fn read(&self, question: &Question) -> Answer {
        let closed = |_| ErrorBody::new(ErrorCode::Stopped, "the daemon ends");
        let _place = self.places.acquire().await.map_err(closed)?;
        let Question { caller, method, library, input, .. } = question;
        let (id, stop, blobs) = (Uuid::new_v4(), Arc::default(), BlobStyle::Base64);
        let (method, library) = ((*method).to_owned(), Some(*library));
        let payload = Bytes::from(input.clone());
        let call = RpcCall { id, method, library, payload, blobs, stop, parent: None };
        run(&self.backend, &self.calls, caller, call).await.map(Bytes::from)
    }
}

/// A question that waits for its answer.
struct Asked<'a> {
    reads: &'a Reads,
    question: Question,
    reading: Arc<Reading>,
}

impl Drop for Asked<'_> {
    /// Takes a read out that is over, so that whoever asks from now on gets a new one, and one that
    /// nobody else waits for.
    fn drop(&mut self) {
        let mut running = self.reads.running.lock();
        let own = Arc::as_ptr(&self.reading);
        let is_over = self.reading.initialized() || Arc::strong_count(&self.reading) == 1;
        if is_over && running.get(&self.question).is_some_and(|it| it.as_ptr() == own) {
            running.remove(&self.question);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{
        sync::atomic::{AtomicUsize, Ordering::Relaxed},
        time::Duration,
    };

    use serde_json::{Value, json};
    use tokio::sync::watch;

    use super::*;
    use crate::backend::Tell;

    /// Counts the reads that run, and the most that ran at once.
    #[derive(Default)]
    struct Slow {
        calls: AtomicUsize,
        running: AtomicUsize,
        most: AtomicUsize,
    }

    impl Backend for Slow {
        fn authenticate(&self, _token: &str) -> Option<Caller> {
            None
        }

        fn call(&self, _: &Caller, call: RpcCall, _: &Tell<'_>) -> Result<Vec<u8>, ErrorBody> {
            self.calls.fetch_add(1, Relaxed);
            self.most.fetch_max(self.running.fetch_add(1, Relaxed) + 1, Relaxed);
            std::thread::sleep(Duration::from_millis(20));
            self.running.fetch_sub(1, Relaxed);
            Ok(call.payload.to_vec())
        }

        fn status(&self, _caller: &Caller) -> Result<Value, ErrorBody> {
            Ok(Value::Null)
        }

        fn describe(&self) -> Value {
            Value::Null
        }

        fn changes(&self, _library: Uuid) -> watch::Receiver<u64> {
            watch::channel(0).1
        }

        fn shut_down(&self, _caller: &Caller) -> Result<(), ErrorBody> {
            Ok(())
        }
    }

    fn question(input: &Value, changes: u64) -> Question {
        let (caller, library, input) = (Caller::User, Uuid::nil(), input.to_string());
        Question { caller, method: "query:test.echo.v1", library, input, changes }
    }

    async fn ask_all(reads: &Arc<Reads>, questions: impl Iterator<Item = Question>) {
        let asked = questions.map(|question| {
            let reads = Arc::clone(reads);
            tokio::spawn(async move {
                let input = question.input.clone();
                assert_eq!(reads.ask(question).await.unwrap(), input);
            })
        });
        for asked in asked.collect::<Vec<_>>() {
            asked.await.unwrap();
        }
        assert!(reads.running.lock().is_empty(), "nothing is kept");
    }

    #[tokio::test]
    async fn who_asks_the_same_at_the_same_time_shares_a_read() {
        let backend = Arc::new(Slow::default());
        let reads = Arc::new(Reads::of(Arc::clone(&backend) as _, Calls::default()));
        ask_all(&reads, (0..100).map(|_| question(&json!(1), 7))).await;
        assert_eq!(backend.calls.load(Relaxed), 1);
        // A read that began before a change is not for those who know of it, and neither is one that is
        // over, nor that of somebody else.
        ask_all(&reads, (7..9).map(|changes| question(&json!(1), changes))).await;
        assert_eq!(backend.calls.load(Relaxed), 3);
        let token = Caller::Token("other".into());
        let other = [question(&json!(1), 7), Question { caller: token, ..question(&json!(1), 7) }];
        ask_all(&reads, other.into_iter()).await;
        assert_eq!(backend.calls.load(Relaxed), 5);
    }

    #[tokio::test]
    async fn few_read_at_once() {
        let backend = Arc::new(Slow::default());
        let reads = Arc::new(Reads::of(Arc::clone(&backend) as _, Calls::default()));
        ask_all(&reads, (0..40).map(|number| question(&json!(number), 0))).await;
        assert_eq!(backend.calls.load(Relaxed), 40);
        assert!(backend.most.load(Relaxed) <= MAX_READS);
    }

    #[tokio::test]
    async fn a_read_goes_on_for_the_others_when_the_one_who_began_it_is_gone() {
        let backend = Arc::new(Slow::default());
        let reads = Arc::new(Reads::of(Arc::clone(&backend) as _, Calls::default()));
        let begin = |reads: Arc<Reads>| async move { reads.ask(question(&json!(1), 0)).await };
        let first = tokio::spawn(begin(Arc::clone(&reads)));
        let second = tokio::spawn(begin(Arc::clone(&reads)));
        tokio::time::sleep(Duration::from_millis(5)).await;
        first.abort();
        assert_eq!(second.await.unwrap().unwrap(), "1");
        let alone = tokio::spawn(begin(Arc::clone(&reads)));
        tokio::time::sleep(Duration::from_millis(5)).await;
        alone.abort();
        let _ = alone.await;
        assert!(reads.running.lock().is_empty(), "nothing is kept");
    }
}
