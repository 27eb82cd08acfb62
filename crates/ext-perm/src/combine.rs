//! Backends made of backends.

use crate::{DenialReason, PermissionBackend, Reason, Request, Reservation, Response};

/// Allows what all of its backends allow. Without any it denies everything.
pub struct All {
    name: String,
    members: Vec<Box<dyn PermissionBackend>>,
}

/// Allows what one of its backends allows, unless another has a rule against it or failed: a denial
/// for want of a rule is overruled, every other one is not. Without any it denies everything.
pub struct Any {
    name: String,
    members: Vec<Box<dyn PermissionBackend>>,
}

impl All {
    /// All of `members`, under a name for messages.
    #[must_use]
    pub fn new(name: &str, members: Vec<Box<dyn PermissionBackend>>) -> Self {
        Self { name: name.to_owned(), members }
    }
}

impl Any {
    /// Any of `members`, under a name for messages.
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
        answers.reduce(Response::and).unwrap_or_else(|| nobody(&self.name))
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
        answers.reduce(either).unwrap_or_else(|| nobody(&self.name))
    }

    /// Only those that allow the call use something up for it.
    fn commit(&self, request: &Request<'_>) -> Reservation {
        commit(self.members.iter().filter(|member| member.decide(request).is_allow()), request)
    }

    fn is_target_sensitive(&self) -> bool {
        self.members.iter().any(|member| member.is_target_sensitive())
    }
}

fn either(one: Response, other: Response) -> Response {
    match (one.is_allow(), other.is_allow()) {
        (true, false) if !other.is_final() => one,
        (false, true) if !one.is_final() => other,
        _ => one.and(other),
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

fn nobody(name: &str) -> Response {
    Response::deny(Reason::new(name, DenialReason::Backend, "no permission backend is configured"))
}
