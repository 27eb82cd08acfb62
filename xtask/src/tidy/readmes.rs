//! Every crate that others may use has a README: what it is, and where its place is.

use std::path::Path;

use super::source_file::SourceFile;
use crate::workspace::{Package, Workspace};

/// Lists the crates of `crates/` and `sdk/` without a README.
pub(super) fn check(workspace: &Workspace, files: &[SourceFile]) -> Vec<String> {
    let bare = workspace.packages.iter().filter(|package| {
        let folder = package.folder.strip_prefix(&workspace.root).unwrap_or(&package.folder);
        is_shared(folder)
            && !files.iter().any(|file| Path::new(&file.path) == folder.join("README.md"))
    });
    bare.map(|package: &Package| format!("{}: has no README.md", package.name)).collect()
}

fn is_shared(folder: &Path) -> bool {
    folder.starts_with("crates") || folder.starts_with("sdk")
}

#[cfg(test)]
mod tests {
    use super::super::source_file::file;
    use super::*;

    fn package(folder: &str) -> Package {
        Package {
            name: folder.to_owned(),
            folder: Path::new("/p").join(folder),
            library: None,
            dependencies: Vec::new(),
        }
    }

    #[test]
    fn crates_without_a_readme_are_listed() {
        let packages = ["crates/a", "crates/b", "sdk/c", "xtask"].map(package).into();
        let workspace = Workspace { root: "/p".into(), target: "/p/target".into(), packages };
        let files = [file("crates/a/README.md", "# a"), file("README.md", "# all")];
        let expected = ["crates/b: has no README.md", "sdk/c: has no README.md"];
        assert_eq!(check(&workspace, &files), expected);
    }
}
