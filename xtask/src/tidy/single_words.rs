//! Documentation of one word says nothing that the name does not say.

use super::source::{docs, heads};
use super::source_file::SourceFile;

/// Lists the heads of modules and the documentation of items that have one word.
pub(super) fn check(files: &[SourceFile]) -> Vec<String> {
    let prose = heads(files).chain(docs(files));
    let short = prose.filter(|(_, prose)| prose.text.split_whitespace().count() == 1);
    short.map(|(path, prose)| format!("{path}:{}: {}", prose.line, prose.text)).collect()
}

#[cfg(test)]
mod tests {
    use super::super::source_file::file;
    use super::*;

    #[test]
    fn one_word_is_too_short() {
        let text = "//! Gate.\n/// Whose.\nfn a() {}\n/// Its owner.\nfn b() {}\n";
        assert_eq!(check(&[file("a.rs", text)]), ["a.rs:1: Gate.", "a.rs:2: Whose."]);
    }
}
