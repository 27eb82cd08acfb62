//! No file grows for ever: split by theme instead.

use super::source_file::SourceFile;

/// The most lines of a file, tests not counted.
const LIMIT: usize = 500;

/// Files that may be longer, each with its reason.
const MAY_BE_LONGER: &[(&str, &str)] = &[];

/// Lists the Rust files that are too long, and the exceptions that are no longer needed.
pub(super) fn check(files: &[SourceFile]) -> Vec<String> {
    check_with(files, MAY_BE_LONGER)
}

fn check_with(files: &[SourceFile], exceptions: &[(&str, &str)]) -> Vec<String> {
    let rust = files.iter().filter(|file| file.is_rust() && !is_test_file(&file.path));
    let long: Vec<_> = rust.filter(|file| lines_of_code(&file.text) > LIMIT).collect();
    let excused = |path: &str| exceptions.iter().any(|(exception, _)| *exception == path);
    let too_long = long.iter().filter(|file| !excused(&file.path)).map(|file| {
        let lines = lines_of_code(&file.text);
        format!("{}: {lines} lines without tests, the limit is {LIMIT}", file.path)
    });
    let needless =
        exceptions.iter().filter(|(path, _)| !long.iter().any(|file| file.path == *path));
    let needless = needless.map(|(path, _)| format!("{path}: needs no exception from the length"));
    too_long.chain(needless).collect()
}

pub(super) fn is_test_file(path: &str) -> bool {
    path.split('/').any(|part| part == "tests" || part == "benches" || part == "tests.rs")
}

/// Attributes of a test module.
const TESTS: [&str; 2] = ["#[cfg(test)]", "#[cfg(all(test, unix))]"];

/// Counts the lines before the test module, which stands last by convention.
pub(super) fn lines_of_code(text: &str) -> usize {
    let lines: Vec<&str> = text.lines().collect();
    let opens_tests = |pair: &[&str]| match pair {
        [attribute, module] => {
            TESTS.contains(attribute) && module.starts_with("mod ") && module.ends_with('{')
        }
        _ => false,
    };
    lines.windows(2).position(opens_tests).unwrap_or(lines.len())
}

#[cfg(test)]
mod tests {
    use super::super::source_file::file;
    use super::*;

    #[test]
    fn tests_are_not_counted() {
        assert_eq!(lines_of_code("a\nb\n#[cfg(test)]\nmod tests {\n}\n"), 2);
        assert_eq!(lines_of_code("a\n#[cfg(all(test, unix))]\nmod tests {\n}\n"), 1);
        assert_eq!(lines_of_code("a\n#[cfg(test)]\nmod tests;\nb\n"), 4);
        assert_eq!(lines_of_code("a\n    #[cfg(test)]\n    mod inner {\n"), 3);
    }

    #[test]
    fn a_long_file_needs_a_reason() {
        let long = "line\n".repeat(LIMIT + 1);
        let files = [file("a.rs", &long), file("tests/a.rs", &long), file("a.md", &long)];
        assert_eq!(check(&files).len(), 1);
        assert!(check_with(&files, &[("a.rs", "a table")]).is_empty());
        assert!(check(&[file("a.rs", &"line\n".repeat(LIMIT))]).is_empty());
    }

    #[test]
    fn an_exception_that_excuses_nothing_is_reported() {
        let problems = check_with(&[file("a.rs", "short")], &[("a.rs", "was long once")]);
        assert_eq!(problems, ["a.rs: needs no exception from the length"]);
    }
}
