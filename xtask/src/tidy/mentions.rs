//! Each error code and each built-in method has its place in the documents, and each error code that a
//! document or a comment names exists.

use super::source_file::SourceFile;

/// A rule about names: their source, a function that finds them there, and the document that has to
/// explain them.
struct Rule {
    what: &'static str,
    source: &'static str,
    names: fn(&str) -> Vec<&str>,
    document: &'static str,
}

/// The file that has all error codes.
const CODES: &str = "crates/ext-abi/src/code.rs";

const RULES: &[Rule] = &[
    Rule { what: "error code", source: CODES, names: error_codes, document: "docs/errors.md" },
    Rule {
        what: "method",
        source: "crates/ext-wire/src/ops/",
        names: methods,
        document: "docs/operations.md",
    },
];

/// Lists the error codes between backticks that do not exist. `E_NET_*` stands for several.
pub(super) fn unknown_codes(files: &[SourceFile]) -> Vec<String> {
    let source = files.iter().find(|file| file.path == CODES);
    let known = source.map(|file| error_codes(code(&file.text))).unwrap_or_default();
    let is_read = |file: &&SourceFile| file.is_rust() || file.path.ends_with(".md");
    let problems = |file: &SourceFile| {
        let text = if file.is_rust() { code(&file.text) } else { &file.text };
        let named = text.split('`').skip(1).step_by(2).filter(|name| is_code(name));
        let unknown = named.filter(|name| !known.contains(name));
        unknown.map(|name| format!("{}: there is no error code `{name}`", file.path)).collect()
    };
    files.iter().filter(is_read).flat_map::<Vec<_>, _>(problems).collect()
}

/// Lists the names that their document does not mention.
pub(super) fn check(files: &[SourceFile]) -> Vec<String> {
    RULES.iter().flat_map(|rule| check_rule(rule, files)).collect()
}

fn check_rule(rule: &Rule, files: &[SourceFile]) -> Vec<String> {
    let sources = files.iter().filter(|file| file.is_rust() && file.path.starts_with(rule.source));
    let mut names: Vec<&str> = sources.flat_map(|file| (rule.names)(code(&file.text))).collect();
    names.sort_unstable();
    names.dedup();
    if names.is_empty() {
        return vec![format!("{}: no {} found", rule.source, rule.what)];
    }
    let Some(document) = files.iter().find(|file| file.path == rule.document) else {
        return vec![format!("{}: missing; it explains each {}", rule.document, rule.what)];
    };
    let unexplained = names.iter().filter(|name| !mentions(&document.text, name));
    let problem = |name| format!("{}: does not mention the {} `{name}`", rule.document, rule.what);
    unexplained.map(problem).collect()
}

/// Returns the part before the tests, whose names are made up.
fn code(text: &str) -> &str {
    text.split("#[cfg(test)]").next().unwrap_or_default()
}

fn error_codes(text: &str) -> Vec<&str> {
    literals(text).filter(|word| is_code(word)).collect()
}

fn is_code(word: &str) -> bool {
    word.starts_with("E_") && word.len() > 2 && word.chars().all(is_upper_snake)
}

fn is_upper_snake(c: char) -> bool {
    c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_'
}

fn methods(text: &str) -> Vec<&str> {
    let is_method = |word: &&str| {
        let name = word.strip_prefix("query:").or_else(|| word.strip_prefix("action:"));
        name.is_some_and(|name| name.contains(".v") && name.chars().all(is_method_character))
    };
    literals(text).filter(is_method).collect()
}

fn is_method_character(c: char) -> bool {
    c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_' || c == '.'
}

/// Lists the texts between double quotes on one line of code; comments are skipped.
fn literals(text: &str) -> impl Iterator<Item = &str> {
    let lines = text.lines().filter(|line| !line.trim_start().starts_with("//"));
    lines.flat_map(|line| line.split('"').skip(1).step_by(2))
}

/// True if `name` stands in the text and is not just part of a longer name.
fn mentions(text: &str, name: &str) -> bool {
    let is_inside = |c: char| c.is_ascii_alphanumeric() || c == '_';
    text.match_indices(name).any(|(start, found)| {
        let before = text.get(..start).and_then(|text| text.chars().next_back());
        let after = text.get(start + found.len()..).and_then(|text| text.chars().next());
        !before.is_some_and(is_inside) && !after.is_some_and(is_inside)
    })
}

#[cfg(test)]
mod tests {
    use super::super::source_file::file;
    use super::*;

    #[test]
    fn error_codes_are_found() {
        let text =
            "/// \"E_IN_A_COMMENT\"\nAbi = 1, \"E_ABI\";\nOK = 0, \"OK\"; X = 2, \"E_lower\";";
        assert_eq!(error_codes(text), ["E_ABI"]);
    }

    #[test]
    fn methods_are_found() {
        let text = r#"
            const METHOD: &str = "query:ai.ocr.v1";
            wire!(A, "action:vdfs.write_sidecar.input.v1", "query:", "query:<name>.v<N>");
        "#;
        assert_eq!(methods(text), ["query:ai.ocr.v1", "action:vdfs.write_sidecar.input.v1"]);
    }

    #[test]
    fn names_of_tests_do_not_count() {
        let text = "const A: &str = \"E_A\";\n#[cfg(test)]\nmod tests { \"E_B\" }";
        assert_eq!(error_codes(code(text)), ["E_A"]);
    }

    #[test]
    fn part_of_a_longer_name_is_no_mention() {
        assert!(mentions("`E_ABI`: the guest", "E_ABI"));
        assert!(!mentions("`E_ABI_RANGE`: the guest", "E_ABI"));
        assert!(!mentions("query:ai.ocr.v12", "query:ai.ocr.v1"));
        assert!(mentions("`E_ABI_RANGE`, E_ABI", "E_ABI"));
    }

    #[test]
    fn meta_08_what_is_not_explained_is_listed() {
        let files = [
            file("crates/ext-abi/src/code.rs", r#""E_A" "E_B""#),
            file("docs/errors.md", "# Errors\n\n## `E_A`\n"),
            file("crates/ext-wire/src/ops/ai.rs", r#""query:ai.ocr.v1""#),
        ];
        let expected = [
            "docs/errors.md: does not mention the error code `E_B`",
            "docs/operations.md: missing; it explains each method",
        ];
        assert_eq!(check(&files), expected);
    }

    #[test]
    fn a_code_that_does_not_exist_is_listed() {
        let files = [
            file("crates/ext-abi/src/code.rs", r#""E_A" "E_NET_B""#),
            file("docs/errors.md", "`E_A`, `E_NET_*`, E_C and\n`E_D`"),
            file("crates/ext-wire/src/ops/ai.rs", "/// Errors: `E_NET_B`; `E_B`."),
        ];
        let expected = [
            "docs/errors.md: there is no error code `E_D`",
            "crates/ext-wire/src/ops/ai.rs: there is no error code `E_B`",
        ];
        assert_eq!(unknown_codes(&files), expected);
    }

    #[test]
    fn a_rule_that_finds_no_names_is_a_problem() {
        assert_eq!(check(&[]).len(), 2);
    }
}
