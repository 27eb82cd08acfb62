//! Rust code on pages is compiled: a doc-test includes each page that has some.

use std::collections::BTreeSet;
use std::path::Path;

use super::source_file::SourceFile;
use crate::pages::normal;

/// Lists the pages with Rust code that no documentation includes.
pub(super) fn check(files: &[SourceFile]) -> Vec<String> {
    let rust = files.iter().filter(|file| file.is_rust());
    let compiled: BTreeSet<String> = rust.flat_map(included).collect();
    let pages = files.iter().filter(|file| file.path.ends_with(".md"));
    let drifting = pages.filter(|page| !compiled.contains(&page.path));
    drifting.filter_map(first_code).collect()
}

/// Returns the first line of Rust code on a page.
fn first_code(page: &SourceFile) -> Option<String> {
    let mut lines = page.text.lines().enumerate();
    let is_code = |line: &str| line.trim_start().starts_with("```rust");
    let (index, line) = lines.find(|(_, line)| is_code(line))?;
    Some(format!("{}:{}: {}, which no doc-test includes", page.path, index + 1, line.trim()))
}

/// Lists the pages that the documentation of a file includes.
fn included(file: &SourceFile) -> impl Iterator<Item = String> {
    let folder = Path::new(&file.path).parent().unwrap_or(Path::new(""));
    let starts = file.text.split(concat!("doc = include", "_str!(\"")).skip(1);
    let names = starts.filter_map(|rest| rest.split('"').next());
    names.map(move |name| normal(&folder.join(name)))
}

#[cfg(test)]
mod tests {
    use super::super::source_file::file;
    use super::*;

    #[test]
    fn pages_that_are_included_are_fine() {
        let code = "# A\n\n```rust\nlet a = 1;\n```\n";
        let library = "//! A.\n#![doc = include_str!(\"../README.md\")]\n";
        let files = [
            file("crates/a/src/lib.rs", library),
            file("crates/a/README.md", code),
            file("crates/b/README.md", code),
            file("docs/a.md", "```json\n{}\n```\n"),
        ];
        let expected = ["crates/b/README.md:3: ```rust, which no doc-test includes"];
        assert_eq!(check(&files), expected);
    }
}
