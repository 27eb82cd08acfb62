//! A client for programs of the same user: calls over the socket of a data folder.

use std::{
    io,
    path::Path,
    sync::atomic::{AtomicBool, Ordering},
    time::{Duration, Instant},
};

use bytes::Bytes;
use ext_wire::{ErrorBody, ErrorCode};
use http::{Request, Response, StatusCode, header};
use http_body_util::{BodyExt, Full};
use hyper::{body::Incoming, client::conn::http1};
use hyper_util::rt::TokioIo;
use parking_lot::Mutex;
use tokio::{net::UnixStream, runtime::Runtime};
use uuid::Uuid;

use crate::{
    PROTOCOL,
    backend::Tell,
    error::ClientError,
    http::{ENVELOPE, LIBRARY, PROTOCOL_HEADER},
    logs::LogPage,
    socket,
    watched::{self, Line},
};

/// Time for the first answer of a daemon.
const FIRST_ANSWER: Duration = Duration::from_secs(10);
/// Time between two looks at the flag that stops a call.
const STOP_LOOK: Duration = Duration::from_millis(50);

/// Time for which a connection without a call is kept: less than the daemon waits for the next one.
const KEPT: Duration = Duration::from_secs(15);

/// Calls to the daemon of a data folder. Calls that come after each other share a connection; those at
/// the same time have one each, and so do those that tell their steps. When the program ends meanwhile,
/// the daemon stops the call.
#[derive(Debug)]
pub struct Client {
    socket: std::path::PathBuf,
    /// The runtime, until the client is dropped.
    runtime: Option<Runtime>,
    kept: Mutex<Option<(Sender, Connection, Instant)>>,
}

type Sender = http1::SendRequest<Full<Bytes>>;

impl Client {
    /// Finds the daemon of a data folder; `None` when none runs.
    ///
    /// # Errors
    /// [`ClientError::Connection`] when it does not answer; [`ClientError::Answer`] with
    /// [`ErrorCode::Busy`] when it has too many connections; [`ClientError::Version`] when it is of
    /// another version.
    pub fn find(data_folder: &Path) -> Result<Option<Self>, ClientError> {
        if !socket::is_served(data_folder) {
            return Ok(None);
        }
        let Some(socket) = socket::find(data_folder) else { return Ok(None) };
        // A thread of its own sees at once that the daemon closed a connection that is kept.
        let mut builder = tokio::runtime::Builder::new_multi_thread();
        let runtime = builder.worker_threads(1).enable_all().build();
        let runtime = Some(runtime.map_err(ClientError::Connection)?);
        let client = Self { socket, runtime, kept: Mutex::default() };
        let health = Request::get("/health").body(Full::default());
        let health = health.map_err(|error| ClientError::Connection(io::Error::other(error)))?;
        let answered = async { tokio::time::timeout(FIRST_ANSWER, client.exchange(health)).await };
        let silent = |_| io::Error::new(io::ErrorKind::TimedOut, "it is silent");
        let answered = async { answered.await.map_err(silent).flatten().map_err(other) };
        let (head, body) = client.block_on(answered)?;
        if head.status == StatusCode::SERVICE_UNAVAILABLE {
            return Err(ClientError::Answer(read_error(head.status, &body)));
        }
        let server = head.headers.get(PROTOCOL_HEADER).and_then(|value| value.to_str().ok());
        if server == Some(&PROTOCOL.to_string()) {
            return Ok(Some(client));
        }
        Err(ClientError::Version { server: server.unwrap_or("?").to_owned(), client: PROTOCOL })
    }

    /// Calls an operation. Input and output are JSON or attachment envelopes.
    ///
    /// # Errors
    /// [`ClientError::Answer`] with the error of the operation; [`ClientError::Connection`] when the
    /// daemon ends meanwhile.
    pub fn call(
        &self,
        method: &str,
        library: Option<Uuid>,
        payload: Bytes,
    ) -> Result<Vec<u8>, ClientError> {
        let request = Request::post(format!("/call/{method}"));
        let request = match library {
            Some(library) => request.header(LIBRARY, library.to_string()),
            None => request,
        };
        let request = request.header(header::ACCEPT, ENVELOPE);
        let (head, body) = self.send(request.body(Full::new(payload)))?;
        if head.status == StatusCode::OK {
            return Ok(body.into());
        }
        Err(ClientError::Answer(read_error(head.status, &body)))
    }

    /// Calls an operation that takes long, and tells its steps. When `stop` is set, the work ends after
    /// the step at hand, and what it answers is returned.
    ///
    /// # Errors
    /// As [`call`](Self::call).
    pub fn call_watched(
        &self,
        method: &str,
        library: Option<Uuid>,
        payload: Bytes,
        stop: Option<&AtomicBool>,
        tell: &Tell<'_>,
    ) -> Result<Vec<u8>, ClientError> {
        let id = Uuid::new_v4();
        let request =
            Request::post(format!("/call/{method}")).header(watched::CALL, id.to_string());
        let request = match library {
            Some(library) => request.header(LIBRARY, library.to_string()),
            None => request,
        };
        let request = request.header(header::ACCEPT, watched::LINES).body(Full::new(payload));
        let request = request.map_err(|error| ClientError::Connection(io::Error::other(error)))?;
        self.block_on(async {
            let call = self.follow(request, tell);
            tokio::pin!(call);
            tokio::select! {
                ended = &mut call => ended,
                () = set(stop) => {
                    self.stop(id).await;
                    call.await
                }
            }
        })
    }

    /// Reads the lines of a watched call to the last.
    async fn follow(
        &self,
        request: Request<Full<Bytes>>,
        tell: &Tell<'_>,
    ) -> Result<Vec<u8>, ClientError> {
        let (answer, _sender, connection) =
            self.begin(request).await.map_err(ClientError::Connection)?;
        let (head, mut body) = answer.into_parts();
        if head.status != StatusCode::OK {
            let body = body.collect().await.map_err(other)?.to_bytes();
            return Err(ClientError::Answer(read_error(head.status, &body)));
        }
        let mut read = Vec::new();
        while let Some(frame) = body.frame().await {
            let Ok(data) = frame.map_err(other)?.into_data() else { continue };
            read.extend_from_slice(&data);
            while let Some(end) = read.iter().position(|byte| *byte == b'\n') {
                let rest = read.split_off(end + 1);
                let line = std::mem::replace(&mut read, rest);
                match serde_json::from_slice(&line) {
                    Ok(Line::Progress(step)) => tell(step),
                    Ok(Line::Output(output)) => return Ok(output.get().as_bytes().to_vec()),
                    Ok(Line::Error(error)) => return Err(ClientError::Answer(error)),
                    Err(error) => return Err(other(error)),
                }
            }
        }
        drop(connection);
        Err(ClientError::Connection(io::ErrorKind::UnexpectedEof.into()))
    }

    /// Asks for the end of a watched call. One that has ended meanwhile is none any more.
    async fn stop(&self, id: Uuid) {
        if let Ok(request) = Request::post(format!("/stop/{id}")).body(Full::default()) {
            let _ = self.exchange(request).await;
        }
    }

    /// Calls a method of the server itself, such as `daemon.status`.
    ///
    /// # Errors
    /// As [`call`](Self::call).
    pub fn request(&self, method: &str) -> Result<serde_json::Value, ClientError> {
        self.request_with(method, &serde_json::json!({}))
    }

    /// Returns the newest records of the daemon's log behind a number, of one extension or of all.
    ///
    /// # Errors
    /// As [`call`](Self::call).
    pub fn logs(&self, after: u64, extension: Option<&str>) -> Result<LogPage, ClientError> {
        let params = serde_json::json!({ "after": after, "extension": extension });
        let page = self.request_with("logs.list", &params)?;
        serde_json::from_value(page).map_err(other)
    }

    fn request_with(
        &self,
        method: &str,
        params: &serde_json::Value,
    ) -> Result<serde_json::Value, ClientError> {
        let body =
            serde_json::json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params });
        let request = Request::post("/").header(header::CONTENT_TYPE, "application/json");
        let (head, body) = self.send(request.body(Full::new(body.to_string().into())))?;
        let mut answer: serde_json::Value = serde_json::from_slice(&body)
            .map_err(|_| ClientError::Answer(read_error(head.status, &body)))?;
        match answer.get_mut("result") {
            Some(result) => Ok(result.take()),
            None => Err(ClientError::Answer(error_of(&answer))),
        }
    }

    fn send(
        &self,
        request: http::Result<Request<Full<Bytes>>>,
    ) -> Result<(http::response::Parts, Bytes), ClientError> {
        let request = request.map_err(|error| ClientError::Connection(io::Error::other(error)))?;
        let exchange = async { self.exchange(request).await.map_err(ClientError::Connection) };
        self.block_on(exchange)
    }

    fn block_on<T>(
        &self,
        future: impl Future<Output = Result<T, ClientError>>,
    ) -> Result<T, ClientError> {
        match &self.runtime {
            Some(runtime) => runtime.block_on(future),
            None => Err(ClientError::Connection(io::ErrorKind::NotConnected.into())),
        }
    }

    /// Sends a request and reads the whole answer, on the kept connection where there is one.
    async fn exchange(
        &self,
        mut request: Request<Full<Bytes>>,
    ) -> io::Result<(http::response::Parts, Bytes)> {
        let kept = self.kept.lock().take();
        let is_open =
            |(sender, _, at): &(Sender, _, Instant)| at.elapsed() < KEPT && !sender.is_closed();
        if let Some((mut sender, connection, _)) = kept.filter(is_open)
            // It may still be at the end of the answer before, and takes nothing until then.
            && sender.ready().await.is_ok()
        {
            request.headers_mut().insert(header::HOST, LOCAL);
            match sender.try_send_request(request).await {
                Ok(answer) => return self.read_and_keep(answer, sender, connection).await,
                // Nothing was sent: the daemon closed the connection, or ended.
                Err(mut error) => match error.take_message() {
                    Some(unsent) => request = unsent,
                    None => return Err(io::Error::other(error.into_error())),
                },
            }
        }
        let (answer, sender, connection) = self.begin(request).await?;
        self.read_and_keep(answer, sender, connection).await
    }

    async fn read_and_keep(
        &self,
        answer: Response<Incoming>,
        sender: Sender,
        connection: Connection,
    ) -> io::Result<(http::response::Parts, Bytes)> {
        let (head, body) = answer.into_parts();
        let body = body.collect().await.map_err(io::Error::other)?.to_bytes();
        *self.kept.lock() = Some((sender, connection, Instant::now()));
        Ok((head, body))
    }

    /// Sends a request on a new connection, and returns the answer as far as its body.
    async fn begin(
        &self,
        mut request: Request<Full<Bytes>>,
    ) -> io::Result<(Response<Incoming>, Sender, Connection)> {
        request.headers_mut().insert(header::HOST, LOCAL);
        let stream = UnixStream::connect(&self.socket).await?;
        let (mut sender, connection) =
            http1::handshake(TokioIo::new(stream)).await.map_err(io::Error::other)?;
        let connection = Connection(tokio::spawn(connection));
        let answer = sender.send_request(request).await.map_err(io::Error::other)?;
        Ok((answer, sender, connection))
    }
}

impl Drop for Client {
    /// Waits for nothing: the last holder may be a task of another runtime, which must not block.
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

/// The name under which the daemon is called on its socket.
const LOCAL: header::HeaderValue = header::HeaderValue::from_static("localhost");

/// A connection, which moves the bytes of an answer as long as this lives.
#[derive(Debug)]
struct Connection(tokio::task::JoinHandle<hyper::Result<()>>);

impl Drop for Connection {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Waits until a flag is set; without one for ever.
async fn set(flag: Option<&AtomicBool>) {
    let Some(flag) = flag else { return std::future::pending().await };
    while !flag.load(Ordering::Relaxed) {
        tokio::time::sleep(STOP_LOOK).await;
    }
}

fn other(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> ClientError {
    ClientError::Connection(io::Error::other(error))
}

fn read_error(status: StatusCode, body: &[u8]) -> ErrorBody {
    serde_json::from_slice(body).unwrap_or_else(|_| {
        let text: String = String::from_utf8_lossy(body).chars().take(500).collect();
        ErrorBody::new(ErrorCode::Internal, format!("the daemon answered {status}: {text}"))
    })
}

/// Returns the error of an answer of JSON-RPC.
fn error_of(answer: &serde_json::Value) -> ErrorBody {
    let error = answer.get("error");
    let data = error.and_then(|error| error.get("data")).cloned();
    data.and_then(|data| serde_json::from_value(data).ok()).unwrap_or_else(|| {
        let message = error.and_then(|error| error.get("message")?.as_str());
        ErrorBody::new(ErrorCode::Internal, message.unwrap_or("the daemon gave no answer"))
    })
}
