//! Words in a form that compares: lower case, without accents, without punctuation.

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// Folds a text to lower case without accents; `ß` is `ss`, `ł` is `l`, `ı` is `i`, `ς` is `σ`.
/// Punctuation stays.
pub(crate) fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase) {
        match letter {
            'ß' => out.push_str("ss"),
            'ς' => out.push('σ'),
            'ł' => out.push('l'),
            'ı' => out.push('i'),
            'ø' => out.push('o'),
            'æ' => out.push_str("ae"),
            'œ' => out.push_str("oe"),
            other => out.push(other),
        }
    }
    out
}

/// Returns the folded words of `text`: runs of letters and digits.
pub(crate) fn words(text: &str) -> Vec<String> {
    fold(text)
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

/// Returns the words of an identifier as programmers write it: `invoiceNumber` and `invoice_number`
/// are `invoice number`.
pub(crate) fn identifier_words(name: &str) -> String {
    let mut out = String::with_capacity(name.len() + 4);
    let mut previous_lower = false;
    for letter in name.chars() {
        if letter.is_uppercase() && previous_lower {
            out.push(' ');
        }
        previous_lower = letter.is_lowercase();
        out.push(if letter.is_alphanumeric() { letter } else { ' ' });
    }
    out
}

/// Returns whether the text has a letter.
pub(crate) fn has_letter(text: &str) -> bool {
    text.chars().any(char::is_alphabetic)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_lose_case_accents_and_punctuation() {
        assert_eq!(words("Échéance: Müller-Straße"), ["echeance", "muller", "strasse"]);
        assert_eq!(words("do zapłaty"), ["do", "zaplaty"]);
        assert!(words(" -- ").is_empty());
    }

    #[test]
    fn identifiers_are_split() {
        assert_eq!(words(&identifier_words("invoiceNumber")), ["invoice", "number"]);
        assert_eq!(words(&identifier_words("due_date")), ["due", "date"]);
    }
}
