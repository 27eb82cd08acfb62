//! Rules of this project that no other tool checks.

mod compatibility;
mod edges;
mod examples;
mod heads;
mod length;
mod links;
mod lints;
mod locks;
mod mentions;
mod messages;
mod module_docs;
mod outside;
mod panics;
mod readmes;
mod reads;
mod seeds;
mod single_words;
mod source;
mod source_file;
mod threats;
mod unit_tests;
mod words;

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};

use self::source_file::SourceFile;
use crate::steps::{capture, say, step};
use crate::workspace::Workspace;

/// Runs the chore `tidy`.
pub(crate) fn run(workspace: &Workspace) -> Result<()> {
    step("tidy", || {
        let files = source_files(&workspace.root)?;
        let problems = problems(workspace, &files);
        problems.iter().for_each(|problem| say(problem));
        ensure!(problems.is_empty(), "{} problems, listed above", problems.len());
        say(&format!("{} files, no problem", files.len()));
        Ok(())
    })
}

/// Runs the chore `threats`.
pub(crate) fn write_threats(workspace: &Workspace) -> Result<()> {
    let files = source_files(&workspace.root)?;
    let page = workspace.root.join(threats::PAGE);
    let text = fs::read_to_string(&page).with_context(|| threats::PAGE.to_owned())?;
    Ok(fs::write(&page, threats::updated(&text, &files))?)
}

fn problems(workspace: &Workspace, files: &[SourceFile]) -> Vec<String> {
    let mut problems = Vec::new();
    problems.extend(compatibility::check(files));
    problems.extend(examples::check(files));
    problems.extend(heads::check(files));
    problems.extend(messages::is_no(files));
    problems.extend(messages::commands(files));
    problems.extend(messages::one_as_many(files));
    problems.extend(module_docs::check(files));
    problems.extend(single_words::check(files));
    problems.extend(length::check(files));
    problems.extend(edges::check(workspace));
    problems.extend(links::check(files));
    problems.extend(lints::check(workspace, files));
    problems.extend(locks::check(files));
    problems.extend(mentions::check(files));
    problems.extend(mentions::unknown_codes(files));
    problems.extend(outside::check(files));
    problems.extend(panics::check(files));
    problems.extend(readmes::check(workspace, files));
    problems.extend(reads::check(files));
    problems.extend(seeds::check(files));
    problems.extend(threats::check(files));
    problems.extend(unit_tests::check(files));
    problems.extend(words::check(files));
    problems
}

/// Lists the files that git tracks, and those that it would track if one added everything.
fn source_files(root: &Path) -> Result<Vec<SourceFile>> {
    let mut git = Command::new("git");
    // A checkout that another user owns, as in a container, is read all the same.
    git.arg("-c").arg(format!("safe.directory={}", root.display())).arg("-C").arg(root);
    git.args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"]);
    let listing = String::from_utf8(capture(&mut git)?).context("a file name is not UTF-8")?;
    let paths = listing.split('\0').filter(|path| !path.is_empty());
    // A tracked file that was deleted and not yet committed is still listed.
    paths.filter(|path| root.join(path).is_file()).map(|path| read(root, path)).collect()
}

fn read(root: &Path, path: &str) -> Result<SourceFile> {
    let bytes = fs::read(root.join(path)).with_context(|| path.to_owned())?;
    let text = String::from_utf8_lossy(&bytes).into_owned();
    Ok(SourceFile { path: path.to_owned(), text })
}
