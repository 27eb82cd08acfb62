//! Answers for enums and booleans: the choice whose words the text uses.

use std::collections::BTreeMap;

use crate::fold::{identifier_words, words};
use crate::rows::Document;
use crate::thesaurus::{PAYMENTS, STOP_WORDS, TOPICS};

/// Terms of one choice that are looked for.
const MAX_TERMS: usize = 120;
/// Choices of one enum that are looked at.
pub(crate) const MAX_CHOICES: usize = 100;
/// Rows at the top, where a document says what it is.
const TOP_ROWS: usize = 12;
/// Below this score no choice is made.
const THRESHOLD: f32 = 1.2;

/// One of an enum's values, with what is said about it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Choice {
    pub(crate) name: String,
    pub(crate) description: String,
}

/// The choice that was made.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Chosen {
    /// Index of the choice.
    pub(crate) index: usize,
    /// Row that speaks most for it.
    pub(crate) row: Option<usize>,
    /// 0 to 1.
    pub(crate) confidence: f32,
}

/// A document's words, ready to be searched.
#[derive(Debug)]
pub(crate) struct Bag {
    /// Folded words of each row, with a space around each.
    rows: Vec<String>,
}

impl Bag {
    pub(crate) fn of(document: &Document) -> Self {
        let row = |text: &str| format!(" {} ", words(text).join(" "));
        Self { rows: document.rows.iter().map(|r| row(&r.text)).collect() }
    }

    /// Weighs how much the text uses the term, and returns the first row that does. More often
    /// counts less and less; the top counts double.
    fn weight(&self, term: &str) -> (f32, Option<usize>) {
        let padded = format!(" {term} ");
        let mut rows = self.rows.iter().enumerate().filter(|(_, row)| row.contains(&padded));
        let Some((first, _)) = rows.next() else { return (0.0, None) };
        let more = rows.take(3).count();
        let base = if first < TOP_ROWS { 1.0 } else { 0.6 };
        let phrase = if term.contains(' ') { 1.5 } else { 1.0 };
        (phrase * (base + [0.0, 0.2, 0.3, 0.35].get(more).copied().unwrap_or(0.35)), Some(first))
    }

    fn says_not(&self, row: usize, term: &str) -> bool {
        const NEGATIONS: [&str; 8] = ["not", "no", "non", "nicht", "kein", "keine", "pas", "un"];
        let Some(text) = self.rows.get(row) else { return false };
        let Some(at) = text.find(&format!(" {term} ")) else { return false };
        let before = text.get(..at).unwrap_or("");
        before.split_whitespace().rev().take(3).any(|word| NEGATIONS.contains(&word))
    }
}

/// Returns the choice that the text speaks for most; `None` if for none, or for two alike.
pub(crate) fn choose(bag: &Bag, choices: &[Choice]) -> Option<Chosen> {
    let terms: Vec<BTreeMap<String, f32>> = choices.iter().take(MAX_CHOICES).map(terms).collect();
    let mut uses: BTreeMap<&str, f32> = BTreeMap::new();
    for term in terms.iter().flat_map(BTreeMap::keys) {
        *uses.entry(term).or_default() += 1.0;
    }
    let mut found: BTreeMap<&str, (f32, Option<usize>)> = BTreeMap::new();
    for term in uses.keys() {
        found.insert(term, bag.weight(term));
    }
    let score = |terms: &BTreeMap<String, f32>| score(terms, &uses, &found);
    let mut scores: Vec<(usize, f32, Option<usize>)> = terms
        .iter()
        .map(score)
        .enumerate()
        .map(|(index, (score, row))| (index, score, row))
        .collect();
    scores.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    let (index, best, row) = scores.first().copied()?;
    let second = scores.get(1).map_or(0.0, |(_, score, _)| *score);
    let margin = (best - second) / best.max(0.1);
    let sure = best >= THRESHOLD && margin >= 0.05;
    let confidence = (0.35 + 0.5 * margin + 0.03 * best).clamp(0.1, 0.95);
    sure.then_some(Chosen { index, row, confidence })
}

/// Calculates the sum over the terms that the text uses, terms of several choices shared between
/// them.
fn score(
    terms: &BTreeMap<String, f32>,
    uses: &BTreeMap<&str, f32>,
    found: &BTreeMap<&str, (f32, Option<usize>)>,
) -> (f32, Option<usize>) {
    let mut total = 0.0;
    let mut best = (0.0, None);
    for (term, weight) in terms {
        let (use_weight, row) = found.get(term.as_str()).copied().unwrap_or_default();
        let score = weight * use_weight / uses.get(term.as_str()).copied().unwrap_or(1.0);
        total += score;
        if score > best.0 {
            best = (score, row);
        }
    }
    (total, best.1)
}

/// Collects what a text may say for a choice, and how much each counts.
fn terms(choice: &Choice) -> BTreeMap<String, f32> {
    let name: Vec<String> = content_words(&identifier_words(&choice.name));
    let mut terms: BTreeMap<String, f32> = BTreeMap::new();
    for (heads, list) in TOPICS {
        let hits = name.iter().filter(|word| heads.split(' ').any(|head| head == *word)).count();
        // Of a choice of two words (`credit note`, `credit card`) one may mean something else.
        let weight = if hits >= 2 || name.len() < 2 { 1.0 } else { 0.6 };
        if hits > 0 {
            for term in list.split('|') {
                terms.entry(term.to_owned()).or_insert(weight);
            }
        }
    }
    let whole = name.join(" ");
    for word in name {
        terms.insert(word, 1.0);
    }
    if whole.contains(' ') {
        terms.insert(whole, 1.5);
    }
    for word in content_words(&choice.description) {
        terms.entry(word).or_insert(0.8);
    }
    terms.into_iter().take(MAX_TERMS).collect()
}

fn content_words(text: &str) -> Vec<String> {
    let stop = |word: &String| STOP_WORDS.split_whitespace().any(|stop| stop == word);
    words(text).into_iter().filter(|word| word.len() > 1 && !stop(word)).collect()
}

/// Decides whether the text says what the description asks; `None` if it does not speak of it.
pub(crate) fn decide(bag: &Bag, question: &str) -> Option<(bool, Chosen)> {
    let asked = content_words(question);
    let mut hits = Vec::new();
    for word in &asked {
        let alike = TOPICS.iter().filter(|(heads, _)| heads.split(' ').any(|head| head == word));
        let terms =
            std::iter::once(word.as_str()).chain(alike.flat_map(|(_, list)| list.split('|')));
        let found = terms.filter_map(|term| Some((term, bag.weight(term).1?))).next();
        hits.extend(found);
    }
    let (term, row) = hits.first().copied()?;
    let share = f32::from(u8::try_from(hits.len()).unwrap_or(u8::MAX))
        / f32::from(u8::try_from(asked.len()).unwrap_or(u8::MAX));
    let chosen = Chosen { index: 0, row: Some(row), confidence: (share * 0.7).clamp(0.1, 0.7) };
    (share >= 0.5).then(|| (!bag.says_not(row, term), chosen))
}

/// Returns the way of payment in plain words.
pub(crate) fn payment(bag: &Bag) -> Option<(&'static str, Chosen)> {
    let choice = |name: &&str| Choice { name: (*name).to_owned(), description: String::new() };
    let choices: Vec<Choice> = PAYMENTS.iter().map(choice).collect();
    let chosen = choose(bag, &choices)?;
    Some((PAYMENTS.get(chosen.index)?, chosen))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(text: &str, choices: &[(&str, &str)]) -> Option<String> {
        let bag = Bag::of(&Document::read(text));
        let choices: Vec<Choice> = choices
            .iter()
            .map(|(name, description)| Choice {
                name: (*name).into(),
                description: (*description).into(),
            })
            .collect();
        choose(&bag, &choices).and_then(|c| choices.get(c.index)).map(|choice| choice.name.clone())
    }

    #[test]
    fn the_words_of_the_text_choose() {
        let choices = [
            ("groceries", "food from a supermarket"),
            ("travel", "trains, flights, taxis"),
            ("other", ""),
        ];
        assert_eq!(
            chosen("PASAR MINI\nvegetables 2.20\nfish 3.00", &choices).as_deref(),
            Some("groceries")
        );
        assert_eq!(chosen("Your flight ticket\npassenger X", &choices).as_deref(), Some("travel"));
        assert_eq!(chosen("lorem ipsum dolor", &choices), None);
    }

    #[test]
    fn descriptions_are_enough() {
        let choices =
            [("a", "letters about gardens and roses"), ("b", "letters about ships and harbours")];
        assert_eq!(chosen("The harbours were full of ships.", &choices).as_deref(), Some("b"));
    }

    #[test]
    fn booleans_need_the_words() {
        let bag = Bag::of(&Document::read("The invoice was not approved."));
        assert!(!decide(&bag, "approved").unwrap().0);
        assert!(decide(&bag, "invoice").unwrap().0);
        assert!(decide(&bag, "giraffe").is_none());
    }

    #[test]
    fn payments_have_names() {
        let bag = Bag::of(&Document::read("TOTAL 5.00\nCASH 10.00\nCHANGE 5.00"));
        assert_eq!(payment(&bag).unwrap().0, "cash");
    }

    #[test]
    fn topics_are_folded() {
        for (heads, list) in TOPICS {
            for term in heads.split(' ').chain(list.split('|')) {
                assert_eq!(words(term).join(" "), term);
            }
        }
    }
}
