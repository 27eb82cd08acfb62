//! Random tests can be repeated: `proptest` prints its seed and keeps what failed, and other sources of
//! random numbers have a seed in the test.

use super::source_file::SourceFile;

/// Sources of random numbers that nobody can repeat.
const SOURCES: [&str; 6] = [
    concat!("thread_", "rng("),
    concat!("rand::", "rng("),
    concat!("rand::", "random"),
    concat!("from_", "os_rng("),
    concat!("from_", "entropy("),
    concat!("fast", "rand::"),
];

/// Lists the lines that take such numbers.
pub(super) fn check(files: &[SourceFile]) -> Vec<String> {
    let rust = files.iter().filter(|file| file.is_rust());
    rust.flat_map(|file| {
        let lines = file.text.lines().enumerate();
        let random = lines.filter(|(_, line)| SOURCES.iter().any(|source| line.contains(source)));
        random.map(|(at, _)| {
            format!(
                "{}:{}: take random numbers from a seed, or secrets from `getrandom`",
                file.path,
                at + 1
            )
        })
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::super::source_file::file;
    use super::*;

    #[test]
    fn meta_07_numbers_that_nobody_can_repeat_are_listed() {
        let [thread, ..] = SOURCES;
        let text = format!("fn a() {{\n    let b = {thread});\n    let c = seeded(7);\n}}\n");
        let found = check(&[file("crates/a/tests/a.rs", &text), file("a.md", &text)]);
        assert_eq!(found.len(), 1);
        assert!(found[0].starts_with("crates/a/tests/a.rs:2: "), "{found:?}");
    }
}
