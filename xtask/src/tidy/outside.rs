//! Crates for third parties read no file outside of their folder, which their packages would not have.

use std::path::{Component, Path, PathBuf};

use super::source_file::SourceFile;

/// Macros that read a file when they are compiled.
const READERS: [&str; 2] = ["include_str!(\"", "include_bytes!(\""];

/// Lists the files that the sources of published crates read from elsewhere. Pages that only doc tests
/// read are in no package's build.
pub(super) fn check(files: &[SourceFile]) -> Vec<String> {
    let manifests = files.iter().filter(|file| is_published(file));
    manifests.flat_map(|manifest| read_outside(folder(&manifest.path), files)).collect()
}

fn is_published(file: &SourceFile) -> bool {
    file.path.ends_with("/Cargo.toml") && file.text.lines().any(|line| line == "publish = true")
}

fn folder(path: &str) -> &Path {
    Path::new(path).parent().unwrap_or(Path::new(""))
}

fn read_outside(crate_: &Path, files: &[SourceFile]) -> Vec<String> {
    let src = crate_.join("src");
    let sources =
        files.iter().filter(|file| file.is_rust() && Path::new(&file.path).starts_with(&src));
    sources
        .flat_map(|file| {
            let outside = reads(&file.text)
                .filter(|read| !resolved(folder(&file.path), read).starts_with(crate_));
            outside.map(|read| format!("{}: `{read}` is not in the crate's package", file.path))
        })
        .collect()
}

/// Returns the files that a source reads, but for its documentation.
fn reads(text: &str) -> impl Iterator<Item = &str> {
    let lines = text.lines().filter(|line| !line.trim_start().starts_with("#[doc"));
    lines.filter_map(|line| {
        let (_, rest) = READERS.iter().find_map(|reader| line.split_once(reader))?;
        Some(rest.split_once('"')?.0)
    })
}

fn resolved(folder: &Path, path: &str) -> PathBuf {
    let mut resolved = folder.to_owned();
    for part in Path::new(path).components() {
        match part {
            Component::ParentDir => drop(resolved.pop()),
            part => resolved.push(part),
        }
    }
    resolved
}

#[cfg(test)]
mod tests {
    use super::super::source_file::file;
    use super::*;

    #[test]
    fn files_of_other_folders_are_listed() {
        let source = "const A: &str = include_str!(\"../a.txt\");\n\
            const B: &[u8] = include_bytes!(\"../../b/b.bin\");\n\
            #[doc = include_str!(\"../../../README.md\")]\n";
        let files = [
            file("crates/ext-a/Cargo.toml", "publish = true\n"),
            file("crates/ext-a/src/a.rs", source),
            file("crates/ext-c/Cargo.toml", "publish.workspace = true\n"),
            file("crates/ext-c/src/a.rs", source),
        ];
        let listed = ["crates/ext-a/src/a.rs: `../../b/b.bin` is not in the crate's package"];
        assert_eq!(check(&files), listed);
    }
}
