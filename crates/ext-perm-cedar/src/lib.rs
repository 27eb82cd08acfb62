//! A permission backend: policies in the [Cedar](https://docs.cedarpolicy.com) language.
//!
//! ```
//! use ext_perm::{PermissionBackend, Principal, Request, Target};
//! use ext_perm_cedar::{CedarBackend, CedarSources};
//! use ext_wire::{EntryPath, Method};
//!
//! let backend = CedarBackend::new(CedarSources {
//!     policies: r#"
//!         @id("read-mails")
//!         permit(principal == Extension::"finance", action, resource)
//!         when { context.kind == "query" }
//!         when { context.target == "unknown" || (context has entry && context.entry like "mails/*") };
//!
//!         @id("nobody-reads-taxes")
//!         forbid(principal, action, resource)
//!         when { context has entry && context.entry like "mails/taxes/*" };
//!     "#,
//!     ..CedarSources::default()
//! })?;
//!
//! let method = Method::parse("query:ai.ocr.v1")?;
//! let request = Request::new(Principal::Extension("finance"), method, None);
//! let may_touch = |path| {
//!     let path = EntryPath::stored(path);
//!     backend.decide(&request.about(Target::Entry(&path))).is_allow()
//! };
//! assert!(backend.decide(&request).is_allow());
//! assert!(may_touch("mails/a.eml"));
//! assert!(!may_touch("mails/taxes/a.eml") && !may_touch("photos/a.jpg"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! [`SCHEMA`] declares the names that a policy may use. Policies are validated strictly against it (or
//! against a schema of your own): a name that does not exist, or an attribute that may be absent and
//! is not tested with `has`, is an error when the backend is made, not a surprise later.
//!
//! A call is checked twice, see [`Target`](ext_perm::Target). Hence the two conditions above: a
//! `permit` that is limited to some targets also permits the target `"unknown"`, and a `forbid` tests
//! `has` first.
//!
//! It fails closed: a policy whose evaluation fails denies, whatever the others say
//! ([`DenialReason::Backend`]). A decision allocates, and takes longer with each
//! policy: 14 µs with one, 144 µs with a hundred (`benches/decide.rs`).
//!
//! # Not in this crate
//!
//! Files (`ext-grants` reads them), linked policy templates, partial evaluation.
#![forbid(unsafe_code)]

mod error;
mod question;

use std::{collections::HashMap, str::FromStr, sync::Arc};

pub use crate::error::CedarError;
use crate::question::Names;
use cedar_policy::{
    Authorizer, Decision, Entities, PolicyId, PolicySet, Schema, ValidationMode, Validator,
};
use ext_perm::{DenialReason, PermissionBackend, Principal, Reason, Request, Response, RuleSource};

/// The names that a policy may use, in the schema language of Cedar.
pub const SCHEMA: &str = include_str!("schema.cedarschema");

const NAME: &str = "cedar";

/// The texts that a backend is made from.
#[derive(Debug, Clone, Copy, Default)]
pub struct CedarSources<'a> {
    /// The policies.
    pub policies: &'a str,
    /// The schema to use instead of [`SCHEMA`], which has the same action with the same context.
    pub schema: Option<&'a str>,
    /// The entities as JSON, for example groups of extensions.
    pub entities: Option<&'a str>,
}

/// A backend that decides by policies in Cedar.
pub struct CedarBackend {
    authorizer: Authorizer,
    names: Names,
    policies: PolicySet,
    schema: Schema,
    entities: Entities,
    sources: HashMap<PolicyId, Arc<RuleSource>>,
}

impl CedarBackend {
    /// Parses and validates the policies.
    ///
    /// # Errors
    /// [`CedarError`] when a text cannot be parsed, or the policies or the entities do not fit the
    /// schema.
    pub fn new(sources: CedarSources<'_>) -> Result<Self, CedarError> {
        let names = Names::new()?;
        let schema = Schema::from_str(sources.schema.unwrap_or(SCHEMA))
            .map_err(|error| CedarError::Schema(in_full(&error)))?;
        let policies = PolicySet::from_str(sources.policies)
            .map_err(|error| CedarError::Policies(in_full(&error)))?;
        validate(&schema, &policies)?;
        let entities = match sources.entities {
            None => Entities::empty(),
            Some(json) => Entities::from_json_str(json, Some(&schema))
                .map_err(|error| CedarError::Entities(in_full(&error)))?,
        };
        let rules = policies.policies().map(|policy| (policy.id().clone(), source_of(policy)));
        let rules = rules.collect();
        let authorizer = Authorizer::new();
        Ok(Self { authorizer, names, policies, schema, entities, sources: rules })
    }

    /// Finds the first by name of several policies that decided alike.
    fn first<'a>(&self, ids: impl Iterator<Item = &'a PolicyId>) -> Option<&Arc<RuleSource>> {
        ids.filter_map(|id| self.sources.get(id)).min_by_key(|source| &source.place)
    }
}

impl PermissionBackend for CedarBackend {
    fn name(&self) -> &str {
        NAME
    }

    fn decide(&self, request: &Request<'_>) -> Response {
        let Principal::Extension(extension) = request.principal else {
            return deny(
                request,
                DenialReason::Principal,
                "the policies are about extensions only",
            );
        };
        let asked = match self.names.question(extension, request, &self.schema) {
            Ok(asked) => asked,
            Err(problem) => return deny(request, DenialReason::Backend, &problem),
        };
        let answer = self.authorizer.is_authorized(&asked, &self.policies, &self.entities);
        let diagnostics = answer.diagnostics();
        if let Some(error) = diagnostics.errors().next() {
            let problem = format!("a policy cannot be evaluated: {error}");
            return deny(request, DenialReason::Backend, &problem);
        }
        let source = self.first(diagnostics.reason());
        match (answer.decision(), source) {
            (Decision::Allow, Some(source)) => Response::allow_by(source),
            (Decision::Allow, None) => deny(request, DenialReason::Backend, "no policy decided"),
            (Decision::Deny, Some(source)) => forbidden(request, source),
            (Decision::Deny, None) => deny(request, DenialReason::Methods, "no policy permits it"),
        }
    }
}

/// Validates policies, and lists all problems, so that their author can fix them at once.
fn validate(schema: &Schema, policies: &PolicySet) -> Result<(), CedarError> {
    let result = Validator::new(schema.clone()).validate(policies, ValidationMode::Strict);
    if result.validation_passed() {
        return Ok(());
    }
    let problems: Vec<String> = result.validation_errors().map(ToString::to_string).collect();
    Err(CedarError::Invalid(problems.join("; ")))
}

/// Renders an error with its causes, which name the line.
fn in_full(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}

fn source_of(policy: &cedar_policy::Policy) -> Arc<RuleSource> {
    let name = policy.annotation("id").map_or_else(|| policy.id().to_string(), str::to_owned);
    Arc::new(RuleSource {
        backend: NAME.to_owned(),
        place: format!("policy `{name}`"),
        text: policy.to_string(),
    })
}

fn forbidden(request: &Request<'_>, policy: &Arc<RuleSource>) -> Response {
    let message = format!("{request}: the {} forbids it", policy.place);
    let source = Some(Arc::clone(policy));
    Response::deny(Reason { source, ..Reason::new(NAME, DenialReason::Denied, message) })
}

fn deny(request: &Request<'_>, kind: DenialReason, why: &str) -> Response {
    Response::deny(Reason::new(NAME, kind, format!("{request}: {why}")))
}
