//! The backend that decides by an extension's manifest.

use std::sync::Arc;

use ext_manifest::{DomainPattern, LibraryScope, Manifest};
use ext_wire::event::is_kind;
use uuid::Uuid;

use crate::{
    backend::PermissionBackend,
    index::MethodIndex,
    request::{Audience, Origin, Principal, Request, Target},
    response::{DenialReason, Reason, Response, RuleSource},
    user_only::deny_user_only,
};

const NAME: &str = "manifest";

/// The method that stands for the delivery of an event about an entry. No caller names it; a manifest
/// asks for it by naming events.
pub const RECEIVE_EVENT: &str = "query:events.hear.v1";

/// The pattern of [`RECEIVE_EVENT`] in all its versions, for rules that grant it.
pub const RECEIVE_EVENT_PATTERN: &str = "query:events.hear";

/// The method name in [`RECEIVE_EVENT`].
const RECEIVE_EVENT_NAME: &str = "events.hear";

/// The backend that allows an extension what its manifest asks for.
#[derive(Debug)]
pub struct ManifestBackend {
    id: String,
    methods: MethodIndex,
    sources: Vec<Arc<RuleSource>>,
    libraries: LibraryScope,
    domains: Vec<DomainPattern>,
    events: Vec<String>,
}

impl ManifestBackend {
    /// Creates a backend for the extension of a manifest.
    #[must_use]
    pub fn new(manifest: &Manifest) -> Self {
        let permissions = manifest.permissions();
        let mut methods = MethodIndex::default();
        for (item, pattern) in (0..).zip(permissions.methods()) {
            methods.insert(Some(pattern), item);
        }
        let source = |(index, pattern): (usize, &ext_manifest::MethodPattern)| {
            let place = format!("manifest.json: permissions.methods[{index}]");
            Arc::new(RuleSource { backend: NAME.to_owned(), place, text: pattern.to_string() })
        };
        Self {
            id: manifest.id().to_owned(),
            methods,
            sources: permissions.methods().iter().enumerate().map(source).collect(),
            libraries: permissions.libraries().clone(),
            domains: permissions.allowed_domains().to_vec(),
            events: manifest.events().to_vec(),
        }
    }

    fn check_principal(&self, request: &Request<'_>) -> Response {
        match request.principal {
            Principal::Extension(id) if id == self.id => Response::allow(),
            other => {
                let message = format!("the manifest of {} says nothing about {other}", self.id);
                Response::deny(Reason::new(NAME, DenialReason::Principal, message))
            }
        }
    }

    fn check_audience(request: &Request<'_>) -> Response {
        match request.audience {
            Audience::Everyone => Response::allow(),
            Audience::UserOnly => deny_user_only(NAME, request),
        }
    }

    fn check_method(&self, request: &Request<'_>) -> Response {
        let found = self.methods.matches(request.method).next();
        if let Some(source) = found.and_then(|item| self.sources.get(item as usize)) {
            return Response::allow_by(source);
        }
        let method = request.method;
        if !self.events.is_empty() && method.name() == RECEIVE_EVENT_NAME {
            return Response::allow();
        }
        let message = format!(
            "{} may not call `{method}`: no pattern in its permissions.methods matches",
            self.id
        );
        let pattern = format!("{}:{}", method.kind().name(), method.name());
        deny(DenialReason::Methods, message, Some(permission("methods", &pattern)))
    }

    fn check_library(&self, request: &Request<'_>) -> Response {
        match request.library {
            Some(library) if !self.libraries.contains(library) => self.deny_library(library),
            _ => Response::allow(),
        }
    }

    fn deny_library(&self, library: Uuid) -> Response {
        let message = format!(
            "{} may not use library {library}: it is not in its permissions.libraries",
            self.id
        );
        let missing = permission("libraries", &library.to_string());
        deny(DenialReason::Libraries, message, Some(missing).filter(|_| !library.is_nil()))
    }

    fn check_target(&self, request: &Request<'_>) -> Response {
        match request.target {
            Target::Origin(origin) if !self.reaches(origin) => {
                let message = format!(
                    "{} may not reach {origin}: it is not in its permissions.allowed_domains",
                    self.id
                );
                let pattern = DomainPattern::parse(&origin.to_string()).ok();
                let missing =
                    pattern.map(|pattern| permission("allowed_domains", &pattern.to_string()));
                deny(DenialReason::Domains, message, missing)
            }
            Target::Event { kind, .. } if !self.events.iter().any(|known| known == kind) => {
                let message = format!(
                    "{} may not receive `{kind}`: it is not in the `events` of its manifest",
                    self.id
                );
                let missing = format!(r#""events": ["{kind}"]"#);
                deny(DenialReason::Events, message, Some(missing).filter(|_| is_kind(kind)))
            }
            _ => Response::allow(),
        }
    }

    fn reaches(&self, origin: Origin<'_>) -> bool {
        let Origin { scheme, host, port } = origin;
        self.domains.iter().any(|domain| domain.matches(scheme, host, port))
    }
}

impl PermissionBackend for ManifestBackend {
    fn name(&self) -> &str {
        NAME
    }

    fn decide(&self, request: &Request<'_>) -> Response {
        Self::check_audience(request)
            .and(self.check_principal(request))
            .and(self.check_method(request))
            .and(self.check_library(request))
            .and(self.check_target(request))
    }

    /// Returns false: servers are always checked, and a manifest says nothing of entries and sidecars.
    fn is_target_sensitive(&self) -> bool {
        false
    }
}

fn deny(kind: DenialReason, message: String, would_allow: Option<String>) -> Response {
    Response::deny(Reason { would_allow, ..Reason::new(NAME, kind, message) })
}

/// Returns the JSON that a manifest would need. Both parts are plain ASCII without anything that JSON
/// would escape.
fn permission(list: &str, item: &str) -> String {
    format!(r#""permissions": {{"{list}": ["{item}"]}}"#)
}
