//! The command that helps with an error, by its code and its words: libraries know no commands.

use ext_wire::{ErrorCode, Method, ops};
use spacedrive_core::unknown_method;

use crate::{file_advice, library_advice};

/// Names the command that helps with an error of this code, which libraries do not know.
pub(crate) fn on(code: &str, message: &str) -> Option<String> {
    file_advice::on(message)
        .or_else(|| of_code(code, message))
        .or_else(|| library_advice::on(code, message))
        .or_else(|| on_extension(message))
        .or_else(|| on_record(message))
        .or_else(|| on_manifest(message))
        .or_else(|| on_grant(message))
        .or_else(|| on_runtime(message))
        .or_else(|| on_program(message).map(str::to_owned))
        .or_else(|| on_model(message))
        .or_else(|| on_login(message))
        .or_else(|| on_secret(message))
}

/// Names what helps with errors that their code tells apart.
fn of_code(code: &str, message: &str) -> Option<String> {
    let advice = match ErrorCode::from_name(code)? {
        ErrorCode::Stopped => {
            let id = message.split_once("the extension `")?.1.split_once("` is quarantined")?.0;
            return Some(format!("`spacedrive ext release {id}` lets it run again"));
        }
        ErrorCode::DocEncrypted => {
            let (_, rest) = message.split_once("no password of the setting `")?;
            let setting = rest.split_once('`')?.0;
            return Some(format!(
                "`spacedrive ext config EXTENSION set {setting}` asks for passwords"
            ));
        }
        ErrorCode::PkgHash => {
            let id = message.split_once("the extension `")?.1.split_once('`')?.0;
            return Some(installed_again(id));
        }
        ErrorCode::DeniedLibrary if message.contains("the call names none") => {
            "name it with `--library NAME`; where there is none yet, `spacedrive library create NAME` \
             makes one"
        }
        ErrorCode::PkgSignature if message.contains("and its publisher is") => {
            "ask the publisher whether the key is new; `--accept-publisher` installs it all the same, \
             and keeps the new key"
        }
        ErrorCode::PkgDowngrade => "`--allow-downgrade` installs it all the same",
        ErrorCode::CredTampered => {
            "`spacedrive secret set` stores it again; where that fails as well, put `vault/vault.json` \
             in the data folder back from a backup, or move it away"
        }
        ErrorCode::CredRollback => {
            "`spacedrive secret set`, `auth login` and `secret delete` accept the vault as it is; what \
             else it holds has to be stored again then; where the key file was moved, move \
             `KEYFILE.generation` along instead, which stays beside it"
        }
        ErrorCode::DocLimit => on_size(message)?,
        ErrorCode::NoSpace if message.contains("bytes in this library, the limit is") => {
            "`extension_bytes` in the section `[storage]` of config.toml raises the limit"
        }
        ErrorCode::UnknownMethod if message.contains("the extension has no function for") => {
            "its manifest offers it all the same, which its author mends: by a function of this name in the \
             code, or without it in manifest.json"
        }
        ErrorCode::UnknownMethod => "`spacedrive op list` shows all methods",
        _ => return None,
    };
    Some(advice.to_owned())
}

fn installed_again(id: &str) -> String {
    format!(
        "`spacedrive ext install PATH` installs it again, `spacedrive ext remove {id}` removes it"
    )
}

/// Names another way for a file that is too large to be read whole.
fn on_size(message: &str) -> Option<&'static str> {
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
fn on_extension(message: &str) -> Option<String> {
    let (_, rest) = message.split_once("the extension `")?;
    let (id, state) = rest.split_once("` ")?;
    if state.starts_with("is damaged: ") {
        return Some(installed_again(id));
    }
    let advice = match state {
        "is not installed" => "`spacedrive ext list` shows those that are",
        "has no pending update" => "`spacedrive ext install PATH` installs one",
        _ => return None,
    };
    Some(advice.to_owned())
}

/// Names the command that helps with a grant or a recording that is not there.
fn on_record(message: &str) -> Option<String> {
    if let Some((_, id)) = message.split_once("nothing was recorded of `") {
        let id = id.trim_end_matches('`');
        return Some(format!("run it with `spacedrive ext run {id} --record` first"));
    }
    let (before, _) = message.split_once("` has no grant ")?;
    let (_, id) = before.rsplit_once('`')?;
    Some(format!("`spacedrive permission list {id}` shows those that it has"))
}

/// Names the line that a manifest lacks, if the message is about that: a grant alone would not help.
fn on_manifest(message: &str) -> Option<String> {
    let (id, list, item) = lacking(message)?;
    if let Some(unknown) = unknown_built_in(message) {
        return Some(unknown);
    }
    Some(format!(
        "add `\"permissions\": {{\"{list}\": [\"{item}\"]}}` to the manifest of {id}, and install it \
         again, which asks"
    ))
}

/// Names the methods that are like one that the host has not, in a family of the host: no line in a
/// manifest would make it.
fn unknown_built_in(message: &str) -> Option<String> {
    let (_, denied) = message.split_once(" may not call `")?;
    let (text, _) = denied.split_once('`')?;
    let method = Method::parse(text).ok()?;
    let is_ours = |known| Method::parse(known).is_ok_and(|it| it.family() == method.family());
    let mut known = ops::methods();
    (known.clone().any(is_ours) && !known.any(|known| known == text))
        .then(|| unknown_method(text, ops::methods()).into_body().error)
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
pub(crate) fn on_grant(message: &str) -> Option<String> {
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
pub(crate) fn on_model(message: &str) -> Option<String> {
    let is_about = |id: &str, state| message.contains(&format!("the model `{id}` is {state}"));
    let mut all = ext_models::catalogue().iter();
    let model = all.find(|it| is_about(it.id, "missing") || is_about(it.id, "damaged"))?;
    let name = if model.optional { format!(" {}", model.id) } else { String::new() };
    Some(format!("`spacedrive models pull{name}` fetches it"))
}

/// Names the command that installs a runtime, or the program, that an extension needs.
fn on_runtime(message: &str) -> Option<String> {
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
fn on_program(message: &str) -> Option<&'static str> {
    if message.contains("the program ended itself: its `main` returned") {
        return Some("a program waits for its calls; one in Python ends with the line `run()`");
    }
    message
        .contains("the guest ended itself: its exit code is ")
        .then_some("with `--verbose`, the command shows all that the extension prints")
}

/// Names the command that renews a login, if the message is about one that is no longer accepted.
fn on_login(message: &str) -> Option<String> {
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
fn on_secret(message: &str) -> Option<String> {
    if message.starts_with("there are no credentials yet") {
        return Some("`spacedrive secret set` or `auth login` keeps the first".to_owned());
    }
    let is_missing = message.starts_with("there is no credential `");
    let advice = "`spacedrive secret list` and `spacedrive auth list` show those that are there";
    is_missing.then(|| advice.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

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
            let advice = on("E_DENIED_METHOD", &denied).unwrap();
            assert!(advice.contains(&line) && advice.contains("the manifest of oops"), "{advice}");
        }
        let granted = "the user has not allowed oops to call `query:vdfs.get_entry.v1`";
        let advice = on("E_DENIED_METHOD", granted).unwrap();
        assert!(advice.contains("permission grant oops"), "{advice}");
        let odd = "oops may not call `nonsense`: no pattern in its permissions.methods matches";
        assert_eq!(on("E_DENIED_METHOD", odd), None);
    }

    #[test]
    fn a_method_that_the_host_has_not_is_not_added_to_a_manifest() {
        let denied = |method| {
            let message = format!(
                "oops may not call `{method}`: no pattern in its permissions.methods matches"
            );
            on("E_DENIED_METHOD", &message).unwrap()
        };
        let advice = denied("query:vdfs.list_entriez.v1");
        let method = "there is no method `query:vdfs.list_entriez.v1`";
        assert!(advice.starts_with(method), "{advice}");
        assert!(advice.contains("query:vdfs.list_entries.v1"), "{advice}");
        for there in ["query:vdfs.list_entries.v1", "query:notes.list_entriez.v1"] {
            assert!(denied(there).contains("to the manifest of oops"), "{there}");
        }
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
            assert_eq!(on(ErrorCode::DeniedMethod.name(), &message), Some(expected));
        }
    }

    #[test]
    fn an_extension_at_its_limit_of_bytes_gets_the_line_that_raises_it() {
        let full = "photos would have 4294967297 bytes in this library, the limit is 4294967296";
        assert!(on("E_NOSPACE", full).unwrap().contains("`extension_bytes`"));
        assert_eq!(on("E_NOSPACE", "the disk is full"), None);
    }

    #[test]
    fn a_file_that_is_too_large_gets_another_way() {
        let large = "big.eml: the file has 84990244 bytes, the limit is 67108864 (E_DOC_LIMIT)";
        let mailbox = "the rest of the mailbox: over the limit of 1000 files in containers";
        for (message, way) in [(large, "as smaller files"), (mailbox, "single emails")] {
            let advice = on(ErrorCode::DocLimit.name(), message).unwrap();
            assert!(advice.contains(way), "{advice}");
        }
        assert_eq!(on(ErrorCode::DocLimit.name(), "it has 9999 pages"), None);
    }
}
