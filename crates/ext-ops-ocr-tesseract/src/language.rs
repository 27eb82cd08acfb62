//! Tesseract's names of languages.

use ext_services::ocr::OcrError;

/// ISO 639-1 and tesseract's name, which is ISO 639-2/T but for Chinese.
const NAMES: &[(&str, &str)] = &[
    ("ar", "ara"),
    ("bg", "bul"),
    ("ca", "cat"),
    ("cs", "ces"),
    ("da", "dan"),
    ("de", "deu"),
    ("el", "ell"),
    ("en", "eng"),
    ("es", "spa"),
    ("et", "est"),
    ("fi", "fin"),
    ("fr", "fra"),
    ("he", "heb"),
    ("hi", "hin"),
    ("hr", "hrv"),
    ("hu", "hun"),
    ("it", "ita"),
    ("ja", "jpn"),
    ("ko", "kor"),
    ("lt", "lit"),
    ("lv", "lav"),
    ("ms", "msa"),
    ("nl", "nld"),
    ("no", "nor"),
    ("pl", "pol"),
    ("pt", "por"),
    ("ro", "ron"),
    ("ru", "rus"),
    ("sk", "slk"),
    ("sl", "slv"),
    ("sr", "srp"),
    ("sv", "swe"),
    ("th", "tha"),
    ("tr", "tur"),
    ("uk", "ukr"),
    ("vi", "vie"),
    ("zh", "chi_sim"),
    ("zho", "chi_sim"),
];

/// Returns Tesseract's name for a language; English without one.
///
/// # Errors
/// Not two or three lower-case letters, or two that are not known here.
pub(crate) fn name(code: Option<&str>) -> Result<String, OcrError> {
    let code = code.unwrap_or("en");
    if let Some((_, name)) = NAMES.iter().find(|(short, _)| *short == code) {
        return Ok((*name).to_owned());
    }
    if code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_lowercase()) {
        return Ok(code.to_owned());
    }
    let code = code.escape_debug();
    Err(OcrError::Option(format!(
        "`{code}` is not a valid language: write `de` or `deu` (ISO 639)"
    )))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_become_names() {
        for (code, expected) in
            [(None, "eng"), (Some("de"), "deu"), (Some("zh"), "chi_sim"), (Some("isl"), "isl")]
        {
            assert_eq!(name(code).unwrap(), expected);
        }
        for code in ["", "xx", "DE", "--psm", "../", "deu+eng"] {
            assert!(matches!(name(Some(code)), Err(OcrError::Option(_))), "{code}");
        }
    }
}
