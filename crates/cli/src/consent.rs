//! Consent of the user: the request of an extension in words, and the question.

use std::{
    fs,
    io::{self, IsTerminal},
    path::Path,
};

use anyhow::{Context, bail};
use ext_manifest::Manifest;
use ext_perm::{Effect, RECEIVE_EVENT, RECEIVE_EVENT_PATTERN, Rule};
use ext_wire::{
    Method,
    ops::extensions::{ExtensionCandidate, RequestedPermissions},
    text::counted,
};
use serde::Deserialize;
use spacedrive_core::permissions::Consent;

use crate::{
    args::{ConsentArgs, Output},
    offered::Offered,
    output, question,
};

/// Shows what a version asks for that the user has not been asked about, and lets the user decide;
/// `None` when it is to be deferred.
///
/// # Errors
/// The reason when the user declines, or cannot be asked, or a file of grants is not valid.
pub(crate) fn ask(
    offered: &Offered,
    args: &ConsentArgs,
    output: Output,
) -> anyhow::Result<Option<Consent>> {
    let ExtensionCandidate { request, rules, .. } = &offered.candidate;
    let update = offered.is_update();
    // A program that answers by options reads JSON on stderr, and nothing else.
    if matches!(output, Output::Table) || io::stdin().is_terminal() {
        tell!("{}", describe(offered));
        if update && !request.is_empty {
            output::tell(format_args!("{}", afterwards(rules)));
        }
    }
    if let Some(path) = &args.grant {
        return Ok(Some(Consent::Only(read(path)?)));
    }
    if args.keep_permissions || (update && request.is_empty) {
        return Ok(Some(Consent::KeepPermissions));
    }
    if args.yes {
        return Ok(Some(Consent::All));
    }
    if !io::stdin().is_terminal() {
        bail!(
            "there is no terminal to ask at: add --yes to agree to all that the extension asks for, \
             --grant FILE to agree to a part of it, or --keep-permissions to agree to nothing new"
        );
    }
    let question = match update {
        false => "Install it and allow this? [y/N] ",
        true => "Allow this [y], keep the present permissions [k], or defer the update [d]? ",
    };
    decide(update, &question::answer(question)?.to_lowercase())
}

fn decide(update: bool, answer: &str) -> anyhow::Result<Option<Consent>> {
    match (answer, update) {
        ("y" | "yes", _) => Ok(Some(Consent::All)),
        ("k" | "keep", true) => Ok(Some(Consent::KeepPermissions)),
        ("d" | "defer", true) => Ok(None),
        _ => bail!("not installed"),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct GrantFile {
    grants: Vec<Rule>,
}

fn read(path: &Path) -> anyhow::Result<Vec<Rule>> {
    let json = fs::read(path).with_context(|| format!("{} cannot be read", path.display()))?;
    let file: GrantFile =
        serde_json::from_slice(&json).with_context(|| format!("{}", path.display()))?;
    Ok(file.grants)
}

/// Warns of a consent to a part of what an extension asks for that leaves out its events.
pub(crate) fn receives_nothing(manifest: &Manifest, consent: &Consent) -> Option<String> {
    let Consent::Only(rules) = consent else { return None };
    let receive = Method::parse(RECEIVE_EVENT).ok()?;
    let allows = |rule: &Rule| {
        let methods = rule.methods.as_ref();
        rule.effect == Effect::Allow
            && methods.is_none_or(|all| all.iter().any(|one| one.matches(receive)))
    };
    let deaf = !manifest.events().is_empty() && !rules.iter().any(allows);
    deaf.then(|| {
        let id = manifest.id();
        format!(
            "{id} will receive no events, for which it was made: add `{RECEIVE_EVENT_PATTERN}` to the \
             methods of the grant"
        )
    })
}

fn describe(offered: &Offered) -> String {
    let (Offered { candidate, manifest, .. }, update) = (offered, offered.is_update());
    let mut lines = vec![format!("{} {} ({})", manifest.name(), manifest.version(), manifest.id())];
    lines.extend(manifest.description().map(str::to_owned));
    lines.push(String::new());
    if candidate.request.is_empty {
        lines.push(if update { "It asks for nothing new." } else { "It asks for nothing." }.into());
        return output::lines(lines);
    }
    lines.push(if update { "It newly asks to" } else { "It asks to" }.into());
    lines.extend(candidate.asks.iter().map(|line| format!("  {line}")));
    lines.extend(candidate.risks.iter().map(|risk| format!("RISK: {risk}")));
    lines.extend(details(manifest, &candidate.request));
    output::lines(lines)
}

/// Lists all that an update would be allowed: what is new keeps the limits of what was allowed before.
fn afterwards(rules: &[String]) -> String {
    let head = "With your agreement, within the limits that you set before:".to_owned();
    let rules = rules.iter().map(|rule| format!("  {rule}"));
    output::lines(std::iter::once(head).chain(rules))
}

/// Lists the request as it stands in the manifest, for experts.
fn details(manifest: &Manifest, asks: &RequestedPermissions) -> Vec<String> {
    let rate = manifest.permissions().rate_limits().requests_per_minute();
    let mut lines = vec!["In its manifest:".to_owned()];
    lines.extend(list("methods", &asks.methods));
    lines.extend(list("libraries", &asks.libraries));
    lines.extend(list("servers", &asks.domains));
    lines.extend(list("events", &asks.events));
    lines.push(format!("  at most {} a minute", counted(rate.get(), "call", "calls")));
    lines.push(memory(manifest));
    lines
}

/// Describes the memory of all instances together, of which linear memory may be the least part.
fn memory(manifest: &Manifest) -> String {
    let (limits, files) = (manifest.limits(), manifest.wasi().scratch_bytes() >> 20);
    let total = manifest.total_bytes().div_ceil(1 << 20);
    let [instances, memory] = [limits.instances(), limits.memory_mb()];
    let [elements, stack] = [limits.table_elements(), limits.stack_kb()];
    let files = if files == 0 { String::new() } else { format!(", {files} MiB of files") };
    format!(
        "  at most {total} MiB of memory: {instances} × ({memory} MiB, {elements} elements of tables, \
         {stack} KiB of stack{files})"
    )
}

fn list(name: &str, items: &[String]) -> Option<String> {
    (!items.is_empty()).then(|| format!("  {name:10}{}", items.join(", ")))
}

#[cfg(test)]
mod tests {
    use ext_manifest::{MANIFEST_FILE, MethodPattern};
    use spacedrive_core::Core;

    use super::*;

    fn json(permissions: &str) -> String {
        format!(
            r#"{{"id":"demo","name":"Demo","version":"1.0.0","wasm_file":"demo.wasm","permissions":{permissions}}}"#
        )
    }

    fn manifest(permissions: &str) -> Manifest {
        Manifest::parse(json(permissions).as_bytes()).unwrap()
    }

    /// Describes an extension that asks for these permissions.
    fn described(permissions: &str) -> String {
        let (data, folder) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        fs::write(folder.path().join(MANIFEST_FILE), json(permissions)).unwrap();
        fs::write(folder.path().join("demo.wasm"), b"\0asm\x01\0\0\0").unwrap();
        let core = Core::open(data.path()).unwrap();
        describe(&Offered::at(&core, folder.path(), false).unwrap())
    }

    #[test]
    fn man_18_everything_that_is_asked_for_is_shown() {
        let all = r#"{"methods":["vdfs.*","query:ai.ocr"],"libraries":["*"],"allowed_domains":["https://example.com"]}"#;
        let text = described(all);
        for part in [
            "read your files",
            "RISK: reads your files and may send data to example.com",
            "all libraries",
            "vdfs.*, query:ai.ocr",
            "https://example.com",
            "at most 514 MiB of memory: 1 × (512 MiB, 10000 elements of tables, 1024 KiB of stack)",
        ] {
            assert!(text.contains(part), "{part} is missing in {text}");
        }
        assert!(described("{}").contains("touch nothing else"));
    }

    #[test]
    fn a_part_without_events_is_said() {
        let json = r#"{"id":"demo","name":"Demo","version":"1.0.0","wasm_file":"demo.wasm","events":["entry.created"]}"#;
        let hears = Manifest::parse(json.as_bytes()).unwrap();
        let only = |methods: &[&str]| {
            let methods = methods.iter().map(|one| MethodPattern::parse(one).unwrap()).collect();
            Consent::Only(vec![Rule { methods: Some(methods), ..Rule::new(Effect::Allow) }])
        };
        let said = receives_nothing(&hears, &only(&["vdfs.*"])).unwrap();
        assert!(said.contains("query:events.hear"), "{said}");
        assert_eq!(receives_nothing(&hears, &only(&["vdfs.*", "events.*"])), None);
        assert_eq!(receives_nothing(&hears, &Consent::All), None);
        assert_eq!(receives_nothing(&manifest("{}"), &only(&["vdfs.*"])), None);
    }

    #[test]
    fn an_answer_other_than_yes_is_a_no() {
        for answer in ["", "n", "yess", "k", "d"] {
            assert!(decide(false, answer).is_err(), "{answer}");
        }
        assert_eq!(decide(false, "y").unwrap(), Some(Consent::All));
        assert_eq!(decide(true, "k").unwrap(), Some(Consent::KeepPermissions));
        assert_eq!(decide(true, "d").unwrap(), None);
        assert!(decide(true, "").is_err());
    }
}
