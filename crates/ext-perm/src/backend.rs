//! The question, and who answers it.

use std::fmt;

use ext_wire::Method;
use jiff::Timestamp;
use uuid::Uuid;

use crate::{ConsumedGrant, Response};

/// On whose behalf a call runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Principal<'a> {
    /// The user of this machine.
    User,
    /// The extension with this id.
    Extension(&'a str),
}

impl fmt::Display for Principal<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::User => f.write_str("the user"),
            Self::Extension(id) => f.write_str(id),
        }
    }
}

/// Where an HTTP request goes. All parts as they are dialled: lower case, port written out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Origin<'a> {
    /// `"https"` or `"http"`.
    pub scheme: &'a str,
    /// The host name, without brackets or a dot at the end.
    pub host: &'a str,
    /// The port.
    pub port: u16,
}

impl fmt::Display for Origin<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}:{}", self.scheme, self.host, self.port)
    }
}

/// What a call is about to touch.
///
/// A call is asked about twice: before its input is read with [`Target::Unknown`], and again by the
/// operation for each thing that it touches. A rule that is limited to some things does not speak
/// against a call whose target is unknown, and does not speak for one whose target is another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target<'a> {
    /// Not known yet.
    Unknown,
    /// The entry at this path, or its content or metadata.
    Entry(&'a str),
    /// A sidecar.
    Sidecar {
        /// Path of its entry.
        entry: &'a str,
        /// Its name.
        name: &'a str,
    },
    /// A server.
    Origin(Origin<'a>),
}

impl fmt::Display for Target<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown => f.write_str("something"),
            Self::Entry(path) => write!(f, "the entry `{path}`"),
            Self::Sidecar { entry, name } => write!(f, "the sidecar `{name}` of `{entry}`"),
            Self::Origin(origin) => write!(f, "{origin}"),
        }
    }
}

/// For whom an operation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Audience {
    /// For the user, and for the extensions that may call it.
    #[default]
    Everyone,
    /// For the user only: no extension may call it, whatever a backend decides.
    UserOnly,
}

/// The question: may `principal` call `method` on `library`, and touch `target` with it?
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// Who asks.
    pub principal: Principal<'a>,
    /// What is to be called.
    pub method: Method<'a>,
    /// The library that the call names.
    pub library: Option<Uuid>,
    /// For whom the operation is.
    pub audience: Audience,
    /// What the call touches.
    pub target: Target<'a>,
    /// When: a grant may have run out.
    pub at: Timestamp,
    /// The grant for one call that this call has used up, when it asks about its targets.
    pub held: Option<&'a ConsumedGrant>,
}

impl<'a> Request<'a> {
    /// A question about a call now, before its input is read.
    #[must_use]
    pub fn new(principal: Principal<'a>, method: Method<'a>, library: Option<Uuid>) -> Self {
        let (audience, target, held) = (Audience::Everyone, Target::Unknown, None);
        Self { principal, method, library, audience, target, at: Timestamp::now(), held }
    }

    /// The same question about a target.
    #[must_use]
    pub fn about(self, target: Target<'a>) -> Self {
        Self { target, ..self }
    }
}

/// What is denied when this is: ``finance may not call `query:ai.ocr.v1` on the entry `a.eml```.
impl fmt::Display for Request<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} may not call `{}`", self.principal, self.method)?;
        match self.target {
            Target::Unknown => Ok(()),
            target => write!(f, " on {target}"),
        }
    }
}

/// What a backend did when a call that it allowed is about to run.
#[derive(Debug)]
pub enum Reservation {
    /// Nothing was to be done.
    None,
    /// A grant for one call is used up now; it stays good for what this call touches.
    Consumed(ConsumedGrant),
    /// Another call was quicker and used it up: this call may not run.
    Raced,
}

/// Decides about calls.
///
/// Laws, which the engine and its callers rely on, and which the crate `ext-perm-conformance` tests:
///
/// - **Pure**: the answer depends on the request and on the rules that are in force, and on nothing
///   else. What time it is stands in the request. Rules are replaced as a whole, never in part.
/// - **Total**: every request gets an answer; what the backend does not know, it denies. What it
///   cannot decide (an error in a policy, a deadline) it denies with [`DenialReason::Backend`](crate::DenialReason).
/// - **Deny wins**: a rule that denies beats every rule that allows, and the order of rules never
///   matters.
/// - **Monotonic**: one more permission never denies what was allowed.
/// - **Limited rules**: see [`Target`].
///
/// An allow of the backends in this crate neither locks nor allocates nor does I/O, for it is on the
/// path of every call. A backend that cannot promise this says so.
pub trait PermissionBackend: Send + Sync {
    /// Name for messages: `"manifest"`.
    fn name(&self) -> &str;

    /// The answer.
    fn decide(&self, request: &Request<'_>) -> Response;

    /// Called after an allow, immediately before the call runs, and never for a question only: the
    /// place to use up a grant for one call.
    fn commit(&self, _request: &Request<'_>) -> Reservation {
        Reservation::None
    }

    /// Whether an answer can depend on the [`Target`]; when not, operations need not look it up.
    fn is_target_sensitive(&self) -> bool {
        true
    }
}

impl<T: PermissionBackend + ?Sized> PermissionBackend for std::sync::Arc<T> {
    fn name(&self) -> &str {
        (**self).name()
    }

    fn decide(&self, request: &Request<'_>) -> Response {
        (**self).decide(request)
    }

    fn commit(&self, request: &Request<'_>) -> Reservation {
        (**self).commit(request)
    }

    fn is_target_sensitive(&self) -> bool {
        (**self).is_target_sensitive()
    }
}
