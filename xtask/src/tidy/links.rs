//! Links of pages lead somewhere, and the book has every page.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::source_file::SourceFile;
use crate::book;
use crate::pages::{self, Link};

/// Parts of pages, whose links are those of the page that is made of them.
const PARTS: (&str, &str) = ("crates/ext-wire/src/ops/", "docs");

/// Lists dead links, and pages that the book lacks.
pub(super) fn check(files: &[SourceFile]) -> Vec<String> {
    let pages: Vec<&SourceFile> = files.iter().filter(|file| file.path.ends_with(".md")).collect();
    let anchors = pages.iter().map(|page| (page.path.as_str(), pages::anchors(&page.text)));
    let known = Known {
        paths: files.iter().flat_map(|file| Path::new(&file.path).ancestors()).collect(),
        anchors: anchors.collect(),
    };
    let dead = pages.iter().flat_map(|page| known.dead_links(page));
    dead.chain(left_out(&pages)).collect()
}

/// The targets that there are.
struct Known<'a> {
    /// Files and folders.
    paths: BTreeSet<&'a Path>,
    anchors: BTreeMap<&'a str, BTreeSet<String>>,
}

impl Known<'_> {
    fn dead_links(&self, page: &SourceFile) -> Vec<String> {
        let dead = pages::links(&page.text).into_iter().filter(|link| !self.has(page, link));
        dead.map(|Link { line, target }| {
            format!("{}:{line}: the link `{target}` leads nowhere", page.path)
        })
        .collect()
    }

    fn has(&self, page: &SourceFile, link: &Link<'_>) -> bool {
        let Some((path, anchor)) = link.local() else { return true };
        let target = match path {
            "" => page.path.clone(),
            path => pages::normal(&folder_of(page).join(path)),
        };
        let has_anchor = |name: &str| {
            self.anchors.get(target.as_str()).is_some_and(|names| names.contains(name))
        };
        self.paths.contains(Path::new(&target)) && anchor.is_none_or(has_anchor)
    }
}

fn folder_of(page: &SourceFile) -> &Path {
    match page.path.starts_with(PARTS.0) {
        true => Path::new(PARTS.1),
        false => Path::new(&page.path).parent().unwrap_or(Path::new("")),
    }
}

fn left_out(pages: &[&SourceFile]) -> Vec<String> {
    let Some(summary) = pages.iter().find(|page| page.path == book::SUMMARY) else {
        return vec![format!("{}: missing; it lists the pages of the book", book::SUMMARY)];
    };
    let listed = book::chapters(&summary.text);
    let is_page = |page: &&&SourceFile| {
        let path = page.path.as_str();
        path != book::SUMMARY && !path.starts_with(PARTS.0) && !path.contains("/tests/")
    };
    let lacking = pages.iter().filter(is_page).filter(|page| !listed.contains(&page.path));
    lacking.map(|page| format!("{}: not listed in {}", page.path, book::SUMMARY)).collect()
}

#[cfg(test)]
mod tests {
    use super::super::source_file::file;
    use super::*;

    #[test]
    fn links_to_files_folders_and_headings_are_fine() {
        let summary = "- [A](a.md)\n- [B](../b/README.md)\n";
        let text =
            "# One\n[a](#one) [b](../b) [c](../b/README.md#two) [d](../b/x.rs) [e](https://e.fg)";
        let files = [
            file(book::SUMMARY, summary),
            file("docs/a.md", text),
            file("b/README.md", "## Two"),
            file("b/x.rs", ""),
        ];
        assert_eq!(check(&files), Vec::<String>::new());
    }

    #[test]
    fn dead_links_and_pages_outside_of_the_book_are_listed() {
        let files = [
            file(book::SUMMARY, ""),
            file("docs/a.md", "[a](b.md)\n[b](#two)"),
            file("crates/ext-wire/src/ops/x.md", "[a](a.md)"),
        ];
        let expected = [
            "docs/a.md:1: the link `b.md` leads nowhere",
            "docs/a.md:2: the link `#two` leads nowhere",
            "docs/a.md: not listed in docs/SUMMARY.md",
        ];
        assert_eq!(check(&files), expected);
    }
}
