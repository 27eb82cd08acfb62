//! Sanitizing of text from pictures and documents, so that it is safe to show and to store.

/// Most bytes of text that one call returns: a thousand dense pages.
pub(super) const MAX_BYTES: usize = 1 << 20;

/// Text without what could steer a terminal or a reader's eye.
pub(super) struct Clean {
    pub(super) text: String,
    /// True when something was taken out.
    pub(super) altered: bool,
    /// True when its end was cut off.
    pub(super) cut: bool,
}

/// Removes control characters (but line feed, form feed and tab) and marks of direction, and cuts
/// text over [`MAX_BYTES`].
pub(super) fn clean(text: &str) -> Clean {
    let kept = text.get(..text.floor_char_boundary(MAX_BYTES)).unwrap_or_default();
    let clean: String = kept.chars().filter(|char| is_harmless(*char)).collect();
    Clean { altered: clean.len() < kept.len(), cut: kept.len() < text.len(), text: clean }
}

fn is_harmless(char: char) -> bool {
    match char {
        '\n' | '\t' | '\u{c}' => true,
        // Marks, embeddings, overrides and isolates of direction.
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
            false
        }
        other => !other.is_control(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doc_17_nothing_steers_a_terminal_or_the_eye() {
        let clean = clean("a\u{1b}[2Jb\u{9b}1mc\u{202e}d\r\n\te\u{c}f\0");
        assert_eq!(clean.text, "a[2Jb1mcd\n\te\u{c}f");
        assert!(clean.altered && !clean.cut);
    }

    #[test]
    fn doc_17_harmless_text_stays_as_it_is() {
        let text = "Total  3,20 €\n合计 مجموع\u{c}2";
        let clean = clean(text);
        assert_eq!(clean.text, text);
        assert!(!clean.altered && !clean.cut);
    }

    #[test]
    fn doc_17_endless_text_is_cut() {
        let clean = clean(&"é".repeat(MAX_BYTES));
        assert_eq!(clean.text.len(), MAX_BYTES);
        assert!(clean.cut && !clean.altered);
    }
}
