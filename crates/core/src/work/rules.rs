//! Rules for what is left out of a folder that is followed: patterns of the user, `.spacedriveignore`,
//! and `.gitignore` in working trees of git.

use std::{
    collections::HashMap,
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

use ignore::{
    Match,
    gitignore::{Gitignore, GitignoreBuilder},
};
use parking_lot::Mutex;

use super::files::Unseen;

/// Name of the files with rules of our own.
const OWN: &str = ".spacedriveignore";
const GIT: &str = ".gitignore";
/// Largest file with rules, in bytes.
const MAX_BYTES: u64 = 1 << 20;

/// Checks a pattern of the user.
pub(crate) fn check_pattern(pattern: &str) -> Result<(), ignore::Error> {
    GitignoreBuilder::new("/").add_line(None, pattern).map(drop)
}

/// The rules of a folder, whose files with rules are read once.
#[derive(Debug)]
pub(crate) struct Rules {
    folder: PathBuf,
    patterns: Gitignore,
    files: Mutex<HashMap<PathBuf, Arc<FolderRules>>>,
}

/// The rules that stand in one folder.
#[derive(Debug)]
struct FolderRules {
    own: Gitignore,
    git: Gitignore,
    /// True for the root of a working tree: git has no rules for it above.
    is_tree: bool,
}

impl Rules {
    /// Makes the rules of a folder, with patterns that were checked.
    pub(crate) fn new(folder: &Path, patterns: &[String]) -> Self {
        let patterns =
            build(folder, Path::new("the location"), patterns.iter().map(String::as_str));
        let patterns = patterns.unwrap_or_else(|_| Gitignore::empty());
        Self { folder: folder.to_owned(), patterns, files: Mutex::default() }
    }

    /// Tells whether a file or a folder is left out, where the folders above it are not. Patterns of
    /// the user count first, then our own files, then those of git; of each kind the nearest.
    pub(crate) fn leave_out(&self, path: &Path, is_dir: bool) -> Result<bool, Unseen> {
        if let Some(decided) = decision(&self.patterns.matched(path, is_dir)) {
            return Ok(decided);
        }
        if let Some(decided) = self.by_own_files(path, is_dir)? {
            return Ok(decided);
        }
        self.by_git(path, is_dir)
    }

    /// As [`Self::leave_out`], where the folders above may be left out as well.
    pub(crate) fn leave_out_with_folders(&self, path: &Path) -> Result<bool, Unseen> {
        let Ok(below) = path.strip_prefix(&self.folder) else { return Ok(false) };
        let mut at = self.folder.clone();
        for name in below {
            at.push(name);
            if self.leave_out(&at, at != path || path.is_dir())? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn by_own_files(&self, path: &Path, is_dir: bool) -> Result<Option<bool>, Unseen> {
        let within = |folder: &&Path| folder.starts_with(&self.folder);
        for folder in path.ancestors().skip(1).take_while(within) {
            let decided = decision(&self.rules_in(folder)?.own.matched(path, is_dir));
            if decided.is_some() {
                return Ok(decided);
            }
        }
        Ok(None)
    }

    /// Asks git's files up to the root of the working tree; without a tree they do not count.
    fn by_git(&self, path: &Path, is_dir: bool) -> Result<bool, Unseen> {
        let mut nearest = None;
        for folder in path.ancestors().skip(1) {
            let rules = self.rules_in(folder)?;
            nearest = nearest.or_else(|| decision(&rules.git.matched(path, is_dir)));
            if rules.is_tree {
                return Ok(nearest.unwrap_or(false));
            }
        }
        Ok(false)
    }

    fn rules_in(&self, folder: &Path) -> Result<Arc<FolderRules>, Unseen> {
        if let Some(known) = self.files.lock().get(folder) {
            return Ok(Arc::clone(known));
        }
        let is_tree = folder.join(".git").exists();
        let rules = FolderRules { own: read(folder, OWN)?, git: read(folder, GIT)?, is_tree };
        let rules = Arc::new(rules);
        self.files.lock().insert(folder.to_owned(), Arc::clone(&rules));
        Ok(rules)
    }
}

fn decision<T>(found: &Match<T>) -> Option<bool> {
    match found {
        Match::None => None,
        Match::Ignore(_) => Some(true),
        Match::Whitelist(_) => Some(false),
    }
}

fn read(folder: &Path, name: &str) -> Result<Gitignore, Unseen> {
    let path = folder.join(name);
    let text = match ext_fs::read_text(&path, MAX_BYTES).map_err(io::Error::from) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Gitignore::empty()),
        text => text.map_err(|error| (path.clone(), error))?,
    };
    build(folder, &path, text.lines()).map_err(|error| (path, io::Error::other(error)))
}

fn build<'a>(
    folder: &Path,
    from: &Path,
    lines: impl Iterator<Item = &'a str>,
) -> Result<Gitignore, ignore::Error> {
    let mut builder = GitignoreBuilder::new(folder);
    for line in lines {
        if let Err(error) = builder.add_line(None, line) {
            tracing::warn!(from = %from.display(), %error, "a rule is left out");
        }
    }
    builder.build()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::{own_folder::OwnFolder, work::files::find};

    /// A data folder, which is none of the files.
    fn own(folder: &Path) -> OwnFolder {
        let data = folder.join("data");
        fs::create_dir_all(&data).unwrap();
        OwnFolder::new(&data).unwrap()
    }

    /// Finds the files of a tree, with the rules of its folder.
    fn found(files: &[(&str, &str)], patterns: &[&str]) -> Vec<String> {
        let temp = tempfile::tempdir().unwrap();
        let folder = temp.path().canonicalize().unwrap().join("in");
        for (name, text) in files {
            let path = folder.join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        let patterns: Vec<_> = patterns.iter().map(|&pattern| pattern.to_owned()).collect();
        let own = own(temp.path());
        let find = |path: &Path| find(path, &own, Some(&Rules::new(&folder, &patterns))).unwrap();
        let all = find(&folder);
        assert!(all.unseen.is_empty(), "{:?}", all.unseen);
        let name = |path: &PathBuf| path.strip_prefix(&folder).unwrap().display().to_string();
        let all: Vec<String> = all.files.iter().map(name).collect();
        let is_hidden = |path: &str| path.split('/').any(|name| name.starts_with('.'));
        for (path, _) in files.iter().filter(|(path, _)| !is_hidden(path)) {
            let alone = find(&folder.join(path)).files.len() == 1;
            assert_eq!(alone, all.iter().any(|found| found == path), "{path} by itself");
        }
        all
    }

    #[test]
    fn patterns_and_our_own_files_leave_files_out_and_the_nearest_counts() {
        let files = [
            (".spacedriveignore", "*.tmp\n/build/\n# a comment\n"),
            ("a.tmp", ""),
            ("a.txt", ""),
            ("build/x.txt", ""),
            ("sub/.spacedriveignore", "!keep.tmp\n"),
            ("sub/build/y.txt", ""),
            ("sub/keep.tmp", ""),
            ("sub/other.tmp", ""),
            ("z.log", ""),
        ];
        assert_eq!(found(&files, &["*.log"]), ["a.txt", "sub/build/y.txt", "sub/keep.tmp"]);
        assert_eq!(found(&files, &["sub", "!a.tmp"]), ["a.tmp", "a.txt", "z.log"]);
    }

    #[test]
    fn rules_of_git_count_in_its_working_trees_only() {
        let files = [(".gitignore", "target\n"), ("target/a", ""), ("tree/target/b", "")];
        assert_eq!(found(&files, &[]), ["target/a", "tree/target/b"]);
        let mut files = files.to_vec();
        files.extend([
            ("tree/.git/HEAD", ""),
            ("tree/.gitignore", "*.o\n"),
            ("tree/c.o", ""),
            (".spacedriveignore", "*.secret\n"),
            ("tree/d.secret", ""),
        ]);
        assert_eq!(found(&files, &[]), ["target/a", "tree/target/b"]);
        files.push((".git/HEAD", ""));
        assert_eq!(found(&files, &[]), ["tree/target/b"], "a tree in a tree has its own rules");
    }

    #[test]
    fn where_rules_cannot_be_read_nothing_is_taken() {
        let temp = tempfile::tempdir().unwrap();
        let folder = temp.path().canonicalize().unwrap();
        fs::create_dir_all(folder.join("sub").join(OWN)).unwrap();
        fs::write(folder.join("sub/a.txt"), "").unwrap();
        fs::write(folder.join("b.txt"), "").unwrap();
        let rules = Rules::new(&folder, &[]);
        let all = find(&folder, &own(&folder.join(".data")), Some(&rules)).unwrap();
        assert_eq!(all.files, [folder.join("b.txt")]);
        assert_eq!(all.unseen.len(), 1, "{:?}", all.unseen);
        assert_eq!(all.unseen[0].0, folder.join("sub").join(OWN));
    }

    #[test]
    fn a_pattern_that_is_not_valid_is_refused() {
        check_pattern("*.tmp").unwrap();
        check_pattern("[z-a]").unwrap_err();
    }
}
