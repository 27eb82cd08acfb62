//! The backend that decides by an extension's manifest.

use std::sync::Arc;

use ext_manifest::{DomainPattern, LibraryScope, Manifest};
use uuid::Uuid;

use crate::{
    Audience, DenialReason, Origin, PermissionBackend, Principal, Reason, Request, Response,
    RuleSource, Target, index::MethodIndex,
};

const NAME: &str = "manifest";

/// The method that hearing of an entry counts as, when an event is to be delivered. It is not called
/// by anybody; a manifest allows it by naming events.
pub const RECEIVE_EVENT: &str = "query:events.hear.v1";

/// The name in [`RECEIVE_EVENT`].
const RECEIVE_EVENT_NAME: &str = "events.hear";

/// Allows an extension what its manifest asks for.
#[derive(Debug)]
pub struct ManifestBackend {
    id: String,
    methods: MethodIndex,
    lines: Vec<Arc<RuleSource>>,
    libraries: LibraryScope,
    domains: Vec<DomainPattern>,
    receives: bool,
}

impl ManifestBackend {
    /// A backend for the extension of this manifest.
    #[must_use]
    pub fn new(manifest: &Manifest) -> Self {
        let permissions = manifest.permissions();
        let mut methods = MethodIndex::default();
        for (item, pattern) in (0..).zip(permissions.methods()) {
            methods.insert(Some(pattern), item);
        }
        let line = |(index, pattern): (usize, &ext_manifest::MethodPattern)| {
            let place = format!("manifest.json: permissions.methods[{index}]");
            Arc::new(RuleSource { backend: NAME.to_owned(), place, text: pattern.to_string() })
        };
        Self {
            id: manifest.id().to_owned(),
            methods,
            lines: permissions.methods().iter().enumerate().map(line).collect(),
            libraries: permissions.libraries().clone(),
            domains: permissions.allowed_domains().to_vec(),
            receives: !manifest.events().is_empty(),
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

    fn check_host_only(request: &Request<'_>) -> Response {
        match request.audience {
            Audience::Everyone => Response::allow(),
            Audience::UserOnly => deny_host_only(NAME, request),
        }
    }

    fn check_method(&self, request: &Request<'_>) -> Response {
        let found = self.methods.matches(request.method).next();
        if let Some(line) = found.and_then(|item| self.lines.get(item as usize)) {
            return Response::allow_by(line);
        }
        let method = request.method;
        if self.receives && method.name() == RECEIVE_EVENT_NAME {
            return Response::allow();
        }
        let message = format!(
            "{} may not call `{method}`: no pattern in its permissions.methods matches",
            self.id
        );
        let line = format!("{}:{}", method.kind().name(), method.name());
        deny(DenialReason::Methods, message, Some(permission_line("methods", &line)))
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
        let line = permission_line("libraries", &library.to_string());
        deny(DenialReason::Libraries, message, Some(line).filter(|_| !library.is_nil()))
    }

    fn check_target(&self, request: &Request<'_>) -> Response {
        match request.target {
            Target::Origin(origin) if !self.reaches(origin) => {
                let message = format!(
                    "{} may not reach {origin}: it is not in its permissions.allowed_domains",
                    self.id
                );
                let line = format!("{}://{}", origin.scheme, origin.host);
                let line = DomainPattern::parse(&format!("{line}:{}", origin.port)).ok();
                let line = line.map(|line| permission_line("allowed_domains", &line.to_string()));
                deny(DenialReason::Domains, message, line)
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
        Self::check_host_only(request)
            .and(self.check_principal(request))
            .and(self.check_method(request))
            .and(self.check_library(request))
            .and(self.check_target(request))
    }

    /// Servers are asked about always; of entries and sidecars a manifest says nothing.
    fn is_target_sensitive(&self) -> bool {
        false
    }
}

/// Nothing that an extension can ask for allows this.
pub(crate) fn deny_host_only(backend: &str, request: &Request<'_>) -> Response {
    let message = format!("`{}` is for the user only, no extension may call it", request.method);
    Response::deny(Reason::new(backend, DenialReason::HostOnly, message))
}

fn deny(rule: DenialReason, message: String, would_allow: Option<String>) -> Response {
    Response::deny(Reason { would_allow, ..Reason::new(NAME, rule, message) })
}

/// Both parts are plain ASCII without anything that JSON would escape.
fn permission_line(list: &str, item: &str) -> String {
    format!(r#""permissions": {{"{list}": ["{item}"]}}"#)
}
