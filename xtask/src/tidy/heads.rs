//! Documentation begins with a noun phrase or a verb, not with a question word.

use super::source::{docs, heads};
use super::source_file::SourceFile;

/// Words that documentation does not begin with.
const QUESTIONS: &[&str] =
    &["What", "Who", "Whose", "Whom", "Which", "Why", "How", "Where", "Whether"];

/// Lists the heads of modules and the documentation of public items that begin with a question word.
pub(super) fn check(files: &[SourceFile]) -> Vec<String> {
    let prose = heads(files).chain(docs(files).filter(|(_, doc)| doc.public));
    let asking = prose.filter(|(_, prose)| asks(&prose.text));
    asking.map(|(path, prose)| format!("{path}:{}: {}", prose.line, start(&prose.text))).collect()
}

fn asks(text: &str) -> bool {
    let first = text.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
    QUESTIONS.contains(&first)
}

/// Cuts a text to what one line of a report shows.
fn start(text: &str) -> String {
    const WORDS: usize = 12;
    text.split_whitespace().take(WORDS).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::super::source_file::file;
    use super::*;

    #[test]
    fn question_words_are_listed_with_their_line() {
        let text = "//! What runs.\n\n/// Whether it\n/// runs.\npub fn a() {}\n/// What.\nfn b() {}\n/// Runs it.\npub fn c() {}\n";
        let expected = ["a.rs:1: What runs.", "a.rs:3: Whether it runs."];
        assert_eq!(check(&[file("a.rs", text), file("a.md", "What")]), expected);
    }

    #[test]
    fn only_whole_first_words_count() {
        assert!(asks("How, then"));
        assert!(!asks("Whatever runs"));
        assert!(!asks("Says what runs"));
        assert!(!asks(""));
    }
}
