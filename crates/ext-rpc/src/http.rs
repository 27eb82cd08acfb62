//! Requests of HTTP: who asks, and for what.

use std::sync::{Arc, atomic::AtomicBool};

use bytes::Bytes;
use ext_wire::{ErrorBody, ErrorCode, body::BlobStyle};
use http::{HeaderMap, Method, Request, Response, StatusCode, header};
use http_body_util::Full;
use hyper::body::{Body, Incoming};
use jsonrpsee_core::middleware::RpcServiceBuilder;
use jsonrpsee_server::{HttpBody, Methods, StopHandle, TowerServiceBuilder};
use tower::{Service, layer::util::Identity};
use uuid::Uuid;

use crate::{
    PROTOCOL,
    backend::{Backend, Caller, RpcCall},
    bodies::read,
    calls::Calls,
    connections::InUse,
    console::{self, Console},
    content,
    guard::{self, Door},
    paths::{self, Resource},
    rpc::{self, Operations},
    trace::TraceParent,
    uploads,
    watched::{self, Running},
};

/// The beginning of the paths of calls without JSON-RPC.
const CALLS: &str = "/call/";
/// The header that names the library of such a call.
pub(crate) const LIBRARY: &str = "x-library";
/// The header that names the version of the protocol, in each answer.
pub(crate) const PROTOCOL_HEADER: &str = "x-protocol";
/// The header that names the span of a client, as W3C Trace Context has it.
const TRACE_PARENT: &str = "traceparent";
/// The media type of an attachment envelope.
pub(crate) const ENVELOPE: &str = "application/octet-stream";

pub(crate) type Reply = Response<HttpBody>;
/// The answer to a request that is refused before any operation is asked.
pub(crate) type Refusal = Box<Reply>;

/// The parts that all requests share.
#[derive(Clone)]
pub(crate) struct Site {
    pub(crate) backend: Arc<dyn Backend>,
    pub(crate) methods: Methods,
    pub(crate) rpc: TowerServiceBuilder<Identity, Identity>,
    pub(crate) stop: StopHandle,
    /// A flag that is set before `stop` is.
    pub(crate) stopping: Arc<AtomicBool>,
    /// The calls that run.
    pub(crate) calls: Calls,
    /// The calls that are watched.
    pub(crate) running: Running,
    pub(crate) console: Console,
}

impl Site {
    /// Answers a request that came in through a door, over a connection that is in use meanwhile.
    pub(crate) async fn answer(
        &self,
        door: &Door,
        in_use: Arc<InUse>,
        request: Request<Incoming>,
    ) -> Reply {
        let routed = self.route(door, in_use, request).await;
        let mut reply = routed.unwrap_or_else(|refusal| *refusal);
        let headers = reply.headers_mut();
        headers.insert(PROTOCOL_HEADER, PROTOCOL.into());
        let no_store = header::HeaderValue::from_static("no-store");
        headers.entry(header::CACHE_CONTROL).or_insert(no_store);
        headers.insert(header::X_CONTENT_TYPE_OPTIONS, header::HeaderValue::from_static("nosniff"));
        reply
    }

    async fn route(
        &self,
        door: &Door,
        in_use: Arc<InUse>,
        request: Request<Incoming>,
    ) -> Result<Reply, Refusal> {
        guard::check_browser(door, request.headers())?;
        if request.uri().path() == "/health" {
            return Ok(health(request.method()));
        }
        let request = match self.console.answer(door, request).await {
            Ok(reply) => return reply,
            Err(request) => request,
        };
        let session = self.console.find_session(door, request.headers()).await;
        let caller = match session {
            Some(_) => Caller::User,
            None => guard::caller(door, request.headers(), &*self.backend)?,
        };
        let path = request.uri().path();
        match path {
            "/" => self.rpc(caller, session, in_use, request).await,
            "/mcp" => self.assistant(caller, request).await,
            "/metrics" => self.metrics(caller, request.method()).await,
            _ if path.starts_with(CALLS) => self.call(&caller, request).await,
            _ if path.starts_with(paths::LIBRARIES) => self.library(caller, request).await,
            _ if path.starts_with(watched::STOP) => self.stop_call(&caller, &request),
            _ => Err(refuse(StatusCode::NOT_FOUND, "there is nothing at this path: calls go to /")),
        }
    }

    /// Answers JSON-RPC, by POST or over a WebSocket, which ends with the session that it is of.
    async fn rpc(
        &self,
        caller: Caller,
        session: Option<StopHandle>,
        in_use: Arc<InUse>,
        request: Request<Incoming>,
    ) -> Result<Reply, Refusal> {
        let (backend, calls) = (Arc::clone(&self.backend), self.calls.clone());
        let id = uuid(request.headers(), watched::CALL)?;
        let is_upgrade = request.headers().contains_key(header::UPGRADE);
        // A connection outlives the span in which it was made.
        let parent = if is_upgrade { None } else { trace_parent(request.headers()) };
        let layers = RpcServiceBuilder::new().layer_fn(move |next| {
            let (backend, calls) = (Arc::clone(&backend), calls.clone());
            let (caller, _in_use) = (caller.clone(), Arc::clone(&in_use));
            Operations { next, backend, calls, caller, id, parent, _in_use }
        });
        let builder = self.rpc.clone().set_rpc_middleware(layers);
        let is_of_page = session.is_some();
        let stop = session.unwrap_or_else(|| self.stop.clone());
        let mut service = builder.build(self.methods.clone(), stop);
        let (answered, body) = if is_upgrade {
            (service.call(request).await, Bytes::new())
        } else {
            let (head, body) = request.into_parts();
            let body = read(&head.headers, body).await?;
            let request = Request::from_parts(head, Full::new(body.clone()));
            (service.call(request).await, body)
        };
        let mut answered = answered.map_err(|error| refuse(StatusCode::BAD_REQUEST, error))?;
        if is_of_page {
            console::choose_protocol(&mut answered);
        }
        Ok(if is_null(&answered) { told(&body) } else { answered })
    }

    /// Answers an assistant; the body is one document, and so is the answer.
    async fn assistant(
        &self,
        caller: Caller,
        request: Request<Incoming>,
    ) -> Result<Reply, Refusal> {
        let (head, body) = request.into_parts();
        let body = read(&head.headers, body).await?;
        let request = Request::from_parts(head, body);
        let answer = Arc::clone(&self.backend).answer_assistant(caller, request).await;
        Ok(answer.map(|body| HttpBody::new(Full::new(body))))
    }

    async fn metrics(&self, caller: Caller, method: &Method) -> Result<Reply, Refusal> {
        if method != Method::GET {
            return Err(refuse(StatusCode::METHOD_NOT_ALLOWED, "metrics are read by GET"));
        }
        let backend = Arc::clone(&self.backend);
        Ok(match content::blocking(move || backend.metrics(&caller)).await {
            Ok((media_type, text)) => with_type(StatusCode::OK, media_type, text.into()),
            Err(error) => failed(&error),
        })
    }

    /// Answers a request about the files of a library.
    async fn library(&self, caller: Caller, request: Request<Incoming>) -> Result<Reply, Refusal> {
        let backend = Arc::clone(&self.backend);
        match paths::resource(request.uri().path()) {
            Some(Resource::File(file)) => content::answer(backend, caller, file, request).await,
            Some(Resource::Upload(place)) => uploads::answer(backend, caller, place, request).await,
            None => Err(refuse(StatusCode::NOT_FOUND, "a library has no such path")),
        }
    }

    /// Answers a call whose body is the payload: JSON, or an attachment envelope.
    async fn call(&self, caller: &Caller, request: Request<Incoming>) -> Result<Reply, Refusal> {
        if request.method() != Method::POST {
            return Err(refuse(StatusCode::METHOD_NOT_ALLOWED, "a call is a POST"));
        }
        let (head, body) = request.into_parts();
        let method = head.uri.path().strip_prefix(CALLS).unwrap_or_default().to_owned();
        let library = uuid(&head.headers, LIBRARY)?;
        let accepted = head.headers.get(header::ACCEPT);
        let blobs = match accepted {
            Some(accepted) if accepted == ENVELOPE => BlobStyle::Attachment,
            _ => BlobStyle::Base64,
        };
        let payload = read(&head.headers, body).await?;
        let id = uuid(&head.headers, watched::CALL)?.unwrap_or_else(Uuid::new_v4);
        let (stop, parent) = (Arc::default(), trace_parent(&head.headers));
        let call = RpcCall { id, method, library, payload, blobs, stop, parent };
        let mut reply = if accepted.is_some_and(|accepted| accepted == watched::LINES) {
            let lines = watched::begin(&self.backend, &self.calls, &self.running, caller, call);
            typed(StatusCode::OK, watched::LINES, lines)
        } else {
            match rpc::run(&self.backend, &self.calls, caller, call).await {
                Ok(output) => with_type(StatusCode::OK, ENVELOPE, output.into()),
                Err(error) => failed(&error),
            }
        };
        if let Ok(id) = id.to_string().parse() {
            reply.headers_mut().insert(watched::CALL, id);
        }
        Ok(reply)
    }

    /// Ends a watched call of the same caller.
    fn stop_call(&self, caller: &Caller, request: &Request<Incoming>) -> Result<Reply, Refusal> {
        let id = request.uri().path().strip_prefix(watched::STOP).map(str::parse);
        let Some(Ok(id)) = id else {
            return Err(refuse(StatusCode::BAD_REQUEST, "the path names the id of a call"));
        };
        let stopped = request.method() == Method::POST && self.running.stop(caller, id);
        let body = serde_json::json!({ "stopped": stopped }).to_string();
        Ok(with_type(StatusCode::OK, "application/json", body.into()))
    }
}

/// Answers what the library took for a notification: with nothing, unless its id is not valid.
fn told(body: &[u8]) -> Reply {
    let invalid = rpc::invalid_id(body).unwrap_or_default();
    with_type(StatusCode::OK, "application/json", invalid.into())
}

/// Reads the span of the client; one that is not valid counts as none, as the standard wants it.
fn trace_parent(headers: &HeaderMap) -> Option<TraceParent> {
    let mut given = headers.get_all(TRACE_PARENT).iter();
    let (Some(value), None) = (given.next(), given.next()) else { return None };
    value.to_str().ok()?.parse().ok()
}

/// Tells whether an answer is `null`: that of the library to a notification, which has none.
fn is_null(answer: &Reply) -> bool {
    answer.body().size_hint().exact() == Some("null".len() as u64)
}

fn health(method: &Method) -> Reply {
    if method != Method::GET && method != Method::HEAD {
        return *refuse(StatusCode::METHOD_NOT_ALLOWED, "the state is read by GET");
    }
    let body = serde_json::json!({ "status": "ok", "version": env!("CARGO_PKG_VERSION") });
    with_type(StatusCode::OK, "application/json", body.to_string().into())
}

/// Reads an id in a header.
fn uuid(headers: &HeaderMap, name: &str) -> Result<Option<Uuid>, Refusal> {
    let Some(value) = headers.get(name) else { return Ok(None) };
    let id = value.to_str().ok().and_then(|text| text.parse().ok());
    let wrong = || refuse(StatusCode::BAD_REQUEST, format_args!("the header {name} is a UUID"));
    id.map(Some).ok_or_else(wrong)
}

/// Answers the error of an operation.
pub(crate) fn failed(error: &ErrorBody) -> Reply {
    let status = match error.code {
        ErrorCode::NotFound | ErrorCode::UnknownMethod => StatusCode::NOT_FOUND,
        ErrorCode::Conflict => StatusCode::CONFLICT,
        ErrorCode::Busy | ErrorCode::Stopped => StatusCode::SERVICE_UNAVAILABLE,
        ErrorCode::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        ErrorCode::AbiTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        ErrorCode::NoSpace => StatusCode::INSUFFICIENT_STORAGE,
        ErrorCode::Rate => StatusCode::TOO_MANY_REQUESTS,
        code if code.name().starts_with("E_DENIED") => StatusCode::FORBIDDEN,
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let body = serde_json::to_vec(error).unwrap_or_default();
    with_type(status, "application/json", body.into())
}

/// Refuses a request before any operation is asked.
pub(crate) fn refuse(status: StatusCode, message: impl std::fmt::Display) -> Refusal {
    let body = serde_json::json!({ "error": message.to_string() });
    Box::new(with_type(status, "application/json", body.to_string().into()))
}

pub(crate) fn with_type(status: StatusCode, media_type: &'static str, body: Bytes) -> Reply {
    typed(status, media_type, HttpBody::new(Full::new(body)))
}

fn typed(status: StatusCode, media_type: &'static str, body: HttpBody) -> Reply {
    let mut reply = Response::new(body);
    *reply.status_mut() = status;
    let media_type = header::HeaderValue::from_static(media_type);
    reply.headers_mut().insert(header::CONTENT_TYPE, media_type);
    reply
}
