//! Currency codes of ISO 4217.

use ext_amounts::Currency;

/// Returns the code in upper case; `None` when the word is not one.
pub(crate) fn code(word: &str) -> Option<String> {
    Currency::of(&word.trim().to_ascii_uppercase()).map(|currency| currency.code().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_known_codes() {
        assert_eq!(code(" eur "), Some("EUR".to_owned()));
        assert_eq!(code("EU "), None);
        assert_eq!(code("A B"), None);
        assert_eq!(code("XYZ"), None);
    }
}
