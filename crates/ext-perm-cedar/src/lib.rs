//! A permission backend: policies in the [Cedar](https://docs.cedarpolicy.com) language.
//!
//! ```
//! use ext_perm::{PermissionBackend, Principal, Request, Target};
//! use ext_perm_cedar::{CedarBackend, CedarSources};
//! use ext_wire::Method;
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
//! let may_touch = |path| backend.decide(&request.about(Target::Entry(path))).is_allow();
//! assert!(backend.decide(&request).is_allow());
//! assert!(may_touch("mails/a.eml"));
//! assert!(!may_touch("mails/taxes/a.eml") && !may_touch("photos/a.jpg"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! [`SCHEMA`] says what a policy may speak about. Policies are validated against it (or against a
//! schema of your own), strictly: a name that does not exist, or an attribute that may be absent and
//! is not asked for with `has`, is an error when the backend is made, not a surprise later.
//!
//! A call is asked about twice, see [`Target`](ext_perm::Target). Hence the two conditions above: a `permit` that is
//! limited to some targets also permits the target `"unknown"`, and a `forbid` asks `has` first.
//!
//! It fails closed: a policy whose evaluation fails denies, whatever the others say
//! ([`DenialReason::Backend`]). A decision allocates, and takes longer with each
//! policy: 14 µs with one, 144 µs with a hundred (`benches/decide.rs`).
//!
//! # Not in this crate
//!
//! Files (`ext-grants` reads them), links of policy templates, partial evaluation.
#![forbid(unsafe_code)]

mod question;

use std::{collections::HashMap, str::FromStr, sync::Arc};

use cedar_policy::{
    Authorizer, Decision, Entities, PolicyId, PolicySet, Schema, ValidationMode, Validator,
};
use ext_perm::{DenialReason, PermissionBackend, Principal, Reason, Request, Response, RuleSource};
use thiserror::Error;

use crate::question::Names;

/// What a policy may speak about, in the schema language of Cedar.
pub const SCHEMA: &str = include_str!("schema.cedarschema");

const NAME: &str = "cedar";

/// The texts that a backend is made from.
#[derive(Debug, Clone, Copy, Default)]
pub struct CedarSources<'a> {
    /// The policies.
    pub policies: &'a str,
    /// A schema instead of [`SCHEMA`], which has the same action with the same context.
    pub schema: Option<&'a str>,
    /// Entities as JSON, for example which extension is in which group.
    pub entities: Option<&'a str>,
}

/// Why there is no backend.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum CedarError {
    /// The schema is none.
    #[error("the schema: {0}")]
    Schema(String),
    /// The policies cannot be parsed.
    #[error("the policies: {0}")]
    Policies(String),
    /// The policies speak about what the schema does not know.
    #[error("the policies do not fit the schema: {0}")]
    Invalid(String),
    /// The entities cannot be read, or do not fit the schema.
    #[error("the entities: {0}")]
    Entities(String),
}

/// Decides by policies.
pub struct CedarBackend {
    authorizer: Authorizer,
    names: Names,
    policies: PolicySet,
    schema: Schema,
    entities: Entities,
    lines: HashMap<PolicyId, Arc<RuleSource>>,
}

impl CedarBackend {
    /// Parses and validates the policies.
    ///
    /// # Errors
    /// [`CedarError`]: a text cannot be parsed, or the policies do not fit the schema.
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
        let lines = policies.policies().map(|policy| (policy.id().clone(), line(policy)));
        let lines = lines.collect();
        Ok(Self { authorizer: Authorizer::new(), names, policies, schema, entities, lines })
    }

    /// Of several policies that decided alike, the first by name speaks for all.
    fn first<'a>(&self, ids: impl Iterator<Item = &'a PolicyId>) -> Option<&Arc<RuleSource>> {
        ids.filter_map(|id| self.lines.get(id)).min_by_key(|line| &line.place)
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
        let line = self.first(diagnostics.reason());
        match (answer.decision(), line) {
            (Decision::Allow, Some(line)) => Response::allow_by(line),
            (Decision::Allow, None) => deny(request, DenialReason::Backend, "no policy has a say"),
            (Decision::Deny, Some(line)) => forbidden(request, line),
            (Decision::Deny, None) => deny(request, DenialReason::Methods, "no policy permits it"),
        }
    }
}

/// All that is wrong, not only the first: whoever writes policies mends them at once.
fn validate(schema: &Schema, policies: &PolicySet) -> Result<(), CedarError> {
    let result = Validator::new(schema.clone()).validate(policies, ValidationMode::Strict);
    if result.validation_passed() {
        return Ok(());
    }
    let problems: Vec<String> = result.validation_errors().map(ToString::to_string).collect();
    Err(CedarError::Invalid(problems.join("; ")))
}

/// The causes of an error say which line it is about.
fn in_full(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}

fn line(policy: &cedar_policy::Policy) -> Arc<RuleSource> {
    let name = policy.annotation("id").map_or_else(|| policy.id().to_string(), str::to_owned);
    Arc::new(RuleSource {
        backend: NAME.to_owned(),
        place: format!("policy `{name}`"),
        text: policy.to_string(),
    })
}

fn forbidden(request: &Request<'_>, line: &Arc<RuleSource>) -> Response {
    let message = format!("{request}: the {} forbids it", line.place);
    let line = Some(Arc::clone(line));
    Response::deny(Reason { line, ..Reason::new(NAME, DenialReason::Denied, message) })
}

fn deny(request: &Request<'_>, rule: DenialReason, why: &str) -> Response {
    Response::deny(Reason::new(NAME, rule, format!("{request}: {why}")))
}
