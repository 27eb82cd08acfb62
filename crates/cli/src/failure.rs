//! How a failed command ends.

use std::{io, process::ExitCode};

use ext_models::ModelError;
use ext_ops_credentials_age::ExportError;
use ext_ops_credentials_oauth2::LoginError;
use ext_services::credentials::CredentialError;
use ext_wire::{ErrorBody, ErrorCode};
use serde_json::json;
use spacedrive_core::{CallError, CoreError, permissions::GrantError};

use crate::{args::Output, output::printable};

/// Prints the error on stderr and says with which code the program ends.
pub(crate) fn report(error: &anyhow::Error, output: Output) -> ExitCode {
    if is_closed_pipe(error) {
        return ExitCode::SUCCESS; // `spacedrive … | head` has read enough
    }
    match output {
        Output::Table => eprintln!("error: {}", printable(&message(error))),
        Output::Json => eprintln!("{}", to_json(error)),
    }
    ExitCode::FAILURE
}

fn to_json(error: &anyhow::Error) -> serde_json::Value {
    let answered = answered(error);
    let message = answered.as_ref().map_or_else(|| message(error), |body| body.error.clone());
    let mut body = json!({ "error": message });
    if let Some(code) = code(error) {
        body["code"] = code.into();
    }
    if let Some(details) = answered.and_then(|body| body.details) {
        body["details"] = *details;
    }
    body
}

/// The error of a call, as it crosses to other programs.
fn answered(error: &anyhow::Error) -> Option<ErrorBody> {
    let call = error.downcast_ref::<CallError>().map(CallError::body);
    call.or_else(|| error.downcast_ref::<ErrorBody>().cloned())
}

/// The error and its causes, each once: many errors say their cause themselves; then what to do.
fn message(error: &anyhow::Error) -> String {
    let mut message = error.to_string();
    for cause in error.chain().skip(1).map(ToString::to_string) {
        if !message.contains(&cause) {
            message = format!("{message}: {cause}");
        }
    }
    match advice(error) {
        Some(advice) => format!("{message}: {advice}"),
        None => message,
    }
}

/// Names the command that helps, which libraries do not know.
fn advice(error: &anyhow::Error) -> Option<String> {
    let CoreError::Grants(error) = error.downcast_ref()? else { return None };
    match error {
        GrantError::UnknownGrant { extension, .. } => {
            Some(format!("`spacedrive permission list {extension}` shows those that it has"))
        }
        GrantError::NotRecorded(extension) => {
            Some(format!("run it with `spacedrive ext run {extension} --record` first"))
        }
        _ => None,
    }
}

fn code(error: &anyhow::Error) -> Option<&'static str> {
    if let Some(body) = answered(error) {
        return Some(body.code.name());
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
    error.downcast_ref::<ModelError>().map(|_| ErrorCode::ModelMissing.name())
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
    use super::*;

    #[test]
    fn each_cause_is_said_once() {
        let inner = io::Error::other("it is full");
        let says_it = anyhow::Error::new(inner).context("the disk: it is full").context("import");
        assert_eq!(message(&says_it), "import: the disk: it is full");
        let silent = anyhow::anyhow!("it is full").context("the disk");
        assert_eq!(message(&silent), "the disk: it is full");
    }

    #[test]
    fn an_error_of_a_library_gets_the_command_that_helps() {
        let unknown = GrantError::UnknownGrant { extension: "demo".into(), grant: 7 };
        let expected =
            "`demo` has no grant 7: `spacedrive permission list demo` shows those that it has";
        assert_eq!(message(&CoreError::from(unknown).into()), expected);
        let expected =
            "nothing was recorded of `demo`: run it with `spacedrive ext run demo --record` first";
        let silent = GrantError::NotRecorded("demo".into());
        assert_eq!(message(&CoreError::from(silent).into()), expected);
    }

    #[test]
    fn an_error_for_programs_has_its_code() {
        let body = ErrorBody::new(ErrorCode::NotFound, "there is no entry x");
        let expected = json!({ "error": "there is no entry x", "code": "E_NOT_FOUND" });
        assert_eq!(to_json(&body.clone().into()), expected);
        assert_eq!(to_json(&CallError::from(body).into()), expected);
        assert_eq!(to_json(&anyhow::anyhow!("x")), json!({ "error": "x" }));
    }
}
