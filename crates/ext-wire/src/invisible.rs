//! Characters that do not show, by which two names look alike.

/// Joiner of letters and of emojis.
const JOINERS: [char; 2] = ['\u{200c}', '\u{200d}'];

/// Returns whether a text holds a character that does not show: of no width, a filler, a tag. Joiners
/// and selectors of a variant count only where they do nothing, next to ASCII.
pub(crate) fn has_invisible(text: &str) -> bool {
    let mut before = None;
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        let after = rest.peek().copied();
        let allowed = match c {
            c if JOINERS.contains(&c) => shows_beyond_ascii(before) && shows_beyond_ascii(after),
            '\u{fe00}'..='\u{fe0f}' => shows_beyond_ascii(before) || after == Some('\u{20e3}'),
            c => !is_blank(c),
        };
        if !allowed {
            return true;
        }
        before = Some(c);
    }
    false
}

/// Returns whether there is a character beside a joiner that it can join.
fn shows_beyond_ascii(c: Option<char>) -> bool {
    c.is_some_and(|c| !c.is_ascii() && !JOINERS.contains(&c) && !is_blank(c))
}

/// Returns whether a character takes no room or leaves it empty, and is not a space.
const fn is_blank(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
        | '\u{180b}'..='\u{180f}' | '\u{200b}' | '\u{2060}'..='\u{2065}' | '\u{206a}'..='\u{206f}'
        | '\u{2800}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}' | '\u{fff9}'..='\u{fffb}'
        | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_show_is_found() {
        for c in ['\u{ad}', '\u{115f}', '\u{3164}', '\u{feff}', '\u{200b}', '\u{2060}', '\u{e0041}']
        {
            for text in [format!("a{c}b"), format!("{c}a"), format!("a{c}"), format!("é{c}é")] {
                assert!(has_invisible(&text), "{text:?}");
            }
        }
        for text in
            ["a\u{200d}b", "\u{200d}", "é\u{200d}", "\u{200c}é", "a\u{fe0f}", "é\u{200d}\u{200d}é"]
        {
            assert!(has_invisible(text), "{text:?}");
        }
    }

    #[test]
    fn what_has_a_meaning_stays() {
        for text in [
            "",
            "a b",
            "👩\u{200d}👩\u{200d}👧.png",
            "می\u{200c}خواهم",
            "❤\u{fe0f}",
            "1\u{fe0f}\u{20e3}",
        ] {
            assert!(!has_invisible(text), "{text:?}");
        }
    }
}
