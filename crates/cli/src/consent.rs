//! What an extension asks for, in words, and the question.

use std::io::{self, BufRead, IsTerminal, Write};

use anyhow::bail;
use ext_manifest::{LibraryScope, Manifest};

use crate::output::printable;

/// Shows what the extension asks for and lets the user agree; `yes` agrees beforehand.
///
/// # Errors
/// When the user declines, or cannot be asked.
pub(crate) fn ask(manifest: &Manifest, yes: bool) -> anyhow::Result<()> {
    eprintln!("{}", describe(manifest));
    if yes {
        return Ok(());
    }
    if !io::stdin().is_terminal() {
        bail!("nobody can be asked here: add --yes to agree to what the extension asks for");
    }
    eprint!("Install it and allow this? [y/N] ");
    io::stderr().flush()?;
    let mut answer = String::new();
    io::stdin().lock().read_line(&mut answer)?;
    if matches!(answer.trim().to_lowercase().as_str(), "y" | "yes") {
        return Ok(());
    }
    bail!("not installed")
}

fn describe(manifest: &Manifest) -> String {
    let permissions = manifest.permissions();
    let limits = manifest.limits();
    let mut text = format!("{} {} ({})\n", manifest.name(), manifest.version(), manifest.id());
    if let Some(description) = manifest.description() {
        text += &format!("{description}\n");
    }
    text += "\nIt asks to\n";
    text += &list("call", permissions.methods());
    text += &format!("  use     {}\n", libraries(permissions.libraries()));
    text += &list("reach", permissions.allowed_domains());
    text += &list("hear of", manifest.events());
    let rate = permissions.rate_limits().requests_per_minute();
    let memory = limits.memory_mb();
    text += &format!("with at most {rate} calls a minute and {memory} MiB of memory.\n");
    printable(&text)
}

fn list<T: ToString>(verb: &str, items: &[T]) -> String {
    let items: Vec<String> = items.iter().map(ToString::to_string).collect();
    if items.is_empty() {
        return String::new();
    }
    format!("  {verb:8}{}\n", items.join(&format!("\n  {:8}", "")))
}

fn libraries(scope: &LibraryScope) -> String {
    match scope {
        LibraryScope::All => "all libraries, also those that you make later".to_owned(),
        LibraryScope::Only(ids) if ids.is_empty() => "no library".to_owned(),
        LibraryScope::Only(ids) => {
            let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
            format!("the libraries {}", ids.join(", "))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn manifest(permissions: &str) -> Manifest {
        let json = format!(
            r#"{{"id":"demo","name":"Demo","version":"1.0.0","wasm_file":"demo.wasm","permissions":{permissions}}}"#
        );
        Manifest::parse(json.as_bytes()).unwrap()
    }

    #[test]
    fn everything_that_is_asked_for_is_shown() {
        let all = manifest(
            r#"{"methods":["vdfs.*","query:ai.ocr"],"libraries":["*"],"allowed_domains":["https://example.com"]}"#,
        );
        let text = describe(&all);
        for part in ["vdfs.*", "query:ai.ocr", "all libraries", "https://example.com", "512 MiB"] {
            assert!(text.contains(part), "{part} is missing in {text}");
        }
        assert!(describe(&manifest("{}")).contains("no library"));
    }
}
