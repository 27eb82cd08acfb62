//! Files are read through `ext-fs`: whatever stands in the place of one neither blocks nor fills memory.

use super::{
    length::{is_test_file, lines_of_code},
    source_file::SourceFile,
};

/// The functions of the standard library that wait for a pipe and read without end.
const FUNCTIONS: [&str; 3] =
    [concat!("fs::", "read("), concat!("fs::", "read_to_string("), concat!("File::", "open(")];

/// Files that call them all the same, each with its reason.
const MAY_CALL: &[(&str, &str)] = &[
    ("crates/cli/src/commands/op.rs", "the user names the file, which may be a pipe"),
    ("crates/cli/src/commands/secret.rs", "the user names the file, which may be a pipe"),
    ("crates/cli/src/commands/secret/import.rs", "the user names the file, which may be a pipe"),
    ("crates/cli/src/consent.rs", "the user names the file, which may be a pipe"),
    ("crates/ext-fs/src/replace.rs", "it opens a folder"),
    ("crates/ext-grants/src/session.rs", "the kernel makes the file"),
    ("crates/ext-manifest/src/manifest.rs", "it checks and bounds it itself, as a contract"),
    ("crates/ext-ops-embed-rten/src/embedder.rs", "size and digest are checked before"),
    ("crates/ext-sandbox/src/memory.rs", "the kernel makes the file"),
];

/// Lists the calls in crates, and the exceptions that are no longer needed.
pub(super) fn check(files: &[SourceFile]) -> Vec<String> {
    check_with(files, MAY_CALL)
}

fn check_with(files: &[SourceFile], exceptions: &[(&str, &str)]) -> Vec<String> {
    let calls: Vec<_> = files.iter().filter(|file| is_source(file)).flat_map(calls).collect();
    let excused = |path: &str| exceptions.iter().any(|(exception, _)| *exception == path);
    let bad = calls.iter().filter(|(path, _)| !excused(path));
    let bad = bad.map(|(path, line)| format!("{path}:{line}: read by `ext_fs::read` instead"));
    let needless = exceptions.iter().filter(|(path, _)| !calls.iter().any(|(it, _)| it == path));
    let needless = needless.map(|(path, _)| format!("{path}: needs no exception from `ext_fs`"));
    bad.chain(needless).collect()
}

fn is_source(file: &SourceFile) -> bool {
    let in_crates = file.path.starts_with("crates/") && file.path.contains("/src/");
    file.is_rust()
        && in_crates
        && !is_test_file(&file.path)
        && !file.path.starts_with("crates/ext-testing/")
}

/// Returns path and number of each line of code that calls one of the functions.
fn calls(file: &SourceFile) -> impl Iterator<Item = (&str, usize)> {
    let code = file.text.lines().take(lines_of_code(&file.text)).enumerate();
    let code = code.filter(|(_, line)| !line.trim_start().starts_with("//"));
    let calls = code.filter(|(_, line)| FUNCTIONS.iter().any(|name| is_called(line, name)));
    calls.map(|(at, _)| (file.path.as_str(), at + 1))
}

/// Returns whether a line calls a function, and none whose path only ends alike, as `ext_fs::read`.
fn is_called(line: &str, name: &str) -> bool {
    line.match_indices(name).any(|(at, _)| {
        let before = line.get(..at).and_then(|before| before.chars().next_back());
        !before.is_some_and(|c| c.is_alphanumeric() || c == '_')
    })
}

#[cfg(test)]
mod tests {
    use super::super::source_file::file;
    use super::*;

    #[test]
    fn calls_in_code_are_listed() {
        let [read, _, open] = FUNCTIONS;
        let text = format!(
            "//! A.\n/// {read}x)\nfn a() {{ std::{read}x) }}\nfn b() {{ ext_{read}x) }}\n\
             fn c() {{ {open}x) }}\n#[cfg(test)]\nmod tests {{\n{read}x)\n}}\n"
        );
        let paths = ["crates/a/src/a.rs", "crates/a/tests/a.rs", "xtask/src/a.rs"];
        let files = paths.map(|path| file(path, &text));
        let expected =
            [3, 5].map(|line| format!("crates/a/src/a.rs:{line}: read by `ext_fs::read` instead"));
        assert_eq!(check_with(&files, &[]), expected);
        let excused = [("crates/a/src/a.rs", "it is tested"), ("crates/b/src/b.rs", "it is gone")];
        let needless = "crates/b/src/b.rs: needs no exception from `ext_fs`";
        assert_eq!(check_with(&files, &excused), [needless]);
    }
}
