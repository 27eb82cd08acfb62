//! Inputs of the client's short methods, in which borrowed and owned texts mix.

use ext_wire::{
    Blob,
    ops::{ai::OcrInput, vdfs::NewEntry},
};

/// An entry to be made by [`create_entry`](crate::SpacedriveClient::create_entry). Each field takes any
/// text: `"…"`, `format!(…)`, a `Cow`.
///
/// An entry with metadata or content is an [`ops::vdfs::NewEntry`](NewEntry), for
/// [`create_entry_with`](crate::client::Vdfs::create_entry_with).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreateEntryInput<N = String, P = String, T = String> {
    /// Its name; 1 to 255 bytes, no `/`, no control characters.
    pub name: N,
    /// Its path, which is its identity: relative, segments joined by `/`; 1 to 1024 bytes.
    pub path: P,
    /// Its type: a word such as `receipt` or `FinancialDocument`.
    pub entry_type: T,
}

impl<N, P, T> From<CreateEntryInput<N, P, T>> for NewEntry
where
    N: Into<String>,
    P: Into<String>,
    T: Into<String>,
{
    fn from(input: CreateEntryInput<N, P, T>) -> Self {
        Self::new(input.name, input.path, input.entry_type)
    }
}

/// Options of [`ocr`](crate::SpacedriveClient::ocr); the default reads all pages, as text only.
///
/// ```
/// use spacedrive_sdk::prelude::*;
///
/// let options = OcrOptions { pages: Some(vec![1]), ..Default::default() };
/// assert!(!options.lines);
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OcrOptions {
    /// Pages of a PDF to read, from 1; `None`: all of them.
    pub pages: Option<Vec<u32>>,
    /// True to return rows with boxes and confidences.
    pub lines: bool,
    /// Language of the text, ISO 639: `de`, `deu`; `None`: whatever the engine reads.
    pub language: Option<String>,
    /// The engine that is to read it: `pp-ocr` or `tesseract`; `None`: the host's default.
    pub engine: Option<String>,
    /// Steps of preprocessing, of `orientation`, `deskew`, `contrast`; `None`: orientation and deskew.
    pub preprocessing: Option<Vec<String>>,
    /// Name of a setting of this extension that is a secret: passwords that are tried on an encrypted PDF.
    pub passwords: Option<String>,
    /// Another form to return as well: `hocr` or `tsv`.
    pub format: Option<String>,
}

impl OcrOptions {
    /// Makes the input of the operation, which reads `data` with these options.
    #[must_use]
    pub fn with_data(self, data: impl Into<Blob>) -> OcrInput {
        let Self { pages, lines, language, engine, preprocessing, passwords, format } = self;
        let data = data.into();
        OcrInput { data, pages, lines, language, engine, preprocessing, passwords, format }
    }
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::*;

    #[test]
    fn texts_of_all_kinds_mix_in_one_literal() {
        let entry: NewEntry = CreateEntryInput {
            name: "Receipt",
            path: format!("receipts/{}.eml", 1),
            entry_type: Cow::Borrowed("FinancialDocument"),
        }
        .into();
        assert_eq!(entry, NewEntry::new("Receipt", "receipts/1.eml", "FinancialDocument"));
    }

    #[test]
    fn options_are_the_input_without_its_data() {
        let options = OcrOptions { lines: true, language: Some("de".into()), ..Default::default() };
        let input = options.with_data("x");
        assert_eq!(
            OcrInput { lines: true, language: Some("de".into()), ..OcrInput::new("x") },
            input
        );
    }
}
