//! The backend that decides by an extension's manifest.

use ext_manifest::{LibraryScope, Manifest, MethodPattern};
use uuid::Uuid;

use crate::{PermissionBackend, Principal, Reason, Request, Response, Rule};

/// Allows an extension what its manifest asks for.
#[derive(Debug, Clone)]
pub struct ManifestBackend {
    id: String,
    methods: Vec<MethodPattern>,
    libraries: LibraryScope,
}

impl ManifestBackend {
    /// A backend for the extension of this manifest.
    #[must_use]
    pub fn new(manifest: &Manifest) -> Self {
        let permissions = manifest.permissions();
        Self {
            id: manifest.id().to_owned(),
            methods: permissions.methods().to_vec(),
            libraries: permissions.libraries().clone(),
        }
    }

    fn check_principal(&self, request: &Request<'_>) -> Response {
        match request.principal {
            Principal::Extension(id) if id == self.id => Response::allow(),
            other => Response::deny(Reason {
                rule: Rule::Principal,
                message: format!("the manifest of {} says nothing about {other}", self.id),
                would_allow: None,
            }),
        }
    }

    fn check_host_only(&self, request: &Request<'_>) -> Response {
        if request.host_only { deny_host_only(request) } else { Response::allow() }
    }

    fn check_method(&self, request: &Request<'_>) -> Response {
        if self.methods.iter().any(|pattern| pattern.matches(request.method)) {
            return Response::allow();
        }
        let method = request.method;
        Response::deny(Reason {
            rule: Rule::Methods,
            message: format!(
                "{} may not call `{method}`: no pattern in its permissions.methods matches",
                self.id
            ),
            would_allow: Some(permission_line(
                "methods",
                &format!("{}:{}", method.kind().name(), method.name()),
            )),
        })
    }

    fn check_library(&self, request: &Request<'_>) -> Response {
        match request.library {
            Some(library) if !self.libraries.contains(library) => self.deny_library(library),
            _ => Response::allow(),
        }
    }

    fn deny_library(&self, library: Uuid) -> Response {
        let would_allow = !library.is_nil();
        Response::deny(Reason {
            rule: Rule::Libraries,
            message: format!(
                "{} may not use library {library}: it is not in its permissions.libraries",
                self.id
            ),
            would_allow: would_allow.then(|| permission_line("libraries", &library.to_string())),
        })
    }
}

impl PermissionBackend for ManifestBackend {
    fn name(&self) -> &str {
        "manifest"
    }

    fn decide(&self, request: &Request<'_>) -> Response {
        self.check_host_only(request)
            .and(self.check_principal(request))
            .and(self.check_method(request))
            .and(self.check_library(request))
    }
}

/// Nothing that an extension can ask for allows this.
pub(crate) fn deny_host_only(request: &Request<'_>) -> Response {
    Response::deny(Reason {
        rule: Rule::HostOnly,
        message: format!("`{}` is for the user only, no extension may call it", request.method),
        would_allow: None,
    })
}

/// Both parts are plain ASCII without anything that JSON would escape.
fn permission_line(list: &str, item: &str) -> String {
    format!(r#""permissions": {{"{list}": ["{item}"]}}"#)
}
