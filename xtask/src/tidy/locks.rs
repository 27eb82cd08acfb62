//! Locks of crates are those of `parking_lot`, which a panic does not poison.

use super::source_file::SourceFile;

const POISON: &str = concat!("Poison", "Error");

/// Lists the lines of crates that name the error of a poisoned lock.
pub(super) fn check(files: &[SourceFile]) -> Vec<String> {
    files.iter().filter(|file| is_source(file)).flat_map(poisoned).collect()
}

fn is_source(file: &SourceFile) -> bool {
    file.is_rust() && file.path.starts_with("crates/") && file.path.contains("/src/")
}

fn poisoned(file: &SourceFile) -> impl Iterator<Item = String> {
    let lines = file.text.lines().enumerate().filter(|(_, line)| line.contains(POISON));
    lines.map(|(at, _)| format!("{}:{}: lock by `parking_lot` instead", file.path, at + 1))
}

#[cfg(test)]
mod tests {
    use super::super::source_file::file;
    use super::*;

    #[test]
    fn poisoned_locks_are_listed() {
        let text = format!("//! A.\nuse std::sync::{POISON};\n");
        let paths = ["crates/ext-a/src/a.rs", "crates/ext-a/tests/a.rs", "examples/a/src/a.rs"];
        let files = paths.map(|path| file(path, &text));
        assert_eq!(check(&files), ["crates/ext-a/src/a.rs:2: lock by `parking_lot` instead"]);
    }
}
