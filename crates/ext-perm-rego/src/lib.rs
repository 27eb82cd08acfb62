//! A permission backend: policies in the [Rego](https://www.openpolicyagent.org/docs/policy-language)
//! language.
//!
//! ```
//! use ext_perm::{PermissionBackend, Principal, Request, Target};
//! use ext_perm_rego::{RegoBackend, RegoSources};
//! use ext_wire::{EntryPath, Method};
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
//! `input` is the [`Question`]; the language is version 1 of Rego. In the package `spacedrive`, a call
//! is allowed when `allow` is `true`; `deny`, a set of reasons (or `true`), beats it. A call is checked
//! twice, see [`Target`](ext_perm::Target): a rule that is limited to some targets also allows `null`.
//!
//! It fails closed: an answer of another shape, a failure, and a decision that takes longer than
//! [`DEADLINE`] deny ([`DenialReason::Backend`]). Policies cannot reach the network, and the time is in
//! `input.at`. A decision allocates, and takes longer with each rule: 10 µs with one, 136 µs with a
//! hundred (`benches/decide.rs`). The laws of [`PermissionBackend`] hold as far as the policy keeps
//! them: Rego can express "allow when nothing else does", or ask for a random number.
//!
//! # Not in this crate
//!
//! Files (`ext-grants` reads them), and the functions of OPA that need other crates: `http`,
//! `time`, `net`, `glob`, `semver`.
#![forbid(unsafe_code)]

use std::{num::NonZeroU32, time::Duration};

use ext_perm::{DenialReason, PermissionBackend, Principal, Question, Reason, Request, Response};
use parking_lot::Mutex;
use regorus::{Engine, Value, utils::limits::ExecutionTimerConfig};
use thiserror::Error;

/// The time that a decision may take.
pub const DEADLINE: Duration = Duration::from_millis(100);

const NAME: &str = "rego";
const PACKAGE: &str = "data.spacedrive";

/// The number of engines that are kept for the next question.
const IDLE: usize = 8;

/// The texts that a backend is made from.
#[derive(Debug, Clone, Copy, Default)]
pub struct RegoSources<'a> {
    /// The name (for messages) and the text of each policy file.
    pub policies: &'a [(&'a str, &'a str)],
    /// The document `data` as a JSON object.
    pub data: Option<&'a str>,
}

/// The reason why there is no backend.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum RegoError {
    /// A policy cannot be parsed, or two policies conflict.
    #[error("the policy {name}: {problem}")]
    Policy {
        /// The name of the file.
        name: String,
        /// The problem, with line and column.
        problem: String,
    },
    /// The data is not a JSON object.
    #[error("the data: {0}")]
    Data(String),
    /// No policy has the package `spacedrive`.
    #[error("no policy has the package `spacedrive`: start one with `package spacedrive`")]
    NoPackage,
    /// The policies cannot be evaluated.
    #[error("the policies: {0}")]
    Evaluate(String),
}

/// A backend that decides by policies in Rego.
pub struct RegoBackend {
    template: Engine,
    /// The engines that answer no question now, with what they prepared for the last one.
    idle: Mutex<Vec<Engine>>,
}

impl RegoBackend {
    /// Parses and compiles the policies.
    ///
    /// # Errors
    /// [`RegoError`] when a text cannot be parsed, the package is missing, or the policies cannot be
    /// evaluated.
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
        let kept = self.idle.lock().pop();
        let mut engine = kept.unwrap_or_else(|| self.template.clone());
        engine.set_input(Value::from(question));
        let answer = query(&mut engine)?;
        let mut idle = self.idle.lock();
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
        match self.ask(extension, request).and_then(|answer| read_answer(&answer)) {
            Ok(None) => Response::allow(),
            Ok(Some((kind, why))) => deny(request, kind, &why),
            Err(problem) => {
                deny(request, DenialReason::Backend, &format!("the policies failed: {problem}"))
            }
        }
    }
}

/// Evaluates all rules of the package to an object; what is undefined is not in it.
fn query(engine: &mut Engine) -> Result<Value, String> {
    let results = engine.eval_query(PACKAGE.to_owned(), false);
    let mut results = results.map_err(|error| error.to_string())?.result;
    let expression = results.pop().and_then(|mut result| result.expressions.pop());
    expression.map(|expression| expression.value).ok_or_else(|| "there is no answer".to_owned())
}

/// Reads the reason of a denial; `None` for an allow.
///
/// # Errors
/// The problem as a text, when the answer has another shape than it must have.
fn read_answer(answer: &Value) -> Result<Option<(DenialReason, String)>, String> {
    if let Some(why) = denial(&answer["deny"])? {
        return Ok(Some((DenialReason::Denied, why)));
    }
    match &answer["allow"] {
        Value::Bool(true) => Ok(None),
        Value::Undefined | Value::Bool(false) => {
            Ok(Some((DenialReason::Methods, "no policy allows it".to_owned())))
        }
        other => Err(format!("`allow` is not a boolean: {other}")),
    }
}

fn denial(deny: &Value) -> Result<Option<String>, String> {
    match deny {
        Value::Undefined | Value::Bool(false) => Ok(None),
        Value::Bool(true) => Ok(Some("a policy denies it".to_owned())),
        Value::Set(reasons) if reasons.is_empty() => Ok(None),
        Value::Set(reasons) => {
            let reasons: Vec<String> = reasons.iter().map(plain).collect();
            Ok(Some(format!("a policy denies it: {}", reasons.join("; "))))
        }
        other => Err(format!("`deny` is neither a set nor a boolean: {other}")),
    }
}

/// Renders a text without quotes, and any other value as JSON.
fn plain(value: &Value) -> String {
    value.as_string().map_or_else(|_| value.to_string(), |text| text.to_string())
}

fn policy(name: &str, problem: &str) -> RegoError {
    RegoError::Policy { name: name.to_owned(), problem: problem.trim().to_owned() }
}

fn deny(request: &Request<'_>, kind: DenialReason, why: &str) -> Response {
    Response::deny(Reason::new(NAME, kind, format!("{request}: {why}")))
}
