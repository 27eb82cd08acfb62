//! Texts in the code of an extension, which tell the operations that it may call and offer.

use std::path::Path;

use ext_manager::{LoadError, ModuleContents, PackageFiles};
use ext_manifest::Manifest;
use ext_wire::Method;

/// Ending of the files that a runtime reads code from.
const SCRIPT: &str = ".py";

/// The code of an extension, as far as it is looked into: a wasm, or the scripts that a runtime runs. The
/// interpreter is nobody's code.
pub(crate) enum CodeTexts {
    /// A module.
    Wasm(ModuleContents),
    /// The text of all scripts.
    Scripts(String),
}

impl CodeTexts {
    /// Takes the contents of the wasm, or reads the scripts in the folder.
    ///
    /// # Errors
    /// [`LoadError::Files`] when a script cannot be read.
    pub(crate) fn of(
        manifest: &Manifest,
        contents: ModuleContents,
        folder: &Path,
    ) -> Result<Self, LoadError> {
        if manifest.wasi().runtime().is_none() {
            return Ok(Self::Wasm(contents));
        }
        let files = PackageFiles::read(manifest, folder)?;
        let scripts = files.iter().filter(|(path, _)| path.ends_with(SCRIPT));
        let texts = scripts.map(|(_, bytes)| without_comments(&String::from_utf8_lossy(bytes)));
        Ok(Self::Scripts(texts.collect()))
    }

    /// Returns the name of the place that the texts stand in, for people.
    pub(crate) const fn place(&self) -> &'static str {
        match self {
            Self::Wasm(_) => "the wasm",
            Self::Scripts(_) => "the scripts",
        }
    }

    /// Returns whether the code may call an operation: as `query:vdfs.get_entry.v1`, in scripts also as
    /// `vdfs.get_entry`.
    pub(crate) fn may_call(&self, method: &str) -> bool {
        match self {
            Self::Wasm(contents) => contents.mentions(method),
            Self::Scripts(text) => {
                let short = Method::parse(method).ok().filter(|it| it.version() == 1);
                text.contains(method) || short.is_some_and(|it| has_word(text, it.name()))
            }
        }
    }

    /// Returns whether the code names an operation that it offers, in one of the forms that the SDKs take:
    /// `query:notes.count.v1`, `notes.count.v1`, `notes.add.input.v1`, `notes.add.v1`.
    pub(crate) fn may_offer(&self, method: &str) -> bool {
        let full = method.split_once(':').map_or(method, |(_, name)| name).to_owned();
        let parsed = Method::parse(method);
        let short = parsed.map(|it| format!("{}.v{}", it.name(), it.version())).ok();
        std::iter::once(full).chain(short).any(|name| match self {
            Self::Wasm(contents) => contents.mentions(&name),
            Self::Scripts(text) => has_word(text, &name),
        })
    }
}

/// Leaves out the lines that are comments as a whole.
fn without_comments(text: &str) -> String {
    let lines = text.lines().filter(|line| !line.trim_start().starts_with('#'));
    lines.flat_map(|line| [line, "\n"]).collect()
}

/// Returns whether a name stands in a text, and not as the part of a longer one.
fn has_word(text: &str, name: &str) -> bool {
    let goes_on = |part: Option<char>| part.is_some_and(|it| it.is_alphanumeric() || it == '_');
    text.match_indices(name).any(|(at, _)| {
        let before = text.get(..at).and_then(|before| before.chars().next_back());
        let after = text.get(at + name.len()..).and_then(|after| after.chars().next());
        !goes_on(before) && !goes_on(after)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scripts(text: &str) -> CodeTexts {
        CodeTexts::Scripts(without_comments(text))
    }

    #[test]
    fn calls_of_scripts_are_found_by_both_names() {
        for (text, method, expected) in [
            ("client.vdfs.list_entries({})", "query:vdfs.list_entries.v1", true),
            ("call('query:vdfs.list_entries.v1')", "query:vdfs.list_entries.v1", true),
            ("client.vdfs.update_metadata(x)", "action:vdfs.update_metadata.input.v1", true),
            ("client.vdfs.list_entries_of(x)", "query:vdfs.list_entries.v1", false),
            ("myvdfs.list_entries(x)", "query:vdfs.list_entries.v1", false),
            ("  # client.vdfs.list_entries", "query:vdfs.list_entries.v1", false),
            ("client.vdfs.list_entries({})", "query:vdfs.list_entries.v2", false),
        ] {
            assert_eq!(scripts(text).may_call(method), expected, "{text}: {method}");
        }
    }

    #[test]
    fn functions_of_scripts_are_found_as_the_sdk_names_them() {
        for (text, method, expected) in [
            ("@query(\"notes.count.v1\")", "query:notes.count.v1", true),
            ("@action(\"notes.add.v1\")", "action:notes.add.input.v1", true),
            ("@action(\"notes.add.input.v1\")", "action:notes.add.input.v1", true),
            ("@query(\"notes.count.v1\")", "query:notes.ghost.v1", false),
            ("@query(\"notes.count.v12\")", "query:notes.count.v1", false),
        ] {
            assert_eq!(scripts(text).may_offer(method), expected, "{text}: {method}");
        }
    }
}
