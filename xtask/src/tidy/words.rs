//! Nothing in the project names the place where it was written, or depends on one registry's host.

use super::source_file::SourceFile;

/// Put together here, so that this file itself is clean.
const FORBIDDEN: &[(&str, &str)] = &[
    (concat!("/wo", "rk/"), "a path of one machine"),
    (concat!("/tmp/br", "ief"), "a path of one machine"),
    (concat!("crates", ".io"), "the host of a registry"),
    (concat!("pypi", ".org"), "the host of a registry"),
    (concat!("python", "hosted.org"), "the host of a registry"),
    (concat!("deb.debian", ".org"), "the host of a registry"),
    (concat!("security.debian", ".org"), "the host of a registry"),
    (concat!("npm", "js."), "the host of a registry"),
    (concat!("proxy.golang", ".org"), "the host of a registry"),
];

/// Files that are written by tools, which name their registry.
const EXEMPT: &[&str] = &["Cargo.lock"];

/// Lists where a forbidden word stands.
pub(super) fn check(files: &[SourceFile]) -> Vec<String> {
    let exempt = |path: &str| path.rsplit('/').next().is_some_and(|name| EXEMPT.contains(&name));
    let checked = files.iter().filter(|file| !exempt(&file.path));
    checked.flat_map(check_file).collect()
}

fn check_file(file: &SourceFile) -> Vec<String> {
    let mut problems = Vec::new();
    for (index, line) in file.text.lines().enumerate() {
        for (word, reason) in FORBIDDEN.iter().filter(|(word, _)| names(line, word)) {
            problems.push(format!("{}:{}: `{word}` is {reason}", file.path, index + 1));
        }
    }
    problems
}

/// Returns true if the line has `word`, not as the end of a longer one: `src/network/` is not a path of
/// ours.
fn names(line: &str, word: &str) -> bool {
    line.match_indices(word).any(|(start, _)| {
        let before = line.get(..start).and_then(|text| text.chars().next_back());
        !before.is_some_and(char::is_alphanumeric)
    })
}

#[cfg(test)]
mod tests {
    use super::super::source_file::file;
    use super::*;

    #[test]
    fn a_forbidden_word_is_reported_with_its_line() {
        for (word, reason) in FORBIDDEN {
            let problems = check(&[file("a.md", &format!("fine\nsee {word} there\n"))]);
            assert_eq!(problems, [format!("a.md:2: `{word}` is {reason}")]);
        }
    }

    #[test]
    fn longer_words_are_fine() {
        let path = concat!("net", "/wo", "rk/");
        assert_eq!(check(&[file("a.md", &format!("src{path} and my-crates{}", "_io"))]), [""; 0]);
    }

    #[test]
    fn lock_files_are_exempt() {
        let text = FORBIDDEN.iter().map(|(word, _)| *word).collect::<String>();
        let files = [file("Cargo.lock", &text), file("benches/peers/Cargo.lock", &text)];
        assert_eq!(check(&files), [""; 0]);
        assert!(!check(&[file("a/my-Cargo.lock", &text)]).is_empty());
    }
}
