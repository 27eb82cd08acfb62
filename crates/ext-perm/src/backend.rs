//! The question, and who answers it.

use std::fmt;

use ext_wire::Method;
use uuid::Uuid;

use crate::Response;

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

/// The question: may `principal` call `method` on `library`?
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// Who asks.
    pub principal: Principal<'a>,
    /// What is to be called.
    pub method: Method<'a>,
    /// The library that the call names.
    pub library: Option<Uuid>,
    /// Whether the operation is for the host and its user only.
    pub host_only: bool,
}

/// Decides about calls.
///
/// Laws, which the engine and its callers rely on:
///
/// - **Pure**: the answer depends on the request and on what the backend was made from; no I/O, no
///   clock, nothing that changes.
/// - **Total**: every request gets an answer; what the backend does not know, it denies.
/// - **Deny wins**: a rule that denies beats every rule that allows, and the order of rules never
///   matters.
/// - **Monotonic**: one more permission never denies what was allowed.
/// - An allow does not allocate: it is on the path of every call.
pub trait PermissionBackend: Send + Sync {
    /// Name for messages: `"manifest"`.
    fn name(&self) -> &str;

    /// The answer.
    fn decide(&self, request: &Request<'_>) -> Response;
}
