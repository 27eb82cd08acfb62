//! Messages say "is not a valid …", and those of libraries do not name commands of the program.

use super::source::{Prose, strings};
use super::source_file::SourceFile;

/// Lists the messages that call a value "no" something.
pub(super) fn is_no(files: &[SourceFile]) -> Vec<String> {
    listed(strings(files).filter(|(_, prose)| calls_no(&prose.text)))
}

/// Nouns of which a command counts some.
const COUNTED: &[&str] = &[
    "calls",
    "entries",
    "events",
    "extensions",
    "files",
    "folders",
    "grants",
    "jobs",
    "libraries",
    "parts",
    "records",
    "secrets",
    "sidecars",
    "texts",
];

/// Lists the messages of commands that say "1 files": `ext_wire::text::counted` knows both forms.
pub(super) fn one_as_many(files: &[SourceFile]) -> Vec<String> {
    let is_command = |path: &str| {
        ["crates/cli/src/", "crates/daemon/src/"].iter().any(|folder| path.starts_with(folder))
    };
    listed(strings(files).filter(|(path, prose)| is_command(path) && counts_as_many(&prose.text)))
}

/// Returns true for "{count} files", not for "{done} of {total} files", and not for "{MAX} files".
fn counts_as_many(text: &str) -> bool {
    let words: Vec<&str> = text.split_whitespace().collect();
    let is_number = |word: &str| {
        word.starts_with('{') && word.ends_with('}') && !word.contains(char::is_uppercase)
    };
    words.iter().enumerate().any(|(at, word)| {
        let noun = COUNTED.contains(&bare(word));
        let number = at.checked_sub(1).and_then(|at| words.get(at));
        let before = at.checked_sub(2).and_then(|at| words.get(at));
        noun && number.is_some_and(|word| is_number(word)) && before != Some(&"of")
    })
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

/// Returns true for "`x` is no URL", not for "`x` is no longer there" or "there is no `x`".
fn calls_no(text: &str) -> bool {
    let words: Vec<&str> = text.split_whitespace().map(bare).collect();
    let word = |at: usize| words.get(at).copied().unwrap_or_default();
    (0..words.len()).any(|at| match (word(at), word(at + 1)) {
        ("is" | "are", "no") => !is_there(&words, at) && word(at + 2) != "longer",
        ("is" | "are", "none") => !is_there(&words, at),
        _ => false,
    })
}

/// Returns true if "there" stands before the verb.
fn is_there(words: &[&str], verb: usize) -> bool {
    let before = verb.checked_sub(1).and_then(|at| words.get(at));
    before.is_some_and(|word| word.eq_ignore_ascii_case("there"))
}

fn bare(word: &str) -> &str {
    word.trim_matches(|c: char| !c.is_alphanumeric())
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
        let text = r#"
            #[error("`{0}` is no URL")] "`{0}` is no longer there"
            "There is no `{0}`" "the bytes are no text" "there are none" "the user is none"
        "#;
        let expected = [
            "a.rs:2: `{0}` is no URL",
            "a.rs:3: the bytes are no text",
            "a.rs:3: the user is none",
        ];
        assert_eq!(is_no(&[file("a.rs", text)]), expected);
    }

    #[test]
    fn one_thing_is_not_counted_as_many() {
        let text = "f(\"{count} files wait\")\nf(\"{} of {total} files\", \"{MAX} files\")\n";
        let files = ["crates/cli/src/a.rs", "crates/core/src/a.rs"].map(|path| file(path, text));
        assert_eq!(one_as_many(&files), ["crates/cli/src/a.rs:1: {count} files wait"]);
    }

    #[test]
    fn only_the_program_names_its_commands() {
        let text = "//! `spacedrive job run`\nsay(\"run `spacedrive \\\n    job run`\");\n";
        let paths = ["crates/ext-a/src/a.rs", "crates/cli/src/a.rs", "xtask/src/a.rs"];
        let files = paths.map(|path| file(path, text));
        assert_eq!(commands(&files), ["crates/ext-a/src/a.rs:2: run `spacedrive \\ job run`"]);
    }
}
