//! Backends that combine others.

use crate::{
    backend::{PermissionBackend, Reservation},
    request::Request,
    response::{DenialReason, Reason, Response},
};

/// A backend that allows what all of its members allow; without members it denies everything.
///
/// ```
/// use ext_perm::{All, PermissionBackend, Principal, Request, UserBackend};
/// use ext_wire::Method;
///
/// let backend = All::new("permissions", vec![Box::new(UserBackend)]);
/// let call = Request::new(Principal::User, Method::parse("query:ai.ocr.v1")?, None);
/// assert!(backend.decide(&call).is_allow());
/// assert!(!All::new("permissions", Vec::new()).decide(&call).is_allow());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct All {
    name: String,
    members: Vec<Box<dyn PermissionBackend>>,
}

/// A backend that allows what one of its members allows, unless another one failed or has a rule
/// against it: a denial for lack of a rule is overruled, every other one is final. Without members it
/// denies everything.
pub struct Any {
    name: String,
    members: Vec<Box<dyn PermissionBackend>>,
}

impl All {
    /// Combines `members`, under a name for messages.
    #[must_use]
    pub fn new(name: &str, members: Vec<Box<dyn PermissionBackend>>) -> Self {
        Self { name: name.to_owned(), members }
    }
}

impl Any {
    /// Combines `members`, under a name for messages.
    #[must_use]
    pub fn new(name: &str, members: Vec<Box<dyn PermissionBackend>>) -> Self {
        Self { name: name.to_owned(), members }
    }
}

impl PermissionBackend for All {
    fn name(&self) -> &str {
        &self.name
    }

    fn decide(&self, request: &Request<'_>) -> Response {
        let answers = self.members.iter().map(|member| member.decide(request));
        answers.reduce(Response::and).unwrap_or_else(|| unconfigured(&self.name))
    }

    fn commit(&self, request: &Request<'_>) -> Reservation {
        commit(&self.members, request)
    }

    fn is_target_sensitive(&self) -> bool {
        self.members.iter().any(|member| member.is_target_sensitive())
    }
}

impl PermissionBackend for Any {
    fn name(&self) -> &str {
        &self.name
    }

    fn decide(&self, request: &Request<'_>) -> Response {
        let answers = self.members.iter().map(|member| member.decide(request));
        answers.reduce(Response::or).unwrap_or_else(|| unconfigured(&self.name))
    }

    /// Reserves only in the members that allow the call.
    fn commit(&self, request: &Request<'_>) -> Reservation {
        commit(self.members.iter().filter(|member| member.decide(request).is_allow()), request)
    }

    fn is_target_sensitive(&self) -> bool {
        self.members.iter().any(|member| member.is_target_sensitive())
    }
}

fn commit<'a>(
    members: impl IntoIterator<Item = &'a Box<dyn PermissionBackend>>,
    request: &Request<'_>,
) -> Reservation {
    let mut result = Reservation::None;
    for member in members {
        match member.commit(request) {
            Reservation::None => {}
            Reservation::Raced => return Reservation::Raced,
            once @ Reservation::Consumed(_) => result = once,
        }
    }
    result
}

fn unconfigured(name: &str) -> Response {
    Response::deny(Reason::new(name, DenialReason::Backend, "no permission backend is configured"))
}
