//! Errors of commands: message, advice, exit code.

use std::{
    fmt::{self, Display},
    io,
    process::ExitCode,
};

use ext_manifest::{DomainError, ManifestError};
use ext_mcp::McpError;
use ext_models::ModelError;
use ext_ops_credentials_age::ExportError;
use ext_ops_credentials_oauth2::LoginError;
use ext_package::PackageError;
use ext_package_oci::OciError;
use ext_services::credentials::CredentialError;
use ext_wire::{ErrorBody, ErrorCode, io_code};
use serde_json::{Value, json};
use spacedrive_core::{CallError, CoreError, auth::AuthError};

use crate::{advice, args::Output, output, registry_advice};

/// An error of the command line itself, and the command that helps.
#[derive(Debug)]
pub(crate) struct Hinted {
    code: ErrorCode,
    message: String,
    hint: String,
    details: Option<Value>,
}

impl Hinted {
    /// Makes the error.
    pub(crate) fn error(
        code: ErrorCode,
        message: impl Display,
        hint: impl Display,
    ) -> anyhow::Error {
        let (message, hint) = (message.to_string(), hint.to_string());
        Self { code, message, hint, details: None }.into()
    }

    /// Makes the error with facts for programs.
    pub(crate) fn with_details(
        code: ErrorCode,
        message: String,
        hint: String,
        details: Value,
    ) -> anyhow::Error {
        Self { code, message, hint, details: Some(details) }.into()
    }
}

impl Display for Hinted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Hinted {}

/// Prints the error on stderr and says with which code the program ends.
pub(crate) fn report(error: &anyhow::Error, output: Output) -> ExitCode {
    if is_closed_pipe(error) {
        return ExitCode::SUCCESS; // `spacedrive … | head` has read enough
    }
    match output {
        Output::Table => {
            tell!("error: {}", output::message(&message(error)));
            if let Some(hint) = hint(error) {
                tell!("hint: {}", output::message(&hint));
            }
        }
        Output::Json => output::tell_json(&to_json(error)),
    }
    ExitCode::FAILURE
}

fn to_json(error: &anyhow::Error) -> Value {
    let answered = answered(error);
    let message = answered.as_ref().map_or_else(|| message(error), |body| body.error.clone());
    let mut body = json!({ "error": message });
    if let Some(code) = code(error) {
        body["code"] = code.into();
    }
    if let Some(ErrorBody { details, retry_after_ms, .. }) = answered {
        if let Some(details) = details {
            body["details"] = *details;
        }
        if let Some(millis) = retry_after_ms {
            body["retry_after_ms"] = millis.into();
        }
    }
    if let Some(Hinted { details: Some(details), .. }) = error.downcast_ref() {
        body["details"] = details.clone();
    }
    if let Some(hint) = hint(error) {
        body["hint"] = hint.into();
    }
    body
}

/// Returns the error of a call, as it crosses to other programs.
fn answered(error: &anyhow::Error) -> Option<ErrorBody> {
    let call = error.downcast_ref::<CallError>().map(CallError::body);
    call.or_else(|| error.downcast_ref::<ErrorBody>().cloned())
}

/// Writes the error and its causes, each once: many errors say their cause themselves.
fn message(error: &anyhow::Error) -> String {
    let mut message = error.to_string();
    for cause in error.chain().skip(1).map(ToString::to_string) {
        if !message.contains(&cause) {
            message = format!("{message}: {cause}");
        }
    }
    message
}

/// Names the command that helps, which libraries do not know.
fn hint(error: &anyhow::Error) -> Option<String> {
    if let Some(Hinted { hint, .. }) = error.downcast_ref() {
        return Some(hint.clone());
    }
    if let Some(advice) = registry_advice::of(error) {
        return Some(advice);
    }
    let code = code(error).unwrap_or_default();
    let text = answered(error).map_or_else(|| message(error), |body| body.error);
    advice::on(code, &text)
}

fn code(error: &anyhow::Error) -> Option<&'static str> {
    if let Some(body) = answered(error) {
        return Some(body.code.name());
    }
    if let Some(Hinted { code, .. }) = error.downcast_ref() {
        return Some(code.name());
    }
    if let Some(error) = error.downcast_ref::<CoreError>() {
        return Some(error.code().name());
    }
    if let Some(error) = error.downcast_ref::<CredentialError>() {
        return Some(error.code().name());
    }
    if let Some(error) = error.downcast_ref::<ExportError>() {
        return Some(error.code().name());
    }
    if let Some(error) = error.downcast_ref::<LoginError>() {
        return login_code(error).map(ErrorCode::name);
    }
    if let Some(error) = error.downcast_ref::<PackageError>() {
        return Some(error.code().name());
    }
    if let Some(error) = error.downcast_ref::<OciError>() {
        return Some(error.code().name());
    }
    let code = match () {
        () if error.is::<ModelError>() => Some(ErrorCode::ModelMissing),
        () if error.is::<McpError>() => Some(ErrorCode::Net),
        () if error.is::<ManifestError>() => Some(ErrorCode::Manifest),
        () if error.is::<AuthError>() || error.is::<DomainError>() => Some(ErrorCode::BadInput),
        () => None,
    };
    let io = error.chain().find_map(|cause| cause.downcast_ref::<io::Error>());
    code.or_else(|| io.map(|error| io_code(error.kind()))).map(ErrorCode::name)
}

fn login_code(error: &LoginError) -> Option<ErrorCode> {
    match error {
        LoginError::Stopped => None,
        LoginError::Timeout | LoginError::Strangers(_) => Some(ErrorCode::NetTimeout),
        LoginError::Refused(_) | LoginError::Code | LoginError::Issuer => {
            Some(ErrorCode::CredReauth)
        }
        LoginError::NoDevice => Some(ErrorCode::BadInput),
        LoginError::Io(_) => Some(ErrorCode::Io),
        _ => Some(ErrorCode::Net),
    }
}

fn is_closed_pipe(error: &anyhow::Error) -> bool {
    let io = error.downcast_ref::<io::Error>();
    io.is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}

#[cfg(test)]
mod tests {
    use spacedrive_core::permissions::GrantError;

    use super::*;

    #[test]
    fn each_cause_is_said_once() {
        let inner = io::Error::other("it is full");
        let says_it = anyhow::Error::new(inner).context("the disk: it is full").context("import");
        assert_eq!(message(&says_it), "import: the disk: it is full");
        let silent = anyhow::anyhow!("it is full").context("the disk");
        assert_eq!(message(&silent), "the disk: it is full");
    }

    /// Reads message and hint as the user does.
    fn told(error: impl Into<anyhow::Error>) -> (String, String) {
        let error = error.into();
        (message(&error), hint(&error).unwrap_or_default())
    }

    fn pair(message: &str, hint: &str) -> (String, String) {
        (message.to_owned(), hint.to_owned())
    }

    #[test]
    fn an_error_of_a_library_gets_the_command_that_helps() {
        let unknown = GrantError::UnknownGrant { extension: "demo".into(), grant: 7 };
        let expected = pair(
            "`demo` has no grant 7",
            "`spacedrive permission list demo` shows those that it has",
        );
        assert_eq!(told(CoreError::from(unknown)), expected);
        let silent = GrantError::NotRecorded("demo".into());
        let expected = pair(
            "nothing was recorded of `demo`",
            "run it with `spacedrive ext run demo --record` first",
        );
        assert_eq!(told(CoreError::from(silent)), expected);
        let expected = pair(
            "the extension `demo` is not installed",
            "`spacedrive ext list` shows those that are",
        );
        assert_eq!(told(CoreError::NotInstalled { id: "demo".into() }), expected);
    }

    #[test]
    fn a_failure_of_a_model_or_a_quarantine_gets_its_command() {
        let missing = ModelError::Missing { id: ext_models::MINILM_FLOAT32, optional: true };
        let expected = pair(
            "the model `minilm-l6-v2-float32` is missing",
            "`spacedrive models pull minilm-l6-v2-float32` fetches it",
        );
        assert_eq!(told(missing), expected);
        let damaged = "no embeddings: the model `minilm-l6-v2-int8` is damaged: 3 bytes";
        let expected = Some("`spacedrive models pull` fetches it".to_owned());
        assert_eq!(advice::on_model(damaged), expected);
        let quarantined = "the extension `finance` is quarantined: too loud";
        let expected = Some("`spacedrive ext release finance` lets it run again".to_owned());
        assert_eq!(advice::on(ErrorCode::Stopped.name(), quarantined), expected);
        assert_eq!(advice::on(ErrorCode::Extension.name(), quarantined), None);
    }

    #[test]
    fn a_login_that_is_needed_gets_its_command() {
        let needed = CredentialError::LoginNeeded("work".into());
        let expected =
            pair("the login `work` is no longer accepted", "`spacedrive auth login` logs in again");
        assert_eq!(told(needed), expected);
        assert_eq!(advice::on(ErrorCode::CredReauth.name(), "the credentials are locked"), None);
        let expected = pair(
            "there are no credentials yet, so no key locks them",
            "`spacedrive secret set` or `auth login` keeps the first",
        );
        assert_eq!(told(CredentialError::NoneKept), expected);
    }

    #[test]
    fn an_error_of_the_command_line_says_message_and_command_apart() {
        let helps = "`spacedrive library create NAME` makes one";
        let error = Hinted::error(ErrorCode::NotFound, "there is no library", helps);
        let facts = json!({ "findings": [] });
        let (said, help) = ("it would not load".to_owned(), "look".to_owned());
        let told = Hinted::with_details(ErrorCode::BadInput, said, help, facts.clone());
        assert_eq!(to_json(&told)["details"], facts);
        let expected = json!({
            "error": "there is no library",
            "code": "E_NOT_FOUND",
            "hint": "`spacedrive library create NAME` makes one",
        });
        assert_eq!(to_json(&error), expected);
        let unknown = ErrorBody::new(ErrorCode::UnknownMethod, "there is no operation `x`");
        assert_eq!(hint(&unknown.into()).unwrap(), "`spacedrive op list` shows all methods");
        let missing = "the extension has no function for `query:notes.ghost.v1`";
        let missing = ErrorBody::new(ErrorCode::UnknownMethod, missing);
        assert!(hint(&missing.into()).unwrap().contains("its manifest offers it all the same"));
    }

    #[test]
    fn an_error_for_programs_has_its_code() {
        let body = ErrorBody::new(ErrorCode::NotFound, "there is no entry x");
        let expected = json!({ "error": "there is no entry x", "code": "E_NOT_FOUND" });
        assert_eq!(to_json(&body.clone().into()), expected);
        assert_eq!(to_json(&CallError::from(body).into()), expected);
        assert_eq!(to_json(&anyhow::anyhow!("x")), json!({ "error": "x" }));
        let login = CredentialError::LoginNeeded("work".into());
        let hint = "`spacedrive auth login` logs in again";
        assert_eq!(to_json(&login.into())["hint"], hint);
    }
}
