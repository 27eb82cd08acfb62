//! Calls that come in over RPC.

use std::{
    collections::BTreeMap,
    sync::{Arc, atomic::Ordering},
    time::Instant,
};

use bytes::Bytes;
use ext_perm::Engine;
use ext_registry::{Call, Deadline, Progress};
use ext_rpc::{Answering, Backend, Caller, ExtensionStates, Files, LogTail, RpcCall, Tell};
use ext_wire::{ErrorBody, ErrorCode, Method, trace};
use http::Request;
use parking_lot::Mutex;
use tokio::sync::watch;
use tracing::{Span, field::Empty, info_span};
use uuid::Uuid;

use crate::{
    assistants,
    metrics::DaemonMetrics,
    openrpc, rights, settings,
    shared::Shared,
    status,
    tokens::{Token, Tokens},
    uploads::Uploads,
};

/// Runs the calls of clients on the core.
pub(crate) struct CoreBackend {
    pub(crate) shared: Arc<Shared>,
    pub(crate) uploads: Uploads,
    metrics: DaemonMetrics,
    tokens: Tokens,
    user: Arc<Engine>,
    /// The engines of tokens that are in use, with their rate limits.
    engines: Mutex<BTreeMap<Uuid, Arc<Engine>>>,
}

impl CoreBackend {
    pub(crate) fn new(shared: Arc<Shared>) -> Self {
        let tokens = Tokens::of(&shared.data_folder);
        let uploads = Uploads::of(&shared.data_folder);
        let user = Arc::new(Engine::for_user());
        let metrics = DaemonMetrics::of(&shared.core);
        Self { shared, uploads, metrics, tokens, user, engines: Mutex::default() }
    }

    fn run(&self, engine: &Engine, call: RpcCall, tell: &Tell<'_>) -> Result<Vec<u8>, ErrorBody> {
        let RpcCall { method, library, payload, blobs, stop, .. } = call;
        let deadline = Deadline::NONE.with_stop(stop);
        let progress = Progress::to(tell);
        let call = Call { method: &method, library, payload, blobs, deadline, progress };
        Ok(self.shared.core.call_with(engine, call)?)
    }

    /// Makes the span of a call. Of what is no method, which may be anything, it has no word.
    fn span_of(&self, call: &RpcCall) -> Span {
        let method = Method::parse(&call.method).map_or(trace::UNKNOWN, |_| &call.method);
        let request = call.id.to_string();
        let span = info_span!(target: trace::TARGET, "rpc", method, request, code = Empty);
        if let (Some(parent), Some(link)) = (&call.parent, self.shared.traces) {
            link(&span, parent);
        }
        span
    }

    /// Returns the engine that decides about the calls of a caller.
    pub(crate) fn engine_of(&self, caller: &Caller) -> Result<Arc<Engine>, ErrorBody> {
        match caller {
            Caller::User => Ok(Arc::clone(&self.user)),
            Caller::Token(id) => self.engine(id),
        }
    }

    /// Returns the token of a caller, as it is at this moment; `None` for the user.
    pub(crate) fn token_of(&self, caller: &Caller) -> Result<Option<Token>, ErrorBody> {
        match caller {
            Caller::User => Ok(None),
            Caller::Token(id) => self.token(id).map(Some),
        }
    }

    fn token(&self, id: &str) -> Result<Token, ErrorBody> {
        let token = id.parse().ok().and_then(|id| self.tokens.by_id(id));
        token.ok_or_else(|| {
            ErrorBody::new(ErrorCode::DeniedMethod, "the token is not valid any more")
        })
    }

    /// Returns the engine of a token that is valid at this moment.
    fn engine(&self, id: &str) -> Result<Arc<Engine>, ErrorBody> {
        let token = self.token(id)?;
        let mut engines = self.engines.lock();
        Ok(Arc::clone(engines.entry(token.id).or_insert_with(|| Arc::new(rights::engine(token)))))
    }
}

impl Backend for CoreBackend {
    fn authenticate(&self, token: &str) -> Option<Caller> {
        self.tokens.find(token).map(|token| Caller::Token(token.id.to_string()))
    }

    fn is_valid(&self, caller: &Caller) -> bool {
        self.token_of(caller).is_ok()
    }

    fn call(&self, caller: &Caller, call: RpcCall, tell: &Tell<'_>) -> Result<Vec<u8>, ErrorBody> {
        let (method, began) = (call.method.clone(), Instant::now());
        let span = self.span_of(&call);
        let answer = span.in_scope(|| {
            let answer = self.engine_of(caller).and_then(|engine| self.run(&engine, call, tell));
            log_fault(&answer);
            answer
        });
        let code = answer.as_ref().err().map_or(ErrorCode::OK, |error| error.code);
        span.record("code", code.name());
        self.metrics.count_call(&method, code, began.elapsed());
        answer
    }

    fn status(&self, caller: &Caller) -> Result<serde_json::Value, ErrorBody> {
        ensure_user(caller)?;
        let status = status::of_daemon(&self.shared)?;
        serde_json::to_value(status).map_err(internal)
    }

    fn describe(&self) -> serde_json::Value {
        openrpc::document(&self.shared.core.operations())
    }

    fn changes(&self, library: Uuid) -> watch::Receiver<u64> {
        self.shared.changes.subscribe(library)
    }

    fn extensions(&self, caller: &Caller) -> Result<ExtensionStates, ErrorBody> {
        ensure_user(caller)?;
        let states = status::extensions(&self.shared.core).into_iter();
        let by_id = states.map(|state| Ok((state.id.clone(), serde_json::to_value(state)?)));
        by_id.collect::<Result<_, serde_json::Error>>().map_err(internal)
    }

    fn extension_changes(&self) -> watch::Receiver<u64> {
        self.shared.changes.subscribe_rights()
    }

    fn metrics(&self, caller: &Caller) -> Result<(&'static str, String), ErrorBody> {
        rights::ensure_metrics(&*self.engine_of(caller)?)?;
        self.metrics.describe(&self.shared)
    }

    fn logs(&self, caller: &Caller) -> Result<LogTail, ErrorBody> {
        ensure_user(caller)?;
        let none =
            || ErrorBody::new(ErrorCode::UnknownMethod, "the log of this daemon is not kept");
        self.shared.logs.clone().ok_or_else(none)
    }

    fn files(&self) -> Option<&dyn Files> {
        Some(self)
    }

    fn answer_assistant(self: Arc<Self>, caller: Caller, request: Request<Bytes>) -> Answering {
        Box::pin(assistants::answer(self, caller, request))
    }

    fn reload(&self, caller: &Caller) -> Result<serde_json::Value, ErrorBody> {
        ensure_user(caller)?;
        let reloaded = settings::reload(&self.shared)?;
        serde_json::to_value(reloaded).map_err(internal)
    }

    fn shut_down(&self, caller: &Caller) -> Result<(), ErrorBody> {
        ensure_user(caller)?;
        self.shared.stop.store(true, Ordering::Relaxed);
        Ok(())
    }
}

/// Logs a fault of this program, with the request in which it was.
fn log_fault(answer: &Result<Vec<u8>, ErrorBody>) {
    match answer {
        Err(error) if error.code == ErrorCode::Internal => tracing::error!(%error, "a call failed"),
        Err(error) => tracing::debug!(code = error.code.name(), %error, "a call failed"),
        Ok(_) => {}
    }
}

fn internal(error: serde_json::Error) -> ErrorBody {
    ErrorBody::new(ErrorCode::Internal, error)
}

fn ensure_user(caller: &Caller) -> Result<(), ErrorBody> {
    match caller {
        Caller::User => Ok(()),
        Caller::Token(_) => Err(ErrorBody::new(
            ErrorCode::DeniedMethod,
            "this is for the user, and not for a token",
        )),
    }
}
