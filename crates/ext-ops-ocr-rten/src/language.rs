//! Languages that a caller may name, and whether the recogniser knows their letters.

use ext_services::ocr::OcrError;

use crate::ctc::Alphabet;

/// Languages that are not written with Latin letters, by both codes of ISO 639, and a letter of each.
const OTHER_SCRIPTS: &[(&str, &str, char)] = &[
    ("ar", "ara", 'ع'),
    ("be", "bel", 'ж'),
    ("bg", "bul", 'ж'),
    ("bn", "ben", 'ক'),
    ("el", "ell", 'ω'),
    ("fa", "fas", 'ع'),
    ("he", "heb", 'א'),
    ("hi", "hin", 'क'),
    ("ja", "jpn", 'の'),
    ("ka", "kat", 'ა'),
    ("ko", "kor", '가'),
    ("ru", "rus", 'ж'),
    ("sr", "srp", 'ж'),
    ("ta", "tam", 'க'),
    ("th", "tha", 'ก'),
    ("uk", "ukr", 'ж'),
    ("ur", "urd", 'ع'),
    ("zh", "zho", '的'),
];

/// A language by its code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Language<'a> {
    code: &'a str,
}

impl<'a> Language<'a> {
    /// Reads a code of ISO 639.
    /// # Errors
    /// Not two or three lower-case letters.
    pub(crate) fn parse(code: &'a str) -> Result<Self, OcrError> {
        if matches!(code.len(), 2 | 3) && code.bytes().all(|byte| byte.is_ascii_lowercase()) {
            return Ok(Self { code });
        }
        let code = code.escape_debug();
        Err(OcrError::Option(format!(
            "`{code}` is not a valid language: write `de` or `deu` (ISO 639)"
        )))
    }

    /// Checks that the recogniser knows the letters of the language.
    /// # Errors
    /// The recogniser does not know the letters.
    pub(crate) fn check(self, alphabet: &Alphabet) -> Result<(), OcrError> {
        match letter(self.code) {
            Some(letter) if !alphabet.has(letter) => Err(OcrError::Option(format!(
                "this engine does not read the letters of `{}`: choose the engine `tesseract`",
                self.code
            ))),
            _ => Ok(()),
        }
    }

    /// Returns whether a text in this language has Chinese, Japanese or Korean characters.
    pub(crate) fn writes_ideographs(code: &str) -> bool {
        matches!(code, "zh" | "zho" | "ja" | "jpn" | "ko" | "kor")
    }
}

fn letter(code: &str) -> Option<char> {
    let found = OTHER_SCRIPTS.iter().find(|(two, three, _)| code == *two || code == *three);
    found.map(|(_, _, letter)| *letter)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_checked() {
        assert!(Language::parse("de").is_ok() && Language::parse("deu").is_ok());
        for code in ["", "d", "DE", "german", "../x", "de_"] {
            assert!(matches!(Language::parse(code), Err(OcrError::Option(_))), "{code}");
        }
    }

    #[test]
    fn unknown_letters_are_told() {
        let alphabet = Alphabet::new("a\nω\n");
        assert!(Language { code: "el" }.check(&alphabet).is_ok());
        assert!(Language { code: "de" }.check(&alphabet).is_ok());
        assert!(Language { code: "tha" }.check(&alphabet).is_err());
    }
}
