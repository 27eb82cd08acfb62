//! Chore that makes a book of the pages.
//!
//! The pages keep the places that links on a forge expect. The book is made of copies, laid out as in the
//! repository, so that links between pages hold there as well.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};

use crate::pages::{self, Link};
use crate::steps::{self, say, step};
use crate::tools::MDBOOK;
use crate::workspace::Workspace;

/// The list of the book's pages, in their order.
pub(crate) const SUMMARY: &str = "docs/SUMMARY.md";
/// The settings of the book.
const SETTINGS: &str = "docs/book.toml";
/// The page that a link to a folder means.
const README: &str = "README.md";
/// The file that the book makes of that page.
const INDEX: &str = "index.html";

/// Runs the chore `book`.
pub(crate) fn run(workspace: &Workspace) -> Result<()> {
    step("book", || {
        let program = MDBOOK.find(workspace)?;
        let folder = workspace.target.join("book");
        lay_out(&workspace.root, &folder)?;
        steps::run(Command::new(program).arg("build").arg(&folder))?;
        say(&folder.join("html/index.html").display().to_string());
        Ok(())
    })
}

/// Lists the pages of the book, by their paths from the root on.
pub(crate) fn chapters(summary: &str) -> BTreeSet<String> {
    let links = pages::links(summary);
    links.iter().filter_map(Link::local).map(|(path, _)| from_root(SUMMARY, path)).collect()
}

/// Writes the sources of the book into a folder.
fn lay_out(root: &Path, folder: &Path) -> Result<()> {
    let sources = folder.join("src");
    let _ = fs::remove_dir_all(&sources);
    let summary = read(root, SUMMARY)?;
    let book = Book { root, chapters: chapters(&summary) };
    for chapter in &book.chapters {
        let (text, files) = book.chapter(chapter)?;
        write(&sources.join(chapter), &text)?;
        for file in files {
            let copy = sources.join(&file);
            fs::create_dir_all(copy.parent().unwrap_or(&sources))?;
            fs::copy(root.join(&file), copy).with_context(|| file.clone())?;
        }
    }
    let listed = |link: &Link<'_>| Some(from_root(SUMMARY, link.local()?.0));
    write(&sources.join("SUMMARY.md"), &pages::relinked(&summary, listed))?;
    write(&folder.join("book.toml"), &read(root, SETTINGS)?)
}

/// The pages of the book.
struct Book<'a> {
    root: &'a Path,
    chapters: BTreeSet<String>,
}

impl Book<'_> {
    /// Returns the text of a page with the links that the book can follow, and the files that it shows.
    fn chapter(&self, path: &str) -> Result<(String, BTreeSet<String>)> {
        let text = read(self.root, path)?;
        let targets = pages::links(&text).into_iter().filter_map(|link| Some(link.local()?.0));
        let files = targets.filter(|target| is_shown(target)).map(|target| from_root(path, target));
        Ok((pages::relinked(&text, |link| self.target(path, link)), files.collect()))
    }

    /// Returns where a link of a page leads in the book: to a page, or to a file beside it. The code is
    /// not in the book.
    fn target(&self, page: &str, link: &Link<'_>) -> Option<String> {
        let (path, anchor) = link.local()?;
        let full = from_root(page, path);
        let folder = match path.strip_suffix(README) {
            Some(folder) if self.chapters.contains(&full) => Some(folder.trim_end_matches('/')),
            _ if self.chapters.contains(&format!("{full}/{README}")) => {
                Some(path.trim_end_matches('/'))
            }
            _ => None,
        };
        if let Some(folder) = folder {
            let anchor = anchor.map(|name| format!("#{name}")).unwrap_or_default();
            let folder = if folder.is_empty() { "." } else { folder };
            return Some(format!("{folder}/{INDEX}{anchor}"));
        }
        if path.is_empty() || self.chapters.contains(&full) {
            return Some(link.target.to_owned());
        }
        is_shown(path).then(|| link.target.to_owned())
    }
}

/// Tells whether a file that a page links to stands beside it in the book.
fn is_shown(path: &str) -> bool {
    path.ends_with(".png") || path.ends_with(".json")
}

/// Returns the path from the root on that a link of a page means.
fn from_root(page: &str, path: &str) -> String {
    pages::normal(&Path::new(page).parent().unwrap_or(Path::new("")).join(path))
}

fn read(root: &Path, path: &str) -> Result<String> {
    fs::read_to_string(root.join(path)).with_context(|| path.to_owned())
}

fn write(path: &Path, text: &str) -> Result<()> {
    fs::create_dir_all(path.parent().unwrap_or(path))?;
    fs::write(path, text).with_context(|| path.display().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_of_the_book_stay_within_it() {
        let chapters = ["docs/a.md", "sdk/c/README.md"].map(str::to_owned).into();
        let book = Book { root: Path::new("/"), chapters };
        let cases = [
            ("a.md#x", Some("a.md#x")),
            ("#y", Some("#y")),
            ("../sdk/c", Some("../sdk/c/index.html")),
            ("../sdk/c/README.md#z", Some("../sdk/c/index.html#z")),
            ("../sdk/c/main.c", None),
            ("console/a.png", Some("console/a.png")),
        ];
        for (target, expected) in cases {
            let link = Link { line: 1, target };
            assert_eq!(book.target("docs/b.md", &link).as_deref(), expected, "{target}");
        }
    }

    #[test]
    fn chapters_are_named_from_the_root_on() {
        let listed = chapters("- [A](a.md)\n  - [C](../sdk/c/README.md)\n");
        assert_eq!(listed, ["docs/a.md", "sdk/c/README.md"].map(str::to_owned).into());
    }
}
