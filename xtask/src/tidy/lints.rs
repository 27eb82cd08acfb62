//! Every crate keeps the workspace's lints, and library crates forbid `unsafe`.

use std::path::Path;

use super::source_file::SourceFile;
use crate::workspace::{Package, Workspace};

/// The only libraries that may write `unsafe`, each with its reason.
const MAY_BE_UNSAFE: &[(&str, &str)] = &[
    ("compat-guest", "a guest: the SDK's attribute writes its exports, as in an extension"),
    ("ext-host", "takes artifacts from its own authenticated cache, which the engine calls unsafe"),
    ("round-trip", "a guest: the SDK's attribute writes its exports, as in an extension"),
    ("spacedrive-sdk", "imports and exports of a guest are raw pointers"),
];

/// Lists the crates that leave the workspace's lints or may write `unsafe` without a reason.
pub(super) fn check(workspace: &Workspace, files: &[SourceFile]) -> Vec<String> {
    let text = |path: &Path| {
        let path = path.strip_prefix(&workspace.root).ok()?;
        let found = files.iter().find(|file| Path::new(&file.path) == path)?;
        Some(found.text.as_str())
    };
    let packages = &workspace.packages;
    packages.iter().flat_map(|package| check_package(package, text)).collect()
}

fn check_package<'a>(
    package: &Package,
    text: impl Fn(&Path) -> Option<&'a str>,
) -> impl Iterator<Item = String> {
    let manifest = text(&package.folder.join("Cargo.toml"));
    let library = package.library.as_ref().map(|(_, root)| text(root).unwrap_or_default());
    let excused =
        MAY_BE_UNSAFE.iter().any(|(name, _)| *name == package.name) || is_extension(package);
    let leaves = (!inherits_lints(manifest.unwrap_or_default()))
        .then(|| format!("{}: Cargo.toml has no `[lints] workspace = true`", package.name));
    let allows = library
        .filter(|library| !excused && !library.contains("#![forbid(unsafe_code)]"))
        .map(|_| format!("{}: lib.rs has no `#![forbid(unsafe_code)]`", package.name));
    leaves.into_iter().chain(allows)
}

/// Returns true for extensions: the SDK's attribute writes exports, which are unsafe to declare.
fn is_extension(package: &Package) -> bool {
    package.folder.iter().any(|part| part == "extensions")
}

fn inherits_lints(manifest: &str) -> bool {
    let lines = manifest.lines().map(|line| line.replace(' ', ""));
    let table = lines.skip_while(|line| line != "[lints]").skip(1);
    table.take_while(|line| !line.starts_with('[')).any(|line| line == "workspace=true")
}

#[cfg(test)]
mod tests {
    use super::super::source_file::file;
    use super::*;

    #[test]
    fn lints_are_inherited_by_their_own_table() {
        assert!(inherits_lints("[package]\nname = \"a\"\n\n[lints]\nworkspace = true\n"));
        assert!(!inherits_lints("[package]\nname = \"a\"\n"));
        assert!(!inherits_lints("[lints]\n[dependencies]\nworkspace = true\n"));
        assert!(!inherits_lints("[lints.rust]\nunsafe_code = \"allow\"\n"));
    }

    fn problems(name: &str, manifest: &str, lib: &str) -> Vec<String> {
        let package = Package {
            name: name.to_owned(),
            folder: "/p/crates/a".into(),
            library: Some(("a".into(), "/p/crates/a/src/lib.rs".into())),
            dependencies: Vec::new(),
        };
        let files = [file("crates/a/Cargo.toml", manifest), file("crates/a/src/lib.rs", lib)];
        let (root, target) = ("/p".into(), "/p/target".into());
        check(&Workspace { root, target, packages: vec![package] }, &files)
    }

    #[test]
    fn meta_04_a_library_forbids_unsafe_or_has_a_reason() {
        let lints = "[lints]\nworkspace = true\n";
        assert_eq!(problems("a", lints, "//! A.\n#![forbid(unsafe_code)]\n"), [""; 0]);
        assert_eq!(problems("ext-host", lints, "//! A.\n"), [""; 0]);
        let bare = problems("a", lints, "//! A.\n");
        assert_eq!(bare, ["a: lib.rs has no `#![forbid(unsafe_code)]`"]);
        assert_eq!(problems("a", "", "").len(), 2);
    }
}
