//! The parts of a Rust file that checks of prose look at: its documentation and its string literals.

use super::length::{is_test_file, lines_of_code};
use super::source_file::SourceFile;

/// A piece of prose in a Rust file.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Prose {
    /// The line where it begins, from 1.
    pub(super) line: usize,
    pub(super) text: String,
    /// True for a module, a `pub` item, a variant, and a method that a trait asks for.
    pub(super) public: bool,
}

/// Lists the heads of modules in all Rust files, each with its path.
pub(super) fn heads(files: &[SourceFile]) -> impl Iterator<Item = (&str, Prose)> {
    let rust = files.iter().filter(|file| file.is_rust());
    rust.filter_map(|file| Some((file.path.as_str(), head(&file.text)?)))
}

/// Lists the documentation of items in all Rust files, tests left out.
pub(super) fn docs(files: &[SourceFile]) -> impl Iterator<Item = (&str, Prose)> {
    code(files).flat_map(|(path, text)| doc_blocks(text).into_iter().map(move |doc| (path, doc)))
}

/// Lists the string literals in all Rust files, tests left out.
pub(super) fn strings(files: &[SourceFile]) -> impl Iterator<Item = (&str, Prose)> {
    code(files).flat_map(|(path, text)| literals(text).into_iter().map(move |text| (path, text)))
}

fn code(files: &[SourceFile]) -> impl Iterator<Item = (&str, &str)> {
    let code = files.iter().filter(|file| file.is_rust() && !is_test_file(&file.path));
    code.map(|file| (file.path.as_str(), before_tests(&file.text)))
}

/// Returns the text before the test module.
fn before_tests(text: &str) -> &str {
    let lines = text.split_inclusive('\n').take(lines_of_code(text));
    text.get(..lines.map(str::len).sum()).unwrap_or(text)
}

/// Returns the first paragraph of `//!`.
fn head(text: &str) -> Option<Prose> {
    let mut lines = text.lines().enumerate().skip_while(|(_, line)| line.trim().is_empty());
    let (first, _) = lines.clone().next()?;
    let paragraph = lines.by_ref().map_while(|(_, line)| line.trim().strip_prefix("//!"));
    let text = joined(paragraph.take_while(|line| !line.trim().is_empty()));
    (!text.is_empty()).then_some(Prose { line: first + 1, text, public: true })
}

/// Lists the runs of lines with `///`.
fn doc_blocks(text: &str) -> Vec<Prose> {
    let lines: Vec<&str> = text.lines().map(str::trim_start).collect();
    let mut blocks = Vec::new();
    let mut line = 0;
    for block in lines.chunk_by(|one, next| one.starts_with("///") == next.starts_with("///")) {
        let after = line + block.len();
        let text = joined(block.iter().filter_map(|line| line.strip_prefix("///")));
        if !text.is_empty() {
            let public = is_public(lines.get(after..).unwrap_or_default());
            blocks.push(Prose { line: line + 1, text, public });
        }
        line = after;
    }
    blocks
}

/// Returns true if the first item of these lines may be used from outside, as far as a line tells.
fn is_public(lines: &[&str]) -> bool {
    let mut depth = 0_usize;
    let item = lines.iter().position(|line| {
        let within = depth > 0 || line.starts_with("#[");
        depth = (depth + line.matches('[').count()).saturating_sub(line.matches(']').count());
        let is_item = !within && !line.is_empty() && !line.starts_with("//");
        depth = if within { depth } else { 0 };
        is_item
    });
    let Some((first, rest)) = item.and_then(|at| lines.get(at..)?.split_first()) else {
        return false;
    };
    let is_variant = first.starts_with(char::is_uppercase);
    first.starts_with("pub ") || is_variant || (first.starts_with("fn ") && is_asked(first, rest))
}

/// Returns true if a function has no body.
fn is_asked(first: &str, rest: &[&str]) -> bool {
    let mut ends = [first].into_iter().chain(rest.iter().copied()).flat_map(str::chars);
    ends.find(|c| matches!(c, '{' | ';')) == Some(';')
}

fn joined<'a>(lines: impl Iterator<Item = &'a str>) -> String {
    lines.flat_map(str::split_whitespace).collect::<Vec<_>>().join(" ")
}

/// Lists the string literals, raw or not, as they are written between their quotes.
fn literals(text: &str) -> Vec<Prose> {
    let mut found = Vec::new();
    let mut line = 1;
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let (length, literal) = token(rest, first);
        let (token, after) = rest.split_at(length);
        found.extend(literal.map(|text| Prose { line, text: text.to_owned(), public: false }));
        line += token.matches('\n').count();
        rest = after;
    }
    found
}

/// Returns the length of the token that `rest` begins with, and the text of a string literal.
fn token(rest: &str, first: char) -> (usize, Option<&str>) {
    if rest.starts_with("//") {
        return (rest.find('\n').unwrap_or(rest.len()), None);
    }
    if let Some(literal) = raw_string(rest) {
        return literal;
    }
    match first {
        '"' => string(rest),
        '\'' => (character(rest), None),
        letter if is_word(letter) => (rest.find(|c| !is_word(c)).unwrap_or(rest.len()), None),
        other => (other.len_utf8(), None),
    }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Reads a literal in double quotes, in which `\` hides the next character.
fn string(rest: &str) -> (usize, Option<&str>) {
    let mut hidden = false;
    let end = rest.char_indices().skip(1).find(|(_, c)| {
        let closes = *c == '"' && !hidden;
        hidden = *c == '\\' && !hidden;
        closes
    });
    let end = end.map_or(rest.len(), |(at, _)| at);
    ((end + 1).min(rest.len()), rest.get(1..end))
}

/// Reads a raw literal; `None` if `rest` begins with none.
fn raw_string(rest: &str) -> Option<(usize, Option<&str>)> {
    let after = rest.strip_prefix("br").or_else(|| rest.strip_prefix('r'))?;
    let hashes = after.len() - after.trim_start_matches('#').len();
    let body = after.get(hashes..)?.strip_prefix('"')?;
    let start = rest.len() - body.len();
    let close = format!("\"{}", "#".repeat(hashes));
    let end = body.find(&close).unwrap_or(body.len());
    Some(((start + end + close.len()).min(rest.len()), body.get(..end)))
}

/// Returns the length of a character literal, or of the quote of a lifetime.
fn character(rest: &str) -> usize {
    let mut chars = rest.char_indices().skip(1);
    let first = chars.next().map(|(_, c)| c);
    let close = match first {
        Some('\\') => rest.get(3..).and_then(|rest| rest.find('\'')).map(|at| at + 3),
        _ => chars.next().filter(|(_, c)| *c == '\'').map(|(at, _)| at),
    };
    close.map_or(1, |at| at + 1)
}

#[cfg(test)]
mod tests {
    use super::super::source_file::file;
    use super::*;

    fn texts(prose: Vec<Prose>) -> Vec<(usize, String)> {
        prose.into_iter().map(|prose| (prose.line, prose.text)).collect()
    }

    #[test]
    fn a_head_is_the_first_paragraph() {
        let prose = head("\n//! A gate\n//! for calls.\n//!\n//! More.\n").unwrap();
        assert_eq!((prose.line, prose.text.as_str()), (2, "A gate for calls."));
        assert_eq!(head("// A gate.\n"), None);
        assert_eq!(head(""), None);
    }

    #[test]
    fn public_is_what_may_be_used_from_outside() {
        let public = |item: &str| doc_blocks(&format!("/// A.\n{item}")).remove(0).public;
        for item in
            ["pub fn a() {}", "#[cfg(\n    unix,\n)]\npub a: u8,", "    Variant,", "fn a(\n);"]
        {
            assert!(public(item), "{item}");
        }
        for item in ["fn a() {}", "pub(crate) fn a() {}", "field: [u8; 3],", "", "impl A {}"] {
            assert!(!public(item), "{item}");
        }
    }

    #[test]
    fn a_block_of_documentation_is_one_text() {
        let text = "/// One\n/// two.\nfn a() {}\n\n    /// Three.\n    b: u8,\n//// No.\n///\n";
        let expected = [(1, "One two.".to_owned()), (5, "Three.".to_owned())];
        let found: Vec<_> = texts(doc_blocks(text)).into_iter().take(2).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn literals_are_found_and_nothing_else() {
        let text = r##"
            // "a comment"
            let a: &'static str = "one"; let quote = '"'; let escaped = ['\'', '\\', '\u{22}'];
            let b = r#"two "quoted" words"#; let c = b"three\" \\"; let r#type = br"four";
            error("five \
                lines"); let end = "six";
        "##;
        let found = texts(literals(text));
        let lines: Vec<usize> = found.iter().map(|(line, _)| *line).collect();
        assert_eq!(lines, [3, 4, 4, 4, 5, 6]);
        let words: Vec<&str> = found.iter().map(|(_, text)| text.as_str()).collect();
        assert_eq!(words[..4], ["one", "two \"quoted\" words", "three\\\" \\\\", "four"]);
        assert_eq!(words[5], "six");
    }

    #[test]
    fn a_literal_without_end_ends_with_the_file() {
        assert_eq!(texts(literals("a \"b")), [(1, "b".to_owned())]);
        assert_eq!(texts(literals("r#\"b")), [(1, "b".to_owned())]);
        assert_eq!(texts(literals("'")), []);
    }

    #[test]
    fn tests_are_left_out() {
        let text = "/// A.\nconst A: &str = \"a\";\n#[cfg(test)]\nmod tests {\n/// B.\n\"b\"}\n";
        let files = [file("src/a.rs", text), file("tests/a.rs", text), file("a.md", text)];
        assert_eq!(docs(&files).count(), 1);
        assert_eq!(strings(&files).count(), 1);
    }
}
