//! The division of a text into passages.

/// The most bytes of a passage: about as much as a model for vectors reads.
const MAX_BYTES: usize = 1000;
/// The ends of pages, paragraphs, lines, sentences and words, which a passage had best end behind.
const BREAKS: [&str; 5] = ["\u{c}", "\n\n", "\n", ". ", " "];

/// Divides a text into passages that follow each other without a gap; returns each with the byte where it
/// begins.
pub(super) fn of(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut start = 0;
    std::iter::from_fn(move || {
        let rest = text.get(start..).filter(|rest| !rest.is_empty())?;
        let passage = rest.get(..end(rest))?;
        let at = start;
        start += passage.len();
        Some((at, passage))
    })
}

/// Returns where the first passage ends: behind the last break of the best kind in its second half.
fn end(text: &str) -> usize {
    if text.len() <= MAX_BYTES {
        return text.len();
    }
    let most = text.floor_char_boundary(MAX_BYTES);
    let head = text.get(..most).unwrap_or_default();
    let behind = |mark: &&str| head.rfind(mark).map(|at| at + mark.len());
    let breaks = BREAKS.iter().filter_map(behind);
    breaks.into_iter().find(|end| *end > MAX_BYTES / 2).unwrap_or(most)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn lengths(text: &str) -> Vec<usize> {
        of(text).map(|(_, passage)| passage.len()).collect()
    }

    #[test]
    fn a_passage_ends_at_a_break() {
        assert_eq!(lengths(""), [] as [usize; 0]);
        assert_eq!(lengths("a b"), [3]);
        let line = "word ".repeat(139) + "\n\n";
        assert_eq!(lengths(&line.repeat(3)), [697, 697, 697], "a paragraph rather than a word");
        assert_eq!(lengths(&"word ".repeat(300)), [1000, 500], "a word rather than a letter");
        assert_eq!(lengths(&"é".repeat(600)), [1000, 200]);
        assert_eq!(
            lengths(&format!("a{}", "é".repeat(600))),
            [999, 202],
            "never inside a character"
        );
    }

    proptest! {
        #[test]
        fn every_byte_is_in_one_passage(text in r"(?s)[a é漢\n.\x0c]{0,4000}") {
            let mut next = 0;
            for (start, passage) in of(&text) {
                prop_assert_eq!(start, next);
                prop_assert!(!passage.is_empty() && passage.len() <= MAX_BYTES);
                prop_assert!(text[start..].starts_with(passage));
                next += passage.len();
            }
            prop_assert_eq!(next, text.len());
        }
    }
}
