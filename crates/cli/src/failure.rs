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
use ext_wire::{ErrorBody, ErrorCode, Method, io_code};
use serde_json::json;
use spacedrive_core::{CallError, CoreError, auth::AuthError};

use crate::{args::Output, library_advice, output, registry_advice};

/// An error of the command line itself, and the command that helps.
#[derive(Debug)]
pub(crate) struct Hinted {
    code: ErrorCode,
    message: String,
    hint: String,
}

impl Hinted {
    /// Makes the error.
    pub(crate) fn error(
        code: ErrorCode,
        message: impl Display,
        hint: impl Display,
    ) -> anyhow::Error {
        Self { code, message: message.to_string(), hint: hint.to_string() }.into()
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
            eprintln!("error: {}", output::message(&message(error)));
            if let Some(hint) = hint(error) {
                eprintln!("hint: {}", output::message(&hint));
            }
        }
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
    if let Some(ErrorBody { details, retry_after_ms, .. }) = answered {
        if let Some(details) = details {
            body["details"] = *details;
        }
        if let Some(millis) = retry_after_ms {
            body["retry_after_ms"] = millis.into();
        }
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
    if code == ErrorCode::UnknownMethod.name() {
        return Some("`spacedrive op list` shows all methods".to_owned());
    }
    let text = answered(error).map_or_else(|| message(error), |body| body.error);
    advice_on(code, &text)
}

/// Names the command that helps with an error of this code, which libraries do not know.
pub(crate) fn advice_on(code: &str, message: &str) -> Option<String> {
    if code == ErrorCode::Stopped.name() {
        let id = message.split_once("the extension `")?.1.split_once("` is quarantined")?.0;
        return Some(format!("`spacedrive ext release {id}` lets it run again"));
    }
    if code == ErrorCode::DocEncrypted.name()
        && let Some((_, rest)) = message.split_once("no password of the setting `")
    {
        let setting = rest.split_once('`')?.0;
        return Some(format!("`spacedrive ext config EXTENSION set {setting}` asks for passwords"));
    }
    if code == ErrorCode::PkgHash.name() {
        let id = message.split_once("the extension `")?.1.split_once('`')?.0;
        return Some(format!(
            "`spacedrive ext install PATH` installs it again, `spacedrive ext remove {id}` removes it"
        ));
    }
    if code == ErrorCode::DeniedLibrary.name() && message.contains("the call names none") {
        return Some("name it with `--library NAME`".to_owned());
    }
    if code == ErrorCode::PkgSignature.name() && message.contains("and its publisher is") {
        let advice = "ask the publisher whether the key is new; `--accept-publisher` installs it all the \
                      same, and keeps the new key";
        return Some(advice.to_owned());
    }
    if code == ErrorCode::PkgDowngrade.name() {
        return Some("`--allow-downgrade` installs it all the same".to_owned());
    }
    if code == ErrorCode::CredTampered.name() {
        let advice = "`spacedrive secret set` stores it again; where that fails as well, put \
                      `vault/vault.json` in the data folder back from a backup, or move it away";
        return Some(advice.to_owned());
    }
    if code == ErrorCode::CredRollback.name() {
        let advice = "`spacedrive secret set`, `auth login` and `secret delete` accept the vault as it \
                      is; what else it holds has to be stored again then";
        return Some(advice.to_owned());
    }
    if code == ErrorCode::DocLimit.name() {
        return advice_on_size(message).map(str::to_owned);
    }
    library_advice::on(code, message)
        .or_else(|| advice_on_extension(message))
        .or_else(|| advice_on_record(message))
        .or_else(|| advice_on_manifest(message))
        .or_else(|| advice_on_grant(message))
        .or_else(|| advice_on_runtime(message))
        .or_else(|| advice_on_program(message).map(str::to_owned))
        .or_else(|| advice_on_model(message))
        .or_else(|| advice_on_login(message))
        .or_else(|| advice_on_secret(message))
}

/// Names another way for a file that is too large to be read whole.
fn advice_on_size(message: &str) -> Option<&'static str> {
    if message.contains("the rest of the mailbox: ") {
        return Some(
            "export the mailbox as single emails (.eml): a folder may have any number of them",
        );
    }
    let is_too_large =
        message.contains("the file has ") && message.contains(" bytes, the limit is ");
    is_too_large
        .then_some("save what it holds (attachments, pages) as smaller files, and import those")
}

/// Names the command that helps with an extension that is not there, or not as it should be.
fn advice_on_extension(message: &str) -> Option<String> {
    let (_, rest) = message.split_once("the extension `")?;
    let (id, state) = rest.split_once("` ")?;
    if state.starts_with("is damaged: ") {
        return Some(format!(
            "`spacedrive ext install PATH` installs it again, `spacedrive ext remove {id}` removes it"
        ));
    }
    let advice = match state {
        "is not installed" => "`spacedrive ext list` shows those that are",
        "has no pending update" => "`spacedrive ext install PATH` installs one",
        _ => return None,
    };
    Some(advice.to_owned())
}

/// Names the command that helps with a grant or a recording that is not there.
fn advice_on_record(message: &str) -> Option<String> {
    if let Some((_, id)) = message.split_once("nothing was recorded of `") {
        let id = id.trim_end_matches('`');
        return Some(format!("run it with `spacedrive ext run {id} --record` first"));
    }
    let (before, _) = message.split_once("` has no grant ")?;
    let (_, id) = before.rsplit_once('`')?;
    Some(format!("`spacedrive permission list {id}` shows those that it has"))
}

/// Names the line that a manifest lacks, if the message is about that: a grant alone would not help.
pub(crate) fn advice_on_manifest(message: &str) -> Option<String> {
    let (id, list, item) = lacking(message)?;
    Some(format!(
        "add `\"permissions\": {{\"{list}\": [\"{item}\"]}}` to the manifest of {id}, and install it \
         again, which asks"
    ))
}

/// Finds the extension, the list of its manifest, and what is missing there.
fn lacking(message: &str) -> Option<(&str, &'static str, String)> {
    let find = |verb, end: &str| {
        let (before, _) = message.split_once(end)?;
        let (subject, item) = before.rsplit_once(verb)?;
        Some((subject.rsplit(' ').next()?, item))
    };
    if let Some((id, method)) = find(" may not call `", "`: no pattern in its permissions.methods")
    {
        let method = Method::parse(method).ok()?;
        let pattern = format!("{}:{}", method.kind().name(), method.name());
        return Some((id, "methods", pattern));
    }
    if let Some((id, library)) =
        find(" may not use library ", ": it is not in its permissions.libraries")
    {
        return Some((id, "libraries", library.to_owned()));
    }
    let (id, origin) = find(" may not reach ", ": it is not in its permissions.allowed_domains")?;
    Some((id, "allowed_domains", origin.to_owned()))
}

/// Names the command that grants what the user has not allowed yet, if the message is about that.
pub(crate) fn advice_on_grant(message: &str) -> Option<String> {
    let (_, denied) = message.split_once("the user has not allowed ")?;
    let (id, action) = denied.split_once(" to ")?;
    let method = action.strip_prefix("call `").and_then(|rest| rest.split_once('`'));
    let library = action.strip_prefix("use library ").map(|rest| rest.split(';').next());
    let option = match (method, library.flatten()) {
        (Some((method, _)), _) => format!("--method {method}"),
        (None, Some(library)) => format!("--library {library}"),
        (None, None) => "…".to_owned(),
    };
    Some(format!("`spacedrive permission grant {id} {option}` allows it"))
}

/// Names the command that fetches a model, if the message is about a missing or damaged one.
pub(crate) fn advice_on_model(message: &str) -> Option<String> {
    let is_about = |id: &str, state| message.contains(&format!("the model `{id}` is {state}"));
    let mut all = ext_models::catalogue().iter();
    let model = all.find(|it| is_about(it.id, "missing") || is_about(it.id, "damaged"))?;
    let name = if model.optional { format!(" {}", model.id) } else { String::new() };
    Some(format!("`spacedrive models pull{name}` fetches it"))
}

/// Names the command that installs a runtime, or the program, that an extension needs.
fn advice_on_runtime(message: &str) -> Option<String> {
    if message.contains("needs files: this host has no program `") {
        let advice = "in the sources, `cargo xtask wasix` builds it beside a program that was built \
                      there, and `cargo xtask install --with-wasix` installs it";
        return Some(advice.to_owned());
    }
    let mut all = ext_models::runtimes().iter();
    let runtime = all.find(|it| message.contains(&format!("the runtime `{}`", it.id)))?;
    Some(format!("`spacedrive runtime install {}` installs it", runtime.id))
}

/// Says what to look at when the program of an extension with files has ended.
fn advice_on_program(message: &str) -> Option<&'static str> {
    if message.contains("the program ended itself: its `main` returned") {
        return Some("a program waits for its calls; one in Python ends with the line `run()`");
    }
    message
        .contains("the guest ended itself: its exit code is ")
        .then_some("with `--verbose`, the command shows all that the extension prints")
}

/// Names the command that renews a login, if the message is about one that is no longer accepted.
fn advice_on_login(message: &str) -> Option<String> {
    if message.starts_with("the login was not revoked") {
        return Some("`--local` removes it here all the same".to_owned());
    }
    if message.ends_with("` is not a login") {
        return Some("`spacedrive secret delete` removes other secrets".to_owned());
    }
    let (_, login) = message.split_once("the login `")?;
    let advice = "`spacedrive auth login` logs in again";
    login.contains("` is no longer accepted").then(|| advice.to_owned())
}

/// Names the command that shows or keeps credentials, if the message is about one that is not there.
fn advice_on_secret(message: &str) -> Option<String> {
    if message.starts_with("there are no credentials yet") {
        return Some("`spacedrive secret set` or `auth login` keeps the first".to_owned());
    }
    let is_missing = message.starts_with("there is no credential `");
    let advice = "`spacedrive secret list` and `spacedrive auth list` show those that are there";
    is_missing.then(|| advice.to_owned())
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

    #[test]
    fn the_line_that_a_manifest_lacks_comes_before_a_grant() {
        let library = "018f2c3e-0000-7000-8000-000000000001";
        for (denied, line) in [
            (
                "oops may not call `action:vdfs.write_sidecar.input.v1`: no pattern in its \
                 permissions.methods matches; the user has not allowed oops to call `a`"
                    .to_owned(),
                r#"{"methods": ["action:vdfs.write_sidecar"]}"#.to_owned(),
            ),
            (
                format!(
                    "a.txt: oops may not use library {library}: it is not in its permissions.libraries"
                ),
                format!(r#"{{"libraries": ["{library}"]}}"#),
            ),
            (
                "oops may not reach https://a.example: it is not in its permissions.allowed_domains"
                    .to_owned(),
                r#"{"allowed_domains": ["https://a.example"]}"#.to_owned(),
            ),
        ] {
            let advice = advice_on("E_DENIED_METHOD", &denied).unwrap();
            assert!(advice.contains(&line) && advice.contains("the manifest of oops"), "{advice}");
        }
        let granted = "the user has not allowed oops to call `query:vdfs.get_entry.v1`";
        let advice = advice_on("E_DENIED_METHOD", granted).unwrap();
        assert!(advice.contains("permission grant oops"), "{advice}");
        let odd = "oops may not call `nonsense`: no pattern in its permissions.methods matches";
        assert_eq!(advice_on("E_DENIED_METHOD", odd), None);
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
        assert_eq!(advice_on_model(damaged), expected);
        let quarantined = "the extension `finance` is quarantined: too loud";
        let expected = Some("`spacedrive ext release finance` lets it run again".to_owned());
        assert_eq!(advice_on(ErrorCode::Stopped.name(), quarantined), expected);
        assert_eq!(advice_on(ErrorCode::Extension.name(), quarantined), None);
    }

    #[test]
    fn what_is_not_granted_gets_the_command_that_grants_it() {
        for (action, option) in [
            ("call `query:ai.ocr.v1`", "--method query:ai.ocr.v1"),
            ("use library 018f; and more", "--library 018f"),
            ("touch the entry `a` with `query:ai.ocr.v1`", "…"),
        ] {
            let message = format!("the user has not allowed demo to {action}");
            let expected = format!("`spacedrive permission grant demo {option}` allows it");
            assert_eq!(advice_on(ErrorCode::DeniedMethod.name(), &message), Some(expected));
        }
    }

    #[test]
    fn a_file_that_is_too_large_gets_another_way() {
        let large = "big.eml: the file has 84990244 bytes, the limit is 67108864 (E_DOC_LIMIT)";
        let mailbox = "the rest of the mailbox: over the limit of 1000 files in containers";
        for (message, way) in [(large, "as smaller files"), (mailbox, "single emails")] {
            let advice = advice_on(ErrorCode::DocLimit.name(), message).unwrap();
            assert!(advice.contains(way), "{advice}");
        }
        assert_eq!(advice_on(ErrorCode::DocLimit.name(), "it has 9999 pages"), None);
    }

    #[test]
    fn a_login_that_is_needed_gets_its_command() {
        let needed = CredentialError::LoginNeeded("work".into());
        let expected =
            pair("the login `work` is no longer accepted", "`spacedrive auth login` logs in again");
        assert_eq!(told(needed), expected);
        assert_eq!(advice_on(ErrorCode::CredReauth.name(), "the credentials are locked"), None);
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
        let expected = json!({
            "error": "there is no library",
            "code": "E_NOT_FOUND",
            "hint": "`spacedrive library create NAME` makes one",
        });
        assert_eq!(to_json(&error), expected);
        let unknown = ErrorBody::new(ErrorCode::UnknownMethod, "there is no operation `x`");
        assert_eq!(hint(&unknown.into()).unwrap(), "`spacedrive op list` shows all methods");
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
