//! A server over a backend for tests.

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
    os::unix::net::UnixStream,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
    time::Duration,
};

use ext_rpc::{Backend, Caller, ExtensionStates, LogTail, RpcCall, Server, ServerOptions, Tell};
use ext_wire::{ErrorBody, ErrorCode, ops::work::WorkProgress};
use parking_lot::Mutex;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::sync::watch;
use uuid::Uuid;

/// A system with one library, whose events are numbers.
pub(crate) struct Numbers {
    pub(crate) events: watch::Sender<u64>,
    pub(crate) calls: AtomicU32,
    pub(crate) stopped: AtomicBool,
    pub(crate) revoked: AtomicBool,
    pub(crate) logs: LogTail,
    pub(crate) extensions: Mutex<ExtensionStates>,
    pub(crate) extension_changes: watch::Sender<u64>,
}

pub(crate) const TOKEN: &str = "sdt_test";

/// The library of the token.
pub(crate) const OWN: Uuid = Uuid::from_u128(18);

impl Numbers {
    /// Checks that the token may look into a library, as long as it is valid.
    fn ensure_own(&self, library: Option<Uuid>) -> Result<(), ErrorBody> {
        if library == Some(OWN) && !self.revoked.load(Ordering::Relaxed) {
            return Ok(());
        }
        Err(ErrorBody::new(ErrorCode::DeniedLibrary, "the token is for other libraries"))
    }
}

impl Backend for Numbers {
    fn authenticate(&self, token: &str) -> Option<Caller> {
        let valid = token == TOKEN && !self.revoked.load(Ordering::Relaxed);
        valid.then(|| Caller::Token("test".into()))
    }

    fn call(&self, caller: &Caller, call: RpcCall, tell: &Tell<'_>) -> Result<Vec<u8>, ErrorBody> {
        self.calls.fetch_add(1, Ordering::Relaxed);
        match call.method.as_str() {
            "query:test.echo.v1" => Ok(call.payload.to_vec()),
            "query:test.caller.v1" => Ok(json!(format!("{caller:?}")).to_string().into()),
            "query:test.library.v1" => Ok(json!(call.library).to_string().into()),
            "query:test.large.v1" => Ok(vec![b'1'; ext_rpc::MAX_REPLY_BYTES + 1]),
            "query:test.no_json.v1" => Ok(b"{".to_vec()),
            "query:test.panic.v1" => panic!("on purpose"),
            "query:test.steps.v1" => {
                let mut done = 0;
                while done < 3 || !(call.payload.is_empty() || call.stop.load(Ordering::Relaxed)) {
                    tell(WorkProgress::Embedding { done, total: 3 });
                    done += 1;
                    std::thread::sleep(Duration::from_millis(5));
                }
                Ok(json!({ "done": done >= 3 }).to_string().into())
            }
            "query:test.wait.v1" => {
                while !call.stop.load(Ordering::Relaxed) {
                    std::thread::sleep(Duration::from_millis(5));
                }
                self.stopped.store(true, Ordering::Relaxed);
                Err(ErrorBody::new(ErrorCode::Stopped, "the client is gone"))
            }
            "query:events.list.v1" => {
                if let Caller::Token(_) = caller {
                    self.ensure_own(call.library)?;
                }
                let input: Value = serde_json::from_slice(&call.payload).unwrap();
                let (after, last) = (input["after"].as_u64().unwrap_or(0), *self.events.borrow());
                if after > last {
                    return Err(ErrorBody::new(ErrorCode::Conflict, "the log began anew"));
                }
                let limit = input["limit"].as_u64().unwrap();
                let end = last.min(after + limit);
                let events: Vec<_> = (after + 1..=end)
                    .map(|id| json!({ "id": id, "library": call.library }))
                    .collect();
                let last = if limit == 0 { last } else { end };
                Ok(json!({ "events": events, "last": last }).to_string().into())
            }
            "query:test.busy.v1" => Err(ErrorBody {
                retry_after_ms: Some(7),
                ..ErrorBody::new(ErrorCode::Busy, "later")
            }),
            method => {
                let message = format!("there is no method `{method}`");
                Err(ErrorBody::new(ErrorCode::UnknownMethod, message))
            }
        }
    }

    fn status(&self, caller: &Caller) -> Result<Value, ErrorBody> {
        Ok(json!({ "caller": format!("{caller:?}") }))
    }

    fn describe(&self) -> Value {
        json!({ "openrpc": "1.3.2" })
    }

    fn changes(&self, _library: Uuid) -> watch::Receiver<u64> {
        self.events.subscribe()
    }

    fn extensions(&self, caller: &Caller) -> Result<ExtensionStates, ErrorBody> {
        self.shut_down(caller).map(|()| self.extensions.lock().clone())
    }

    fn extension_changes(&self) -> watch::Receiver<u64> {
        self.extension_changes.subscribe()
    }

    fn logs(&self, caller: &Caller) -> Result<LogTail, ErrorBody> {
        self.shut_down(caller).map(|()| self.logs.clone())
    }

    fn shut_down(&self, caller: &Caller) -> Result<(), ErrorBody> {
        match caller {
            Caller::User => Ok(()),
            Caller::Token(_) => Err(ErrorBody::new(ErrorCode::DeniedMethod, "not for tokens")),
        }
    }
}

pub(crate) struct Served {
    pub(crate) data: TempDir,
    pub(crate) backend: Arc<Numbers>,
    pub(crate) server: Server,
}

/// An answer of HTTP.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}

impl Served {
    pub(crate) fn new() -> Self {
        Self::with(|options| options.port = Some("127.0.0.1:0".parse().unwrap()))
    }

    pub(crate) fn with(change: impl FnOnce(&mut ServerOptions)) -> Self {
        let data = tempfile::tempdir().unwrap();
        let backend = Self::backend();
        let mut options = ServerOptions::new(data.path());
        change(&mut options);
        let server = Server::start(&options, Arc::clone(&backend) as Arc<dyn Backend>).unwrap();
        Self { data, backend, server }
    }

    pub(crate) fn backend() -> Arc<Numbers> {
        let (calls, stopped, revoked, logs, extensions) = Default::default();
        let (events, extension_changes) = (watch::Sender::new(0), watch::Sender::new(0));
        Arc::new(Numbers { events, calls, stopped, revoked, logs, extensions, extension_changes })
    }

    pub(crate) fn port(&self) -> SocketAddr {
        self.server.port().unwrap()
    }

    pub(crate) fn connect(&self) -> UnixStream {
        let stream = UnixStream::connect(self.server.socket()).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        stream
    }

    /// Sends bytes over the socket, and reads to the end.
    pub(crate) fn raw(&self, bytes: &[u8]) -> Answer {
        exchange(self.connect(), bytes)
    }

    /// Sends bytes to the port, and reads to the end.
    pub(crate) fn raw_port(&self, bytes: &[u8]) -> Answer {
        exchange(TcpStream::connect(self.port()).unwrap(), bytes)
    }

    /// Posts JSON-RPC over the socket.
    pub(crate) fn post(&self, body: &str) -> Answer {
        self.raw(&request("POST", "/", "localhost", &[], body))
    }

    pub(crate) fn call(&self, method: &str, params: &Value) -> Value {
        let body = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params });
        self.post(&body.to_string()).json()
    }
}

pub(crate) fn request(
    method: &str,
    path: &str,
    host: &str,
    headers: &[(&str, &str)],
    body: &str,
) -> Vec<u8> {
    let headers: String =
        headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    let length = body.len();
    format!(
        "{method} {path} HTTP/1.1\r\nhost: {host}\r\ncontent-type: application/json\r\n\
         connection: close\r\ncontent-length: {length}\r\n{headers}\r\n{body}"
    )
    .into_bytes()
}

fn exchange(mut stream: impl Read + Write, bytes: &[u8]) -> Answer {
    // The server may answer, and close, before it has read everything.
    let _ = stream.write_all(bytes);
    let mut text = Vec::new();
    let _ = stream.read_to_end(&mut text);
    let text = String::from_utf8_lossy(&text).into_owned();
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or_default();
    Answer { status, head: head.to_owned(), body: body.to_owned() }
}

pub(crate) fn names(folder: &Path) -> Vec<String> {
    let names = std::fs::read_dir(folder).unwrap();
    names.map(|name| name.unwrap().file_name().into_string().unwrap()).collect()
}
