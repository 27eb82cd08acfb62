//! A permission backend: policies in the [Rego](https://www.openpolicyagent.org/docs/policy-language)
//! language.
//!
//! ```
//! use ext_perm::{PermissionBackend, Principal, Request, Target};
//! use ext_perm_rego::{RegoBackend, RegoSources};
//! use ext_wire::Method;
//!
//! let policy = r#"
//!     package spacedrive
//!
//!     allow if {
//!         input.extension == "finance"
//!         input.kind == "query"
//!         mails_or_not_known_yet
//!     }
//!
//!     mails_or_not_known_yet if input.target == null
//!     mails_or_not_known_yet if startswith(input.target.entry, "mails/")
//!
//!     deny contains "nobody reads taxes" if startswith(input.target.entry, "mails/taxes/")
//! "#;
//! let backend = RegoBackend::new(RegoSources { policies: &[("policy.rego", policy)], data: None })?;
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
//! `input` is the [`Question`], Rego is of version 1. In the package `spacedrive`, `allow` says yes
//! when it is `true`; `deny`, a set of reasons (or `true`), beats it. A call is asked about twice, see
//! [`Target`](ext_perm::Target): a rule that is limited to some targets also allows `null`.
//!
//! It fails closed: what is neither of this, or fails, or takes longer than [`DEADLINE`], denies
//! ([`DenialReason::Backend`]). Policies cannot reach the network, and the time is in `input.at`. A decision
//! allocates, and takes longer with each rule: 10 µs with one, 136 µs with a hundred
//! (`benches/decide.rs`). The laws of [`PermissionBackend`] hold as far as the
//! policy keeps them: Rego can say "allow when nothing else does", or ask for a random number.
//!
//! # Not in this crate
//!
//! Files (`ext-grants` reads them), and the functions of OPA that need other crates: `http`,
//! `time`, `net`, `glob`, `semver`.
#![forbid(unsafe_code)]

use std::{
    num::NonZeroU32,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use ext_perm::{DenialReason, PermissionBackend, Principal, Question, Reason, Request, Response};
use regorus::{Engine, Value, utils::limits::ExecutionTimerConfig};
use thiserror::Error;

/// How long a decision may take.
pub const DEADLINE: Duration = Duration::from_millis(100);

const NAME: &str = "rego";
const PACKAGE: &str = "data.spacedrive";

/// Engines that are kept for the next question.
const IDLE: usize = 8;

/// The texts that a backend is made from.
#[derive(Debug, Clone, Copy, Default)]
pub struct RegoSources<'a> {
    /// Name (for messages) and text of each policy file.
    pub policies: &'a [(&'a str, &'a str)],
    /// `data` as a JSON object.
    pub data: Option<&'a str>,
}

/// Why there is no backend.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum RegoError {
    /// A policy cannot be parsed, or two policies do not go together.
    #[error("the policy {name}: {problem}")]
    Policy {
        /// Name of the file.
        name: String,
        /// What is wrong, with line and column.
        problem: String,
    },
    /// The data are no JSON object.
    #[error("the data: {0}")]
    Data(String),
    /// No file has the package that is asked for.
    #[error("no policy has the package `spacedrive`: start one with `package spacedrive`")]
    NoPackage,
    /// The policies cannot be evaluated at all.
    #[error("the policies: {0}")]
    Evaluate(String),
}

/// Decides by policies.
pub struct RegoBackend {
    template: Engine,
    /// An engine answers one question at a time, and keeps what it prepared for the next one.
    idle: Mutex<Vec<Engine>>,
}

impl RegoBackend {
    /// Parses and compiles the policies.
    ///
    /// # Errors
    /// [`RegoError`]: a text cannot be parsed, or the policies cannot be used.
    pub fn new(sources: RegoSources<'_>) -> Result<Self, RegoError> {
        let mut engine = Engine::new();
        engine.set_strict_builtin_errors(true);
        for (name, text) in sources.policies {
            let added = engine.add_policy((*name).to_owned(), (*text).to_owned());
            added.map_err(|error| policy(name, &error.to_string()))?;
        }
        if let Some(json) = sources.data {
            let added = engine.add_data_json(json);
            added.map_err(|error| RegoError::Data(error.to_string()))?;
        }
        let packages = engine.get_packages().map_err(|error| policy("", &error.to_string()))?;
        if !packages.iter().any(|package| package == PACKAGE) {
            return Err(RegoError::NoPackage);
        }
        // Recursion and unknown functions show when something is evaluated.
        engine.set_input(Value::new_object());
        query(&mut engine).map_err(RegoError::Evaluate)?;
        engine.set_execution_timer_config(ExecutionTimerConfig {
            limit: DEADLINE,
            check_interval: NonZeroU32::MIN.saturating_add(63),
        });
        Ok(Self { template: engine, idle: Mutex::default() })
    }

    fn ask(&self, extension: &str, request: &Request<'_>) -> Result<Value, String> {
        let question = serde_json::to_value(Question::new(extension, request));
        let question = question.map_err(|error| error.to_string())?;
        let kept = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut engine = kept.unwrap_or_else(|| self.template.clone());
        engine.set_input(Value::from(question));
        let answer = query(&mut engine)?;
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() < IDLE {
            idle.push(engine);
        }
        Ok(answer)
    }
}

impl PermissionBackend for RegoBackend {
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
        match self.ask(extension, request).and_then(|answer| judge(&answer)) {
            Ok(None) => Response::allow(),
            Ok(Some((rule, why))) => deny(request, rule, &why),
            Err(problem) => {
                deny(request, DenialReason::Backend, &format!("the policies failed: {problem}"))
            }
        }
    }
}

/// All rules of the package, as an object; what is undefined is not in it.
fn query(engine: &mut Engine) -> Result<Value, String> {
    let results = engine.eval_query(PACKAGE.to_owned(), false);
    let mut results = results.map_err(|error| error.to_string())?.result;
    let expression = results.pop().and_then(|mut result| result.expressions.pop());
    expression.map(|expression| expression.value).ok_or_else(|| "there is no answer".to_owned())
}

/// Why not; `None` for a yes.
///
/// # Errors
/// The answer has another shape than it must have.
fn judge(answer: &Value) -> Result<Option<(DenialReason, String)>, String> {
    if let Some(why) = denial(&answer["deny"])? {
        return Ok(Some((DenialReason::Denied, why)));
    }
    match &answer["allow"] {
        Value::Bool(true) => Ok(None),
        Value::Undefined | Value::Bool(false) => {
            Ok(Some((DenialReason::Methods, "no policy allows it".to_owned())))
        }
        other => Err(format!("`allow` is no boolean: {other}")),
    }
}

fn denial(deny: &Value) -> Result<Option<String>, String> {
    match deny {
        Value::Undefined | Value::Bool(false) => Ok(None),
        Value::Bool(true) => Ok(Some("a policy denies it".to_owned())),
        Value::Set(reasons) if reasons.is_empty() => Ok(None),
        Value::Set(reasons) => {
            let reasons: Vec<String> = reasons.iter().map(spoken).collect();
            Ok(Some(format!("a policy denies it: {}", reasons.join("; "))))
        }
        other => Err(format!("`deny` is neither a set nor a boolean: {other}")),
    }
}

/// A text without quotes, anything else as JSON.
fn spoken(value: &Value) -> String {
    value.as_string().map_or_else(|_| value.to_string(), |text| text.to_string())
}

fn policy(name: &str, problem: &str) -> RegoError {
    RegoError::Policy { name: name.to_owned(), problem: problem.trim().to_owned() }
}

fn deny(request: &Request<'_>, rule: DenialReason, why: &str) -> Response {
    Response::deny(Reason::new(NAME, rule, format!("{request}: {why}")))
}
