//! Recogniser of values that are text: e-mail addresses, links, identifiers, and whatever stands
//! beside a label that has the property's words.

use std::sync::LazyLock;

use regex::{Regex, RegexBuilder};

use crate::fold::words;
use crate::labels::labels;
use crate::lexicon::Concept;
use crate::rows::Document;

/// Characters of a value.
const MAX_VALUE_CHARS: usize = 120;
/// Words of a label.
const MAX_LABEL_WORDS: usize = 7;
/// Bytes of a compiled `pattern`, so that a hostile one costs little.
const PATTERN_SIZE: usize = 1 << 18;

/// A value and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Field {
    pub(crate) text: String,
    pub(crate) row: usize,
    /// 0 to 1.
    pub(crate) score: f32,
}

/// Names under which a property is looked for: its concept in the lexicon if it has one, and its
/// words.
#[derive(Debug, Clone, Default)]
pub(crate) struct LabelQuery {
    pub(crate) concept: Option<Concept>,
    /// Words of the name, folded.
    pub(crate) name: Vec<String>,
}

impl LabelQuery {
    /// Scores how well a label's text names what is asked for, 0 to 1.
    pub(crate) fn fits(&self, label: &str) -> f32 {
        let found = labels(label);
        let meant = found.iter().filter(|l| Some(l.concept) == self.concept);
        let concept =
            meant.map(|l| if l.length > 1 { l.weight } else { l.weight * 0.8 }).fold(0.0, f32::max);
        let said = words(label);
        let common = self.name.iter().filter(|word| said.contains(word)).count();
        let overlap = match (common, self.name.len()) {
            (0, _) => 0.0,
            (common, all) if common == all => 0.9,
            (common, all) if common * 2 > all => 0.5,
            _ => 0.0,
        };
        concept.max(overlap)
    }
}

static EMAIL: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"[\w.+\-]+@[\w\-]+(?:\.[\w\-]+)+").expect("constant pattern"));
static LINK: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#"(?i)\b(?:https?://[^\s<>"')]{3,200}|www\.[^\s<>"')]{3,200})"#)
        .expect("constant pattern")
});
static PHONE: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"\+?\(?\d[\d ()/\-.]{5,20}\d").expect("constant pattern"));
static IBAN: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{2,4}){3,9}\b").expect("constant pattern")
});

/// Returns the recogniser of a concept whose values have a shape of their own.
pub(crate) fn shape(concept: Concept) -> Option<&'static Regex> {
    match concept {
        Concept::Email => Some(&EMAIL),
        Concept::Web => Some(&LINK),
        Concept::Phone => Some(&PHONE),
        Concept::Iban => Some(&IBAN),
        _ => None,
    }
}

/// Compiles a schema's `pattern`; `None` if it is invalid or too large.
pub(crate) fn pattern(source: &str) -> Option<Regex> {
    let inner = source.trim_start_matches('^').trim_end_matches('$');
    RegexBuilder::new(inner).size_limit(PATTERN_SIZE).build().ok()
}

/// Finds every match of a shape, best labelled first. `needs_label`: without one it may be
/// anything.
pub(crate) fn shaped(
    document: &Document,
    shape: &Regex,
    wanted: &LabelQuery,
    needs_label: bool,
) -> Vec<Field> {
    let mut found = Vec::new();
    for (row, cell, content) in document.cells() {
        for hit in shape.find_iter(&content.text).filter(|hit| !hit.is_empty()) {
            let own = content.text.get(..hit.start()).unwrap_or("");
            let left = cell.checked_sub(1).and_then(|left| document.cell(row, left));
            let label =
                if own.trim().is_empty() { left.map_or("", |left| &left.text) } else { own };
            let fit = wanted.fits(label);
            if !needs_label || fit > 0.0 {
                found.push(Field { text: hit.as_str().to_owned(), row, score: 0.5 + 0.4 * fit });
            }
        }
        if found.len() >= 200 {
            break;
        }
    }
    found.sort_by(|a, b| b.score.total_cmp(&a.score));
    found
}

/// Finds values that stand beside or under a label that names what is asked for, best first.
pub(crate) fn labelled(
    document: &Document,
    wanted: &LabelQuery,
    accept: fn(&str) -> Option<String>,
) -> Vec<Field> {
    let mut found = Vec::new();
    for (row, cell, content) in document.cells() {
        let (head, rest) = split_label(&content.text, wanted);
        let fit = wanted.fits(head);
        if fit <= 0.0 {
            continue;
        }
        let beside = || document.cell(row, cell + 1).map(|next| next.text.as_str());
        let below = || below(document, row, cell);
        let places: [(Option<&str>, f32); 3] = [(rest, 1.0), (beside(), 0.9), (below(), 0.7)];
        let value = places.into_iter().find_map(|(text, trust)| {
            Some((accept(text?.trim_matches([' ', ':', '#', '=', '.']))?, trust))
        });
        if let Some((text, trust)) = value {
            let text: String = text.chars().take(MAX_VALUE_CHARS).collect();
            found.push(Field { text, row, score: fit * trust });
        }
        if found.len() >= 200 {
            break;
        }
    }
    found.sort_by(|a, b| b.score.total_cmp(&a.score));
    found
}

/// Splits a cell into its label and what follows it.
fn split_label<'a>(text: &'a str, wanted: &LabelQuery) -> (&'a str, Option<&'a str>) {
    if let Some((head, rest)) = text.split_once(':')
        && words(head).len() <= MAX_LABEL_WORDS
    {
        return (head, Some(rest).filter(|rest| !rest.trim().is_empty()));
    }
    let own = labels(text).into_iter().find(|l| Some(l.concept) == wanted.concept && l.at == 0);
    let length = own.map_or(wanted.name.len(), |label| label.length);
    let mut ends = text
        .match_indices(' ')
        .take(MAX_LABEL_WORDS + 3)
        .map(|(at, _)| at)
        .filter(|at| text.get(..*at).is_some_and(|head| words(head).len() == length));
    let halves = ends.next().filter(|_| length > 0).and_then(|at| text.split_at_checked(at));
    halves.map_or((text, None), |(head, rest)| (head, Some(rest)))
}

fn below(document: &Document, row: usize, cell: usize) -> Option<&str> {
    let column = document.in_column(row + 1, row, cell, true)?;
    document.cell(row + 1, column).map(|cell| cell.text.as_str())
}

/// Accepts an identifier: starts with a token that has a digit, or a short prefix before one.
pub(crate) fn identifier(text: &str) -> Option<String> {
    let tokens: Vec<&str> = text.split_whitespace().take(3).collect();
    let has_digit = |token: &&str| token.chars().any(|c| c.is_ascii_digit());
    let prefix =
        |token: &&str| token.chars().count() <= 4 && token.chars().all(|c| c.is_ascii_uppercase());
    let first = *tokens.first()?;
    let count = if has_digit(&first) {
        1
    } else if tokens.get(1).is_some_and(has_digit) && prefix(&first) {
        2
    } else {
        return None;
    };
    let value = tokens.get(..count)?.join(" ");
    let value = value.trim_matches([',', ';', '.', '(', ')', '#', '*']);
    (value.len() <= 40).then(|| value.to_owned())
}

/// Accepts any value that is not itself only a label.
pub(crate) fn any_text(text: &str) -> Option<String> {
    let fine = text.chars().any(char::is_alphanumeric) && !text.ends_with(':');
    fine.then(|| text.to_owned())
}

/// Accepts a number.
pub(crate) fn number(text: &str) -> Option<String> {
    let found = crate::money::in_text(text, &[]);
    found.first().map(|number| number.value.normalize().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wanted(concept: Option<Concept>, name: &str) -> LabelQuery {
        LabelQuery { concept, name: words(name) }
    }

    fn first(
        text: &str,
        wanted: &LabelQuery,
        accept: fn(&str) -> Option<String>,
    ) -> Option<String> {
        labelled(&Document::read(text), wanted, accept).into_iter().next().map(|field| field.text)
    }

    #[test]
    fn identifiers_stand_beside_their_label() {
        let number = wanted(Some(Concept::DocumentNumber), "invoice number");
        for (text, value) in [
            ("INVOICE NO.  : CR 1803/0064", "CR 1803/0064"),
            ("Invoice Number: AT-215508940", "AT-215508940"),
            ("Rechnung Nr. 42", "42"),
            ("Invoice number\n4836212534", "4836212534"),
            ("Facture FA-2017-0009", "FA-2017-0009"),
        ] {
            assert_eq!(first(text, &number, identifier).as_deref(), Some(value), "{text}");
        }
    }

    #[test]
    fn unknown_properties_follow_their_words() {
        let colour = wanted(None, "hair colour");
        assert_eq!(
            first("Hair colour: dark brown", &colour, any_text).as_deref(),
            Some("dark brown")
        );
        assert_eq!(first("Eye colour: green", &colour, any_text), None);
    }

    #[test]
    fn shapes_are_found() {
        let document = Document::read(
            "Mail: a.b@example.org  www.example.org\nIBAN DE34 5019 0000 0012 3456 78",
        );
        let find =
            |concept| shaped(&document, shape(concept).unwrap(), &wanted(Some(concept), ""), false);
        assert_eq!(find(Concept::Email)[0].text, "a.b@example.org");
        assert_eq!(find(Concept::Web)[0].text, "www.example.org");
        assert_eq!(find(Concept::Iban)[0].text, "DE34 5019 0000 0012 3456 78");
    }

    #[test]
    fn hostile_patterns_are_refused() {
        assert!(pattern("((a{1000}){1000}){1000}").is_none());
        assert!(pattern("(").is_none());
    }
}
