//! The error of a manifest that cannot be read or is not valid.

use std::{fmt, io, path::PathBuf};

use ext_wire::{ErrorCode, text::is_hidden};
use thiserror::Error;

use crate::size::MAX_MANIFEST_BYTES;

/// The reason why there is no manifest: what is wrong where, and what would be right.
///
/// Text that comes from the file is truncated and cleaned of control characters, so that a message
/// can be printed to a terminal as it is.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ManifestError {
    /// A field is missing, unknown, duplicate, or has a value that is not valid.
    #[error("manifest: `{field}`: {problem}{}", Hint(hint))]
    Field {
        /// The path of the field: `permissions.methods[0]`.
        field: String,
        /// The problem.
        problem: String,
        /// The advice, where `problem` does not imply it.
        hint: Option<String>,
    },
    /// The file is not valid JSON.
    #[error("manifest: line {line}, column {column}: {problem}{}", Hint(hint))]
    Syntax {
        /// The line, from 1.
        line: usize,
        /// The column, from 1.
        column: usize,
        /// The problem.
        problem: String,
        /// The advice, where there is some.
        hint: Option<String>,
    },
    /// The file is too long.
    #[error("manifest: the file is longer than {MAX_MANIFEST_BYTES} bytes")]
    TooLarge,
    /// The folder does not exist.
    #[error("there is no folder {}: a folder with manifest.json and the .wasm is needed", .0.display())]
    NoFolder(PathBuf),
    /// The path is not a folder.
    #[error("{} is not a folder: a folder with manifest.json and the .wasm is needed", .0.display())]
    NotFolder(PathBuf),
    /// The folder has no manifest.
    #[error("there is no manifest.json in {}: a folder with manifest.json and the .wasm is needed", .0.display())]
    NoManifest(PathBuf),
    /// The file cannot be read.
    #[error("{} cannot be read: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// The cause.
        source: io::Error,
    },
}

impl ManifestError {
    /// Returns the code of all variants: [`ErrorCode::Manifest`].
    #[must_use]
    pub const fn code(&self) -> ErrorCode {
        ErrorCode::Manifest
    }

    pub(crate) fn field(field: impl fmt::Display, problem: impl fmt::Display) -> Self {
        Self::Field { field: clean(field), problem: clean(problem), hint: None }
    }

    pub(crate) fn syntax(line: usize, column: usize, problem: impl fmt::Display) -> Self {
        Self::Syntax { line, column, problem: clean(problem), hint: None }
    }

    pub(crate) fn with_hint(mut self, text: Option<String>) -> Self {
        if let Self::Field { hint, .. } | Self::Syntax { hint, .. } = &mut self {
            *hint = text;
        }
        self
    }
}

/// A hint in parentheses, or nothing.
struct Hint<'a>(&'a Option<String>);

impl fmt::Display for Hint<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.as_ref().map_or(Ok(()), |hint| write!(f, " ({hint})"))
    }
}

/// The longest piece of a message that may hold text of the file, in characters.
const MAX_SHOWN: usize = 400;

/// Escapes what a terminal would act on, and truncates.
fn clean(text: impl fmt::Display) -> String {
    let text = text.to_string();
    let mut shown = String::new();
    for c in text.chars().take(MAX_SHOWN) {
        if is_hidden(c) { shown.extend(c.escape_unicode()) } else { shown.push(c) }
    }
    if text.chars().nth(MAX_SHOWN).is_some() {
        shown.push('…');
    }
    shown
}
