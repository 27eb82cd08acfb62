//! Calls that take long, for a client that watches them.
//!
//! The answer to `POST /call/METHOD` with `Accept: application/x-ndjson` is a line of JSON for each
//! step of the work, `{"progress": …}`, and at the end `{"output": …}` or `{"error": …}`. A client
//! that gave the call an id, in the header `x-call`, ends it by `POST /stop/ID`: the work ends after
//! the step at hand, and its result is the last line as ever.

use std::{
    collections::HashMap,
    io::Write,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll},
};

use bytes::Bytes;
use ext_wire::{ErrorBody, ErrorCode, ops::work::WorkProgress};
use hyper::body::Frame;
use jsonrpsee_server::HttpBody;
use parking_lot::Mutex;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use tokio::sync::mpsc::{Receiver, Sender, channel};
use uuid::Uuid;

use crate::{
    backend::{Backend, Caller, RpcCall},
    calls::{Calls, StopOnDrop},
};

/// The media type of a watched call.
pub(crate) const LINES: &str = "application/x-ndjson";
/// The header with the id of a call: that which a client gave it, or a new one.
pub(crate) const CALL: &str = "x-call";
/// The beginning of the paths that end calls.
pub(crate) const STOP: &str = "/stop/";
/// Lines that wait for a slow client; the work waits then.
const WAITING_LINES: usize = 64;

/// A line of a watched call.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Line<'a> {
    /// A step of the work.
    #[serde(borrow)]
    Progress(WorkProgress<'a>),
    /// The output: the last line of a call that went well.
    Output(Box<RawValue>),
    /// The error: the last line of one that did not.
    Error(ErrorBody),
}

/// The watched calls that run, by their callers and ids.
#[derive(Clone, Default)]
pub(crate) struct Running(Arc<Mutex<HashMap<Key, Arc<AtomicBool>>>>);

type Key = (Caller, Uuid);

impl Running {
    /// Ends a call after the step at hand; false when no such call of this caller runs.
    pub(crate) fn stop(&self, caller: &Caller, call: Uuid) -> bool {
        let running = self.0.lock();
        let flag = running.get(&(caller.clone(), call));
        flag.inspect(|flag| flag.store(true, Ordering::Relaxed)).is_some()
    }

    fn begin(&self, key: Key, flag: &Arc<AtomicBool>) -> Listed {
        let mut running = self.0.lock();
        running.insert(key.clone(), Arc::clone(flag));
        Listed { running: self.clone(), key }
    }
}

/// A call that is listed as long as this lives.
struct Listed {
    running: Running,
    key: Key,
}

impl Drop for Listed {
    fn drop(&mut self) {
        self.running.0.lock().remove(&self.key);
    }
}

/// Begins a call; the body is its lines. When the client goes, or the server ends, it is stopped.
pub(crate) fn begin(
    backend: &Arc<dyn Backend>,
    calls: &Calls,
    running: &Running,
    caller: &Caller,
    mut call: RpcCall,
) -> HttpBody {
    let (sender, lines) = channel(WAITING_LINES);
    let gone = calls.begin();
    call.stop = gone.flag();
    let listed = running.begin((caller.clone(), call.id), &call.stop);
    let (backend, caller) = (Arc::clone(backend), caller.clone());
    tokio::task::spawn_blocking(move || {
        let _listed = listed;
        run(&*backend, &caller, call, &sender);
    });
    HttpBody::new(Lines { lines, _gone: gone })
}

fn run(backend: &dyn Backend, caller: &Caller, call: RpcCall, sender: &Sender<Bytes>) {
    let tell = |step: WorkProgress<'_>| send(sender, &Line::Progress(step));
    let output = backend.call(caller, call, &tell);
    let last = output.and_then(|output| {
        let broken = |error| ErrorBody::new(ErrorCode::Internal, error);
        serde_json::from_slice(&output).map_err(broken)
    });
    send(sender, &last.map_or_else(Line::Error, Line::Output));
}

/// Sends a line; one whose client is gone is dropped, and the call is being stopped.
fn send(sender: &Sender<Bytes>, line: &Line<'_>) {
    let mut bytes = serde_json::to_vec(line).unwrap_or_default();
    let _ = bytes.write_all(b"\n");
    let _ = sender.blocking_send(bytes.into());
}

/// The body of the answer.
struct Lines {
    lines: Receiver<Bytes>,
    _gone: StopOnDrop,
}

impl hyper::body::Body for Lines {
    type Data = Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        self.lines.poll_recv(context).map(|line| line.map(|line| Ok(Frame::data(line))))
    }
}
