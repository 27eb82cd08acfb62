//! A library that runs no unit tests (`[lib] test = false`) has none, so that none is skipped in silence.

use super::source_file::SourceFile;

/// Lists the files with tests in such libraries.
pub(super) fn check(files: &[SourceFile]) -> Vec<String> {
    let manifests = files.iter().filter(|file| file.path.ends_with("/Cargo.toml"));
    let silent = manifests.filter(|manifest| is_silent(&manifest.text));
    silent.flat_map(|manifest| skipped(manifest, files)).collect()
}

fn is_silent(manifest: &str) -> bool {
    let lines = manifest.lines().map(|line| line.replace(' ', ""));
    let table = lines.skip_while(|line| line != "[lib]").skip(1);
    table.take_while(|line| !line.starts_with('[')).any(|line| line == "test=false")
}

fn skipped(manifest: &SourceFile, files: &[SourceFile]) -> Vec<String> {
    let folder = manifest.path.trim_end_matches("Cargo.toml");
    let sources = files.iter().filter(|file| file.path.starts_with(&format!("{folder}src/")));
    let tests = sources.filter(|file| file.text.lines().any(|line| line.trim() == "#[test]"));
    tests.map(|file| format!("{}: {} skips its tests", file.path, manifest.path)).collect()
}

#[cfg(test)]
mod tests {
    use super::super::source_file::file;
    use super::*;

    #[test]
    fn tests_that_do_not_run_are_listed() {
        let manifest = "[package]\n\n[lib]\ntest = false\n\n[dependencies]\n";
        let files = [
            file("crates/a/Cargo.toml", manifest),
            file("crates/a/src/a.rs", "    #[test]\n"),
            file("crates/a/src/b.rs", "//! B.\n"),
            file("crates/a/tests/a.rs", "#[test]\n"),
            file("crates/b/Cargo.toml", "[[bin]]\ntest = false\n"),
            file("crates/b/src/a.rs", "#[test]\n"),
        ];
        assert_eq!(check(&files), ["crates/a/src/a.rs: crates/a/Cargo.toml skips its tests"]);
    }
}
