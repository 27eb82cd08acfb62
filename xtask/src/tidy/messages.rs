//! Messages say "is not a valid …", and those of libraries do not name commands of the program.

use super::source::{Prose, strings};
use super::source_file::SourceFile;

/// Lists the messages that call a value "no" something.
pub(super) fn is_no(files: &[SourceFile]) -> Vec<String> {
    listed(strings(files).filter(|(_, prose)| calls_no(&prose.text)))
}

/// Lists the messages of libraries that name a command of the program.
pub(super) fn commands(files: &[SourceFile]) -> Vec<String> {
    let names = |(path, prose): &(&str, Prose)| {
        is_library(path) && prose.text.contains(concat!("`spacedrive", " "))
    };
    listed(strings(files).filter(names))
}

fn listed<'a>(found: impl Iterator<Item = (&'a str, Prose)>) -> Vec<String> {
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    found.map(|(path, prose)| format!("{path}:{}: {}", prose.line, words(&prose.text))).collect()
}

/// Returns true for "`x` is no URL", not for "`x` is no longer there".
fn calls_no(text: &str) -> bool {
    let after = text.split(concat!("` is", " no ")).skip(1);
    after.into_iter().any(|after| !after.starts_with("longer"))
}

fn is_library(path: &str) -> bool {
    (path.starts_with("crates/") && !path.starts_with("crates/cli/")) || path.starts_with("sdk/")
}

#[cfg(test)]
mod tests {
    use super::super::source_file::file;
    use super::*;

    #[test]
    fn values_are_not_called_no_something() {
        let text = "//! A.\n#[error(\"`{0}` is no URL\")]\nA,\n\"`{0}` is no longer there\"\n";
        assert_eq!(is_no(&[file("a.rs", text)]), ["a.rs:2: `{0}` is no URL"]);
    }

    #[test]
    fn only_the_program_names_its_commands() {
        let text = "//! `spacedrive job run`\nsay(\"run `spacedrive \\\n    job run`\");\n";
        let paths = ["crates/ext-a/src/a.rs", "crates/cli/src/a.rs", "xtask/src/a.rs"];
        let files = paths.map(|path| file(path, text));
        assert_eq!(commands(&files), ["crates/ext-a/src/a.rs:2: run `spacedrive \\ job run`"]);
    }
}
