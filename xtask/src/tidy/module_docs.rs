//! Every Rust file opens with `//!`: what it is, before what it does.

use super::source_file::SourceFile;

/// Lists the Rust files without a first line of documentation.
pub(super) fn check(files: &[SourceFile]) -> Vec<String> {
    let bare = files.iter().filter(|file| file.is_rust() && !opens_with_docs(&file.text));
    bare.map(|file| format!("{}: does not open with `//!`", file.path)).collect()
}

fn opens_with_docs(text: &str) -> bool {
    let first = text.lines().find(|line| !line.trim().is_empty());
    let docs = first.and_then(|line| line.trim().strip_prefix("//!"));
    docs.is_some_and(|words| !words.trim().is_empty())
}

#[cfg(test)]
mod tests {
    use super::super::source_file::file;
    use super::*;

    #[test]
    fn only_the_first_line_with_text_counts() {
        assert!(opens_with_docs("//! What it is.\nfn main() {}\n"));
        assert!(opens_with_docs("\n  //! What it is."));
        assert!(!opens_with_docs("// What it is."));
        assert!(!opens_with_docs("use std::fs;\n//! Too late.\n"));
        assert!(!opens_with_docs("//!\nfn main() {}\n"));
        assert!(!opens_with_docs(""));
    }

    #[test]
    fn only_rust_files_are_looked_at() {
        let files =
            [file("README.md", "# Title"), file("a.rs", "//! A."), file("b.rs", "fn b() {}")];
        assert_eq!(check(&files), ["b.rs: does not open with `//!`"]);
    }
}
