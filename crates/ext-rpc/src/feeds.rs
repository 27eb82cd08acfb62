//! Subscriptions: what they ask, and what they send.
//!
//! A subscription asks the operation that lists (`query:events.list.v1`, `query:jobs.list.v1`) after
//! each change, as its caller: so it shows what its caller may see, and nothing waits in memory for a
//! slow client.

use std::{collections::BTreeMap, sync::Arc};

use blake3::Hash;
use bytes::Bytes;
use ext_wire::{ErrorBody, ErrorCode};
use jsonrpsee_core::server::{PendingSubscriptionSink, SubscriptionMessage, SubscriptionSink};
use jsonrpsee_types::ErrorObjectOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json, value::RawValue};
use tokio::sync::watch;
use uuid::Uuid;

use crate::{
    backend::{Caller, ExtensionStates},
    limits::SEND_TIME,
    logs::{LogLevel, LogPage, LogRecord, LogTail},
    reads::{Question, Reads},
};

const LIST_EVENTS: &str = "query:events.list.v1";
const LIST_JOBS: &str = "query:jobs.list.v1";
/// Events that one look takes.
const PAGE: u32 = 200;

/// The parameters of `events.subscribe`: those of `query:events.list.v1`, and the library.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct EventsParams {
    library: Uuid,
    /// Only events after this one; without it those that come from now on.
    after: Option<u64>,
    kinds: Option<Vec<String>>,
    under: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct JobsParams {
    library: Uuid,
}

/// The parameters of `extensions.subscribe`: none, or an empty object.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ExtensionsParams {}

/// The parameters of `logs.subscribe` and `logs.list`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LogsParams {
    /// Only records after this one; without it all that are kept.
    after: Option<u64>,
    /// Only those of this extension.
    extension: Option<String>,
    /// Only those of this level and of graver ones.
    level: Option<LogLevel>,
}

impl LogsParams {
    /// Takes the records that are asked for.
    pub(crate) fn of(&self, log: &LogTail) -> LogPage {
        let Self { after, extension, level } = self;
        let (records, last) = log.after(after.unwrap_or_default());
        let wanted = records.iter().filter(|it| {
            level.is_none_or(|level| it.level <= level)
                && (extension.is_none() || it.extension == *extension)
        });
        LogPage { records: wanted.map(|it| LogRecord::clone(it)).collect(), last }
    }
}

/// The part of an answer of `query:events.list.v1` that a subscription reads.
#[derive(Deserialize)]
struct EventsPage<'a> {
    #[serde(borrow)]
    events: Vec<&'a RawValue>,
    last: u64,
}

#[derive(Deserialize)]
struct JobsPage<'a> {
    #[serde(borrow)]
    jobs: Vec<&'a RawValue>,
}

/// The part of a job by which it is told from others.
#[derive(Deserialize)]
struct JobId<'a> {
    #[serde(borrow)]
    id: &'a RawValue,
}

/// Accepts a subscription whose parameters are right, and follows it to its end.
pub(crate) async fn follow<P>(
    pending: PendingSubscriptionSink,
    asked: Result<(P, Caller), ErrorObjectOwned>,
    reads: &Arc<Reads>,
    feed_it: impl AsyncFnOnce(Feed, P) -> Result<(), ErrorBody>,
) {
    let (params, caller) = match asked {
        Ok(asked) => asked,
        Err(error) => return pending.reject(error).await,
    };
    let Ok(sink) = pending.accept().await else { return };
    let feed = Feed { reads: Arc::clone(reads), caller, sink };
    let last = feed.sink.clone();
    if let Err(error) = feed_it(feed, params).await {
        let _ = send(&last, &json!({ "error": error })).await;
    }
}

/// A subscription that is followed.
pub(crate) struct Feed {
    reads: Arc<Reads>,
    caller: Caller,
    sink: SubscriptionSink,
}

impl Feed {
    async fn ask(
        &self,
        method: &'static str,
        library: Uuid,
        input: &Value,
        changes: u64,
    ) -> Result<Bytes, ErrorBody> {
        let (caller, input) = (self.caller.clone(), input.to_string());
        self.reads.ask(Question { caller, method, library, input, changes }).await
    }

    async fn extensions(&self) -> Result<ExtensionStates, ErrorBody> {
        let (reads, caller) = (Arc::clone(&self.reads), self.caller.clone());
        let read = tokio::task::spawn_blocking(move || reads.backend().extensions(&caller));
        read.await.map_err(|error| ErrorBody::new(ErrorCode::Internal, error)).flatten()
    }
}

pub(crate) async fn events(feed: Feed, params: EventsParams) -> Result<(), ErrorBody> {
    let EventsParams { library, after, kinds, under } = params;
    let mut changes = feed.reads.backend().changes(library);
    let mut after = match after {
        Some(after) => after,
        None => {
            let seen = *changes.borrow_and_update();
            let page = feed.ask(LIST_EVENTS, library, &json!({ "limit": 0 }), seen).await?;
            read::<EventsPage<'_>>(&page)?.last
        }
    };
    loop {
        let seen = *changes.borrow_and_update();
        loop {
            let input = json!({ "after": after, "kinds": kinds, "under": under, "limit": PAGE });
            let page = feed.ask(LIST_EVENTS, library, &input, seen).await?;
            let page: EventsPage<'_> = read(&page)?;
            let is_end = page.last == after;
            after = page.last;
            for event in page.events {
                if !send(&feed.sink, &event).await {
                    return Ok(());
                }
            }
            if is_end {
                break;
            }
        }
        if !changed(&feed, &mut changes).await {
            return Ok(());
        }
    }
}

pub(crate) async fn jobs(feed: Feed, JobsParams { library }: JobsParams) -> Result<(), ErrorBody> {
    let mut changes = feed.reads.backend().changes(library);
    let (mut known, mut last) = (BTreeMap::new(), Bytes::new());
    loop {
        let seen = *changes.borrow_and_update();
        let page = feed.ask(LIST_JOBS, library, &json!({ "limit": PAGE }), seen).await?;
        // Most changes of a library are about no job.
        if page != last {
            let sent = send_changed(&feed.sink, by_id(&page)?, &known).await?;
            let Some(now) = sent else { return Ok(()) };
            (known, last) = (now, page);
        }
        if !changed(&feed, &mut changes).await {
            return Ok(());
        }
    }
}

/// The things that a client knows, by their ids, and what it knows of each: a hash is enough.
type Known = BTreeMap<String, Hash>;

/// Sends the things that are not known as they are now; returns all of them, or `None` when the client is
/// gone.
async fn send_changed<T: Serialize>(
    sink: &SubscriptionSink,
    things: impl IntoIterator<Item = (String, T)>,
    known: &Known,
) -> Result<Option<Known>, ErrorBody> {
    let mut now = Known::new();
    for (id, thing) in things {
        let text = serde_json::to_vec(&thing).map_err(internal)?;
        let hash = blake3::hash(&text);
        if known.get(&id) != Some(&hash) && !send(sink, &thing).await {
            return Ok(None);
        }
        now.insert(id, hash);
    }
    Ok(Some(now))
}

/// Returns the jobs of a page with their ids.
fn by_id(page: &[u8]) -> Result<Vec<(String, &RawValue)>, ErrorBody> {
    let with_id =
        |job: &RawValue| read::<JobId<'_>>(job.get().as_bytes()).map(|it| it.id.get().to_owned());
    read::<JobsPage<'_>>(page)?.jobs.into_iter().map(|job| Ok((with_id(job)?, job))).collect()
}

pub(crate) async fn extensions(feed: Feed, _: Option<ExtensionsParams>) -> Result<(), ErrorBody> {
    let mut changes = feed.reads.backend().extension_changes();
    let mut known = Known::new();
    loop {
        changes.mark_unchanged();
        let states = feed.extensions().await?;
        let sent = send_changed(&feed.sink, states, &known).await?;
        let Some(now) = sent else { return Ok(()) };
        for id in known.keys().filter(|id| !now.contains_key(*id)) {
            if !send(&feed.sink, &json!({ "id": id, "removed": true })).await {
                return Ok(());
            }
        }
        known = now;
        if !changed(&feed, &mut changes).await {
            return Ok(());
        }
    }
}

pub(crate) async fn logs(feed: Feed, mut params: LogsParams) -> Result<(), ErrorBody> {
    let log = feed.reads.backend().logs(&feed.caller)?;
    let mut changes = log.changes();
    loop {
        changes.mark_unchanged();
        let LogPage { records, last } = params.of(&log);
        params.after = Some(last);
        for record in &records {
            if !send(&feed.sink, record).await {
                return Ok(());
            }
        }
        if !changed(&feed, &mut changes).await {
            return Ok(());
        }
    }
}

fn read<'a, T: Deserialize<'a>>(answer: &'a [u8]) -> Result<T, ErrorBody> {
    serde_json::from_slice(answer).map_err(internal)
}

fn internal(error: serde_json::Error) -> ErrorBody {
    ErrorBody::new(ErrorCode::Internal, error)
}

/// Waits for the next change; false when the client is gone, or the server ends.
async fn changed(feed: &Feed, changes: &mut watch::Receiver<u64>) -> bool {
    tokio::select! {
        changed = changes.changed() => changed.is_ok(),
        () = feed.sink.closed() => false,
    }
}

/// Sends a message; false when the client is gone, or does not take it.
async fn send(sink: &SubscriptionSink, message: &impl Serialize) -> bool {
    let method = sink.method_name();
    let Ok(message) = SubscriptionMessage::new(method, sink.subscription_id(), message) else {
        return false;
    };
    sink.send_timeout(message, SEND_TIME).await.is_ok()
}
