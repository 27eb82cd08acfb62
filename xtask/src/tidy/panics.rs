//! Code outside of tests does not panic: what guests, files and servers say ends in an error.

use super::{
    length::{is_test_file, lines_of_code},
    source_file::SourceFile,
};

/// Calls that end in a panic.
const CALLS: [&str; 5] = [
    concat!(".unwrap", "()"),
    concat!(".expect", "("),
    concat!("panic", "!("),
    concat!("unreachable", "!("),
    concat!("unimplemented", "!("),
];
/// The reason with which a constant pattern or table of the program's own is read.
const CONSTANT: &str = concat!(".expect", "(\"constant ");
/// Crates that are tests themselves.
const TEST_CRATES: [&str; 4] =
    ["ext-testing", "ext-abi-conformance", "ext-library-conformance", "ext-perm-conformance"];
/// Files that panic all the same, each with its reason.
const MAY_PANIC: &[(&str, &str)] = &[
    ("crates/ext-ops/src/http/props.rs", "a module of tests"),
    ("crates/ext-wire/src/operation.rs", "the compiler evaluates it"),
];

/// Lists the calls in crates, and the exceptions that are no longer needed.
pub(super) fn check(files: &[SourceFile]) -> Vec<String> {
    check_with(files, MAY_PANIC)
}

fn check_with(files: &[SourceFile], exceptions: &[(&str, &str)]) -> Vec<String> {
    let calls: Vec<_> = files.iter().filter(|file| is_source(file)).flat_map(calls).collect();
    let excused = |path: &str| exceptions.iter().any(|(exception, _)| *exception == path);
    let bad = calls.iter().filter(|(path, _)| !excused(path));
    let bad = bad.map(|(path, line)| format!("{path}:{line}: return an error instead of a panic"));
    let needless = exceptions.iter().filter(|(path, _)| !calls.iter().any(|(it, _)| it == path));
    let needless = needless.map(|(path, _)| format!("{path}: needs no exception for a panic"));
    bad.chain(needless).collect()
}

fn is_source(file: &SourceFile) -> bool {
    let mut parts = file.path.split('/');
    let in_crates = parts.next() == Some("crates");
    let is_test_crate = parts.next().is_some_and(|name| TEST_CRATES.contains(&name));
    let in_source = parts.next() == Some("src");
    // What is offered to tests fails as they do; the programs of tests are their fixtures.
    let for_tests = file.path.contains("testing") || file.path.contains("fixture");
    file.is_rust()
        && in_crates
        && in_source
        && !is_test_crate
        && !for_tests
        && !is_test_file(&file.path)
}

/// Returns path and number of each line of code with such a call.
fn calls(file: &SourceFile) -> impl Iterator<Item = (&str, usize)> {
    let code = file.text.lines().take(lines_of_code(&file.text)).enumerate();
    let calls = code.filter(|(_, line)| panics(line));
    calls.map(|(at, _)| (file.path.as_str(), at + 1))
}

/// Returns whether a line panics when it runs; a constant is evaluated by the compiler.
fn panics(line: &str) -> bool {
    let line = line.trim_start();
    let is_comment = line.starts_with("//");
    let is_constant = ["const ", "pub const "].iter().any(|start| line.starts_with(start));
    !is_comment
        && !is_constant
        && !line.contains(CONSTANT)
        && CALLS.iter().any(|call| line.contains(call))
}

#[cfg(test)]
mod tests {
    use super::super::source_file::file;
    use super::*;

    #[test]
    fn meta_05_code_that_panics_is_listed() {
        let [unwrap, expect, panic, ..] = CALLS;
        let text = format!(
            "/// a{unwrap}\nconst A: u8 = b(){unwrap};\nfn a() {{ b(){unwrap} }}\n\
             fn c() {{ r{CONSTANT}pattern\") }}\nfn d() {{ e(){expect}\"x\") }}\nfn f() {{ {panic}) }}\n\
             #[cfg(test)]\nmod tests {{\nfn t() {{ b(){unwrap} }}\n}}\n"
        );
        let paths = [
            "crates/a/src/a.rs",
            "crates/a/src/testing.rs",
            "crates/a/tests/a.rs",
            "crates/ext-testing/src/a.rs",
            "xtask/src/a.rs",
        ];
        let files = paths.map(|path| file(path, &text));
        let expected = [3, 5, 6]
            .map(|line| format!("crates/a/src/a.rs:{line}: return an error instead of a panic"));
        assert_eq!(check_with(&files, &[]), expected);
        let excused = [("crates/a/src/a.rs", "it is tested"), ("crates/b/src/b.rs", "it is gone")];
        let needless = "crates/b/src/b.rs: needs no exception for a panic";
        assert_eq!(check_with(&files, &excused), [needless]);
    }
}
