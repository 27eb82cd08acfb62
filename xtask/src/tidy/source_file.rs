//! A file of the project, as the checks see it.

/// A file of the project that git would commit.
#[derive(Debug)]
pub(super) struct SourceFile {
    /// Its path, relative to the root, with `/`.
    pub(super) path: String,
    /// Its text; bytes that are not UTF-8 are replaced.
    pub(super) text: String,
}

impl SourceFile {
    pub(super) fn is_rust(&self) -> bool {
        self.path.ends_with(".rs")
    }
}

#[cfg(test)]
pub(super) fn file(path: &str, text: &str) -> SourceFile {
    SourceFile { path: path.to_owned(), text: text.to_owned() }
}
