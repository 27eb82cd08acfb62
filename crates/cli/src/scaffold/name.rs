//! Names of new extensions.

use std::path::Path;

use ext_wire::ErrorCode;

use crate::{args::Language, failure::Hinted};

/// Names that a crate cannot have: Rust's words, and crates that the template depends on.
const NO_CRATES: &[&str] = &[
    "abstract",
    "alloc",
    "as",
    "async",
    "await",
    "become",
    "box",
    "break",
    "const",
    "continue",
    "crate",
    "do",
    "dyn",
    "else",
    "enum",
    "extern",
    "false",
    "final",
    "fn",
    "for",
    "gen",
    "if",
    "impl",
    "in",
    "let",
    "loop",
    "macro",
    "match",
    "mod",
    "move",
    "mut",
    "override",
    "priv",
    "proc_macro",
    "pub",
    "ref",
    "return",
    "self",
    "serde",
    "serde_json",
    "spacedrive_sdk",
    "static",
    "std",
    "struct",
    "super",
    "test",
    "trait",
    "true",
    "try",
    "type",
    "typeof",
    "unsafe",
    "unsized",
    "use",
    "virtual",
    "where",
    "while",
    "yield",
];

/// Name of the module that the template in Go depends on.
const SDK_IN_GO: &str = "spacedrive";

/// The forms of an extension's name.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Name {
    /// Id in the manifest, and the name of the crate in code: `my_notes`.
    pub(super) id: String,
    /// Name of the package: `my-notes`.
    pub(super) package: String,
    /// Name for people: `My notes`.
    pub(super) title: String,
}

impl Name {
    /// Takes the name from the last part of the folder's path.
    pub(super) fn of_folder(folder: &Path, language: Language) -> anyhow::Result<Self> {
        // `.` and `..` have no name, and the folders that they mean do.
        let named = match folder.file_name() {
            Some(_) => folder.to_owned(),
            None => folder.canonicalize().unwrap_or_default(),
        };
        let last = named.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let package = last.to_ascii_lowercase();
        let id = package.replace('-', "_");
        if !ext_wire::is_segment(&id) {
            return Err(refusal(
                last,
                "it is not made of letters, digits and single `-` or `_`, a letter first",
            ));
        }
        if matches!(language, Language::Rust) && NO_CRATES.contains(&id.as_str()) {
            return Err(refusal(last, "a crate cannot be called so"));
        }
        if matches!(language, Language::Go) && id == SDK_IN_GO {
            return Err(refusal(last, "the module of the SDK is called so"));
        }
        let mut title = id.replace('_', " ");
        if let Some(first) = title.get_mut(..1) {
            first.make_ascii_uppercase();
        }
        Ok(Self { id, package, title })
    }
}

fn refusal(name: &str, reason: &str) -> anyhow::Error {
    Hinted::error(
        ErrorCode::BadInput,
        format_args!("`{name}` cannot be the name of an extension: {reason}"),
        "choose a name such as `my-notes`",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_a_form_for_each_place() {
        let name = Name::of_folder(Path::new("a b/My-Notes"), Language::Rust).unwrap();
        assert_eq!((name.id.as_str(), name.package.as_str()), ("my_notes", "my-notes"));
        assert_eq!(name.title, "My notes");
    }

    #[test]
    fn names_that_nothing_can_have_are_refused() {
        for name in ["", "/", "2do", "a b", "a--b", "-a", "a.b", "ü", "a/.."] {
            assert!(Name::of_folder(Path::new(name), Language::C).is_err(), "{name}");
        }
        for name in ["fn", "serde-json", "Test"] {
            assert!(Name::of_folder(Path::new(name), Language::Rust).is_err(), "{name}");
            assert!(Name::of_folder(Path::new(name), Language::C).is_ok(), "{name}");
        }
        assert!(Name::of_folder(Path::new("spacedrive"), Language::Go).is_err());
    }
}
