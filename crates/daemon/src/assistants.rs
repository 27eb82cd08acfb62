//! The operations that assistants may call as tools, and those calls over HTTP.

use std::{
    future::Future,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use bytes::Bytes;
use ext_manifest::MethodPattern;
use ext_mcp::{Offered, Tools};
use ext_rpc::{Backend, Caller, RpcCall};
use ext_wire::{
    ErrorBody, ErrorCode, Method, MethodKind, Wire,
    body::BlobStyle,
    names,
    ops::{NoInput, jobs::Dispatch, libraries},
};
use http::{Request, Response};
use serde_json::Value;
use spacedrive_core::{Core, OfferedOperation, USER_FAMILIES};
use uuid::Uuid;

use crate::{backend::CoreBackend, tokens::Token};

/// Families that are no tools beside [`USER_FAMILIES`]: what an assistant is told by a file must not
/// reach secrets.
const SECRETS: &[&str] = &["credentials", "secrets"];

/// Families that reach servers. They are tools only where they are named: what stands in a file could talk an
/// assistant into sending the others.
const SERVERS: &[&str] = &["http", "mail"];

/// The choice of the operations that are tools. Whatever it names, none of them is about credentials,
/// takes a secret, or changes what others may do.
///
/// ```
/// use spacedrive_daemon::ToolChoice;
///
/// assert!(ToolChoice::Queries.has("query:vdfs.get_entry.v1"));
/// assert!(!ToolChoice::Queries.has("action:vdfs.delete_entry.input.v1"));
/// assert!(!ToolChoice::Queries.has("query:http.request.v1"));
/// let named = ToolChoice::Named(vec!["finance.*".to_owned().try_into()?]);
/// assert!(named.has("action:finance.correct.input.v1") && !named.has("query:vdfs.get_entry.v1"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub enum ToolChoice {
    /// All queries, but for those that reach servers.
    Queries,
    /// The methods that one of these patterns matches.
    Named(Vec<MethodPattern>),
    /// The methods that one of these patterns matches: queries, and actions of patterns for actions.
    NamedByToken(Vec<MethodPattern>),
}

impl ToolChoice {
    /// Returns the choice for a caller: a token without one is the user.
    fn of(token: Option<&Token>) -> Self {
        token.map_or(Self::Queries, |token| Self::NamedByToken(token.methods.clone()))
    }

    /// Tells whether a method may be a tool.
    #[must_use]
    pub fn has(&self, method: &str) -> bool {
        let Ok(method) = Method::parse(method) else { return false };
        let family = method.family();
        if USER_FAMILIES.contains(&family) || SECRETS.contains(&family) {
            return false;
        }
        let is_query = method.kind() == MethodKind::Query;
        match self {
            Self::Queries => is_query && !SERVERS.contains(&family),
            Self::Named(patterns) => patterns.iter().any(|pattern| pattern.matches(method)),
            // A token for `finance.*` was not made with an assistant in mind.
            Self::NamedByToken(patterns) => patterns.iter().any(|pattern| {
                pattern.matches(method) && (is_query || pattern.kind() == Some(MethodKind::Action))
            }),
        }
    }

    /// Refuses a call of a tool by which something is done later that is not a tool itself: a job runs with
    /// more rights than the assistant has.
    ///
    /// ```
    /// use serde_json::json;
    /// use spacedrive_daemon::ToolChoice;
    ///
    /// let dispatch = "action:jobs.dispatch.input.v1";
    /// let patterns = ["jobs.*", "finance.*"].map(|text| text.to_owned().try_into());
    /// let named = ToolChoice::Named(patterns.into_iter().collect::<Result<_, _>>()?);
    /// let job = |method: &str| json!({ "method": method });
    /// assert!(named.check(dispatch, &job("action:finance.reject.input.v1")).is_ok());
    /// assert!(named.check(dispatch, &job("action:photos.scan.input.v1")).is_err());
    /// assert!(named.check(dispatch, &job("action:copies.back_up.input.v1")).is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`ErrorCode::DeniedMethod`].
    pub fn check(&self, method: &str, input: &Value) -> Result<(), ErrorBody> {
        let later = (method == Dispatch::METHOD).then(|| input.get("method")?.as_str()).flatten();
        match later {
            Some(later) if !self.has(later) => {
                let later = later.escape_debug();
                let message =
                    format!("`{later}` is not among the tools, and not done later either");
                Err(ErrorBody::new(ErrorCode::DeniedMethod, message))
            }
            _ => Ok(()),
        }
    }

    /// Lists the tools.
    #[must_use]
    pub fn tools(&self, core: &Core) -> Vec<Offered> {
        let operations = core.operations().into_iter();
        let offered =
            |it: &OfferedOperation| self.has(&it.method) && !it.takes_secrets() && !it.answers_view;
        operations.filter(offered).map(tool).collect()
    }
}

fn tool(operation: OfferedOperation) -> Offered {
    let OfferedOperation { method, summary, input, needs_library, .. } = operation;
    let family = Method::parse(&method).map(|method| method.family()).unwrap_or_default();
    let is_open_world = SERVERS.contains(&family);
    Offered { method, summary, input, needs_library, is_open_world }
}

/// Answers a request of an assistant. When its client goes, its call is stopped.
pub(crate) fn answer(
    backend: Arc<CoreBackend>,
    caller: Caller,
    request: Request<Bytes>,
) -> impl Future<Output = Response<Bytes>> + Send {
    let stop = Arc::new(AtomicBool::new(false));
    let gone = StopOnDrop(Arc::clone(&stop));
    let tools = Arc::new(CallerTools { backend, caller, stop });
    async move {
        let _gone = gone;
        ext_mcp::answer_http(tools, request).await
    }
}

/// Sets a flag when it is dropped.
struct StopOnDrop(Arc<AtomicBool>);

impl Drop for StopOnDrop {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// The tools of one caller, whose rights decide about each call.
struct CallerTools {
    backend: Arc<CoreBackend>,
    caller: Caller,
    stop: Arc<AtomicBool>,
}

impl Tools for CallerTools {
    fn list(&self) -> Vec<Offered> {
        // A token that was revoked meanwhile has none.
        let Ok(token) = self.backend.token_of(&self.caller) else { return Vec::new() };
        ToolChoice::of(token.as_ref()).tools(&self.backend.shared.core)
    }

    fn call(
        &self,
        tool: &Offered,
        library: Option<&str>,
        input: Value,
    ) -> Result<Value, ErrorBody> {
        let token = self.backend.token_of(&self.caller)?;
        ToolChoice::of(token.as_ref()).check(&tool.method, &input)?;
        let library = match tool.needs_library {
            Some(false) => None,
            _ => Some(self.library(library)?),
        };
        let (method, payload) = (tool.method.clone(), Bytes::from(input.to_string()));
        let (blobs, stop) = (BlobStyle::Base64, Arc::clone(&self.stop));
        let (id, parent) = (Uuid::new_v4(), None);
        let call = RpcCall { id, method, library, payload, blobs, stop, parent };
        let output = self.backend.call(&self.caller, call, &|_| {})?;
        if output.is_empty() {
            return Ok(Value::Null);
        }
        serde_json::from_slice(&output).map_err(|error| ErrorBody::new(ErrorCode::Internal, error))
    }
}

impl CallerTools {
    /// Finds the library that is named, or the default one, or the only one, among those that the
    /// caller may use.
    fn library(&self, named: Option<&str>) -> Result<Uuid, ErrorBody> {
        if let Some(Ok(id)) = named.map(Uuid::parse_str) {
            return Ok(id);
        }
        let token = self.backend.token_of(&self.caller)?;
        let limits = token.and_then(|token| token.libraries);
        let core = &self.backend.shared.core;
        let all = core.call_typed::<libraries::List>(None, &NoInput {})?.libraries;
        let is_own = |id: &Uuid| limits.as_ref().is_none_or(|limits| limits.contains(id));
        let own: Vec<_> = all.iter().filter(|library| is_own(&library.id)).collect();
        if let Some(name) = named {
            let exact = own.iter().filter(|library| library.name == name).collect::<Vec<_>>();
            let same = own.iter().filter(|library| names::is_same_library(&library.name, name));
            return only(if exact.is_empty() { same.collect() } else { exact }, name);
        }
        let default = core.libraries().default_library();
        let default = default.ok().flatten().filter(is_own);
        match (default, own.as_slice()) {
            (Some(id), _) => Ok(id),
            (None, [only]) => Ok(only.id),
            (None, []) => Err(ErrorBody::new(ErrorCode::NotFound, "there is no library")),
            (None, several) => Err(ErrorBody::new(
                ErrorCode::BadInput,
                format_args!("there are several libraries, name one: {}", listed(several)),
            )),
        }
    }
}

fn only(found: Vec<&&libraries::LibraryInfo>, name: &str) -> Result<Uuid, ErrorBody> {
    match found.as_slice() {
        [only] => Ok(only.id),
        [] => {
            let message = format!("there is no library `{}`", name.escape_debug());
            Err(ErrorBody::new(ErrorCode::NotFound, message))
        }
        _ => {
            let message = format!("several libraries are called `{}`", name.escape_debug());
            Err(ErrorBody::new(ErrorCode::BadInput, format_args!("{message}: use an id")))
        }
    }
}

fn listed(libraries: &[&libraries::LibraryInfo]) -> String {
    let names = libraries.iter().map(|library| format!("`{}`", library.name.escape_debug()));
    names.collect::<Vec<_>>().join(", ")
}
