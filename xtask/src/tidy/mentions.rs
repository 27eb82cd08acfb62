//! Each error code and each built-in method has its place in the documents.

use super::source_file::SourceFile;

/// A rule about names: their source, a function that finds them there, and the document that has to
/// explain them.
struct Rule {
    what: &'static str,
    source: &'static str,
    names: fn(&str) -> Vec<&str>,
    document: &'static str,
}

const RULES: &[Rule] = &[
    Rule {
        what: "error code",
        source: "crates/ext-abi/src/code.rs",
        names: error_codes,
        document: "docs/errors.md",
    },
    Rule {
        what: "method",
        source: "crates/ext-wire/src/ops/",
        names: methods,
        document: "docs/operations.md",
    },
];

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
    let is_code = |word: &&str| word.starts_with("E_") && word.len() > 2;
    literals(text).filter(is_code).filter(|word| word.chars().all(is_upper_snake)).collect()
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
    fn a_rule_that_finds_no_names_is_a_problem() {
        assert_eq!(check(&[]).len(), 2);
    }
}
