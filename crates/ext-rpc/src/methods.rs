//! The methods of the server itself: its state, its end, and subscriptions.
//!
//! A subscription asks the operation that lists (`query:events.list.v1`, `query:jobs.list.v1`) after
//! each change, as its caller: so it shows what its caller may see, and nothing waits in memory for a
//! slow client.

use std::{collections::BTreeMap, sync::Arc};

use bytes::Bytes;
use ext_wire::{ErrorBody, ErrorCode, body::BlobStyle};
use jsonrpsee_core::server::{
    PendingSubscriptionSink, RpcModule, SubscriptionMessage, SubscriptionSink,
};
use jsonrpsee_types::{ErrorObjectOwned, Extensions, Params};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json, value::RawValue};
use uuid::Uuid;

use crate::{
    PROTOCOL,
    backend::{Backend, Caller, RpcCall},
    console::Console,
    limits::SEND_TIME,
    logs::LogLevel,
    rpc::{run, to_object},
};

const LIST_EVENTS: &str = "query:events.list.v1";
const LIST_JOBS: &str = "query:jobs.list.v1";
/// Events that one look takes.
const PAGE: u32 = 200;

/// The parameters of `events.subscribe`: those of `query:events.list.v1`, and the library.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EventsParams {
    library: Uuid,
    /// Only events after this one; without it those that come from now on.
    after: Option<u64>,
    kinds: Option<Vec<String>>,
    under: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct JobsParams {
    library: Uuid,
}

/// The parameters of `logs.subscribe`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LogsParams {
    /// Only records after this one; without it all that are kept.
    after: Option<u64>,
    /// Only those of this extension.
    extension: Option<String>,
    /// Only those of this level and of graver ones.
    level: Option<LogLevel>,
}

/// The part of an answer of `query:events.list.v1` that a subscription reads.
#[derive(Deserialize)]
struct EventsPage {
    events: Vec<Box<RawValue>>,
    last: u64,
}

#[derive(Deserialize)]
struct JobsPage {
    jobs: Vec<Value>,
}

/// Makes the methods.
pub(crate) fn module(
    backend: Arc<dyn Backend>,
    console: Console,
) -> Result<RpcModule<Arc<dyn Backend>>, jsonrpsee_core::RegisterMethodError> {
    let mut module = RpcModule::new(backend);
    module.register_method(
        "daemon.version",
        |_, _, _| json!({ "protocol": PROTOCOL, "version": env!("CARGO_PKG_VERSION") }),
    )?;
    module.register_blocking_method("rpc.discover", |_, backend, _| backend.describe())?;
    module.register_async_method("daemon.status", |_, backend, extensions| async move {
        ask(&backend, caller(&extensions)?, |backend, caller| backend.status(caller)).await
    })?;
    module.register_async_method("daemon.reload", |_, backend, extensions| async move {
        ask(&backend, caller(&extensions)?, |backend, caller| backend.reload(caller)).await
    })?;
    module.register_method("daemon.shut_down", |_, backend, extensions| {
        backend.shut_down(&caller(extensions)?).map_err(|error| to_object(&error))
    })?;
    module.register_async_method("daemon.open_console", move |_, _, extensions| {
        let console = console.clone();
        async move { open_console(&console, &caller(&extensions)?).await }
    })?;
    module.register_subscription(
        "events.subscribe",
        "events.event",
        "events.unsubscribe",
        |params, sink, backend, extensions| async move {
            let asked = params.parse().map_err(|error| wrong(&error));
            follow(sink, asked, &backend, &extensions, events).await;
        },
    )?;
    module.register_subscription(
        "jobs.subscribe",
        "jobs.job",
        "jobs.unsubscribe",
        |params: Params<'static>, sink, backend, extensions| async move {
            let asked = params.parse().map_err(|error| wrong(&error));
            follow(sink, asked, &backend, &extensions, jobs).await;
        },
    )?;
    module.register_subscription(
        "logs.subscribe",
        "logs.record",
        "logs.unsubscribe",
        |params, sink, backend, extensions| async move {
            let asked = params.parse().map_err(|error| wrong(&error));
            follow(sink, asked, &backend, &extensions, logs).await;
        },
    )?;
    Ok(module)
}

/// Makes a code for a browser, which acts as the user from then on.
async fn open_console(console: &Console, caller: &Caller) -> Result<Value, ErrorObjectOwned> {
    let invited = match caller {
        Caller::User => console.invite().await,
        Caller::Token(_) => Err(ErrorBody::new(
            ErrorCode::DeniedMethod,
            "the console is for the user, and not for a token",
        )),
    };
    invited.map_err(|error| to_object(&error))
}

/// Asks the backend on a thread that may block.
async fn ask(
    backend: &Arc<Arc<dyn Backend>>,
    caller: Caller,
    question: fn(&dyn Backend, &Caller) -> Result<Value, ErrorBody>,
) -> Result<Value, ErrorObjectOwned> {
    let backend = Arc::clone(backend);
    let run = tokio::task::spawn_blocking(move || question(&**backend, &caller));
    let panicked = |_| ErrorBody::new(ErrorCode::Internal, "the call failed inside of the daemon");
    run.await.map_err(panicked).flatten().map_err(|error| to_object(&error))
}

/// Accepts a subscription whose parameters are right, and follows it to its end.
async fn follow<P>(
    pending: PendingSubscriptionSink,
    params: Result<P, ErrorObjectOwned>,
    backend: &Arc<Arc<dyn Backend>>,
    extensions: &Extensions,
    feed_it: impl AsyncFnOnce(Feed, P) -> Result<(), ErrorBody>,
) {
    let asked = params.and_then(|params| Ok((params, caller(extensions)?)));
    let (params, caller) = match asked {
        Ok(asked) => asked,
        Err(error) => return pending.reject(error).await,
    };
    let Ok(sink) = pending.accept().await else { return };
    let feed = Feed { backend: Arc::clone(backend), caller, sink };
    let last = feed.sink.clone();
    if let Err(error) = feed_it(feed, params).await {
        let _ = send(&last, &json!({ "error": error })).await;
    }
}

/// A subscription that is followed.
struct Feed {
    backend: Arc<Arc<dyn Backend>>,
    caller: Caller,
    sink: SubscriptionSink,
}

impl Feed {
    async fn ask<O: for<'de> Deserialize<'de>>(
        &self,
        method: &str,
        library: Uuid,
        input: &Value,
    ) -> Result<O, ErrorBody> {
        let payload = Bytes::from(input.to_string());
        let (id, blobs, stop) = (Uuid::new_v4(), BlobStyle::Base64, Arc::default());
        let (method, library) = (method.to_owned(), Some(library));
        let call = RpcCall { id, method, library, payload, blobs, stop };
        let output = run(&self.backend, &self.caller, call).await?;
        serde_json::from_slice(&output).map_err(|error| ErrorBody::new(ErrorCode::Internal, error))
    }
}

async fn events(feed: Feed, params: EventsParams) -> Result<(), ErrorBody> {
    let EventsParams { library, after, kinds, under } = params;
    let mut changes = feed.backend.changes(library);
    let mut after = match after {
        Some(after) => after,
        None => feed.ask::<EventsPage>(LIST_EVENTS, library, &json!({ "limit": 0 })).await?.last,
    };
    loop {
        changes.mark_unchanged();
        loop {
            let input = json!({ "after": after, "kinds": kinds, "under": under, "limit": PAGE });
            let page: EventsPage = feed.ask(LIST_EVENTS, library, &input).await?;
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

async fn jobs(feed: Feed, JobsParams { library }: JobsParams) -> Result<(), ErrorBody> {
    let mut changes = feed.backend.changes(library);
    let mut known = BTreeMap::new();
    loop {
        changes.mark_unchanged();
        let page: JobsPage = feed.ask(LIST_JOBS, library, &json!({ "limit": PAGE })).await?;
        for job in page.jobs {
            let id = job.get("id").map(Value::to_string).unwrap_or_default();
            if known.get(&id) != Some(&job) {
                if !send(&feed.sink, &job).await {
                    return Ok(());
                }
                known.insert(id, job);
            }
        }
        if !changed(&feed, &mut changes).await {
            return Ok(());
        }
    }
}

async fn logs(feed: Feed, params: LogsParams) -> Result<(), ErrorBody> {
    let LogsParams { after, extension, level } = params;
    let log = feed.backend.logs(&feed.caller)?;
    let mut changes = log.changes();
    let mut after = after.unwrap_or_default();
    loop {
        changes.mark_unchanged();
        let (records, last) = log.after(after);
        after = last;
        let of_level = records.iter().filter(|it| level.is_none_or(|level| it.level <= level));
        for record in of_level.filter(|it| extension.is_none() || it.extension == extension) {
            if !send(&feed.sink, record).await {
                return Ok(());
            }
        }
        if !changed(&feed, &mut changes).await {
            return Ok(());
        }
    }
}

/// Waits for the next change; false when the client is gone, or the server ends.
async fn changed(feed: &Feed, changes: &mut tokio::sync::watch::Receiver<u64>) -> bool {
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

fn caller(extensions: &Extensions) -> Result<Caller, ErrorObjectOwned> {
    let unknown = || to_object(&ErrorBody::new(ErrorCode::Internal, "the caller is not known"));
    extensions.get::<Caller>().cloned().ok_or_else(unknown)
}

fn wrong(error: &ErrorObjectOwned) -> ErrorObjectOwned {
    let facts = error.data().map(|data| data.get().trim_matches('"').to_owned());
    let message = format!("wrong parameters: {}", facts.unwrap_or_else(|| error.message().into()));
    to_object(&ErrorBody::new(ErrorCode::BadInput, message))
}
