//! Everything that the recognisers find in a text, found once for all properties.

use std::cell::OnceCell;

use jiff::civil::Date;

use crate::amounts::{self, Amount};
use crate::choices::Bag;
use crate::context::{Context, Place, Surroundings};
use crate::currency::{self, Currency};
use crate::dates::{self, DateHit, Order};
use crate::fields::LabelQuery;
use crate::hints::Hints;
use crate::items::{self, Item};
use crate::labels::Label;
use crate::lexicon::Concept;
use crate::money;
use crate::payable;
use crate::ranking;
use crate::rows::Document;
use crate::totals::{self, Pick, Totals};

/// A text and what was found in it.
#[derive(Debug)]
pub(crate) struct Facts<'a> {
    pub(crate) document: &'a Document,
    around: Surroundings<'a>,
    dates: Vec<DateHit>,
    order: Order,
    pub(crate) amounts: Vec<Amount>,
    pub(crate) currency: Option<Currency>,
    pub(crate) bag: Bag,
    /// What the question says about the document's email.
    pub(crate) hints: Hints,
    total: OnceCell<Option<Pick>>,
}

/// A date and how well it fits what is asked.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Dated {
    pub(crate) date: Date,
    /// Another date that the print may mean.
    pub(crate) other: Option<Date>,
    pub(crate) row: usize,
    /// 0 to 1.
    pub(crate) confidence: f32,
}

impl<'a> Facts<'a> {
    pub(crate) fn of(document: &'a Document, hints: Hints) -> Self {
        let around = Surroundings::of(document);
        let dates = dates::find(document);
        let (numbers, currency) = money::find(document, &dates);
        let numbers = payable::keep(document, numbers, currency);
        let amounts = amounts::tag(document, &around, &numbers);
        let american = currency.is_some_and(|found| found.code == "USD")
            && document.rows.iter().any(|row| currency::has_us_address(&row.text));
        let order = dates::order(&dates, american, currency);
        Self {
            document,
            around,
            dates,
            order,
            amounts,
            currency,
            bag: Bag::of(document),
            hints,
            total: OnceCell::new(),
        }
    }

    /// Returns the amounts by role; the total is found once.
    pub(crate) fn totals(&self) -> Totals<'_> {
        let rows = self.document.rows.len();
        let total = self.total.get_or_init(|| totals::find_total(&self.amounts, rows));
        Totals::new(&self.amounts, *total)
    }

    /// Finds line items, and the confidence in them.
    pub(crate) fn items(&self) -> (Vec<Item>, f32) {
        let totals = self.totals();
        let sums: Vec<_> = [totals.total(), totals.net(), totals.labelled(Concept::Net)]
            .into_iter()
            .flatten()
            .map(|pick| pick.value)
            .collect();
        items::find(self.document, &self.around, &self.amounts, &sums)
    }

    /// Returns every date in reading order.
    pub(crate) fn all_dates(&self) -> Vec<Date> {
        self.dates.iter().filter_map(|hit| hit.date(self.order)).collect()
    }

    /// Finds the date that fits best.
    pub(crate) fn date(&self, concept: Concept, wanted: &LabelQuery) -> Option<Dated> {
        if matches!(concept, Concept::DocumentDate | Concept::Date) {
            return self.document_date();
        }
        let scored = self.dates.iter().filter_map(|hit| {
            let score = other_date_score(&self.around.contexts(hit.spot), concept, wanted)?;
            let date = hit.date(self.order)?;
            let other = hit.other(self.order);
            Some(Dated { date, other, row: hit.spot.row, confidence: score / 1.4 })
        });
        let best = scored.rev().max_by(|a, b| a.confidence.total_cmp(&b.confidence));
        best.filter(|best| best.confidence >= 0.2)
    }

    fn document_date(&self) -> Option<Dated> {
        let candidates = self.date_candidates();
        let choice = ranking::date::best(&candidates)?;
        let found = candidates.get(choice.index)?;
        Some(Dated {
            date: found.date,
            other: found.other,
            row: found.row,
            confidence: choice.confidence,
        })
    }

    /// Describes each date that may be the document's.
    pub(crate) fn date_candidates(&self) -> Vec<ranking::date::Candidate> {
        let hits: Vec<DateHit> =
            self.dates.iter().filter(|hit| self.may_date_document(hit)).cloned().collect();
        ranking::date::candidates(self.document, &self.around, &hits, self.order, |hit| {
            self.in_range(hit)
        })
    }

    /// Returns whether a date may be the document's: neither an end of a period, nor digits without a
    /// label, which are rather a number of something, nor digits behind a phone's or a version's label,
    /// nor a day that is too old.
    fn may_date_document(&self, hit: &DateHit) -> bool {
        let contexts = self.around.contexts(hit.spot);
        let is_old = hit.date(self.order).is_some_and(|date| date.year() < FIRST_YEAR);
        if is_old || contexts.iter().any(is_of_something_else) {
            return false;
        }
        let labelled = contexts.iter().any(|context| date_label(context).is_some());
        !self.is_period(hit, &contexts) && (labelled || !hit.compact)
    }

    /// Returns whether the nearest label of a date says that it belongs to a period, of which there
    /// are two dates or the word itself: never the date of the document.
    fn is_period(&self, hit: &DateHit, contexts: &[Context]) -> bool {
        const WORDS: [&str; 6] = ["period", "zeitraum", "okres", "intervall", "期間", "期间"];
        let labelled = contexts.iter().find_map(|context| Some((context, date_label(context)?)));
        let period = labelled.filter(|(_, label)| label.concept == Concept::PeriodDate);
        period.is_some_and(|(context, _)| {
            let text = context.text.to_lowercase();
            self.in_range(hit) || WORDS.iter().any(|word| text.contains(word))
        })
    }

    /// Returns whether another date stands beside this one, and a word or dash between them: a
    /// period.
    fn in_range(&self, hit: &DateHit) -> bool {
        const LINKS: [&str; 12] =
            ["-", "–", "—", "to", "bis", "bis zum", "au", "al", "until", "t/m", "do", "a"];
        let linked = |a: &DateHit, b: &DateHit| {
            let near = a.spot.row == b.spot.row
                && a.spot.cell == b.spot.cell
                && a.spot.end <= b.spot.start;
            let cell = self.document.cell(a.spot.row, a.spot.cell).filter(|_| near);
            let between = cell.and_then(|cell| cell.text.get(a.spot.end..b.spot.start));
            between.is_some_and(|text| LINKS.contains(&text.trim()))
        };
        let from = self.dates.partition_point(|other| other.spot.row < hit.spot.row);
        let row = self.dates.iter().skip(from).take_while(|other| other.spot.row == hit.spot.row);
        row.take(20).any(|other| linked(hit, other) || linked(other, hit))
    }
}

/// First year of documents: older days are of people and clocks.
const FIRST_YEAR: i16 = 1990;

/// Returns whether the words right before a date are those of a phone, a version or a person, and no
/// label of a date follows them.
fn is_of_something_else(context: &Context) -> bool {
    const WORDS: [&str; 13] = [
        "version",
        "vers",
        "release",
        "date of birth",
        "birthday",
        "geburtsdatum",
        "born",
        "dob",
        "customer since",
        "client since",
        "member since",
        "kunde seit",
        "mitglied seit",
    ];
    let words = crate::fold::words(&context.text).join(" ");
    let ends = WORDS.iter().any(|word| {
        words.strip_suffix(word).is_some_and(|head| head.is_empty() || head.ends_with(' '))
    });
    let phone = context.labels.last().is_some_and(|label| label.concept == Concept::Phone);
    context.place == Place::Left && (ends || phone)
}

/// Finds the label nearest to the date. A preposition (`due by … on`, `payable le`) leaves the word
/// to the label right before it.
fn date_label(context: &Context) -> Option<&Label> {
    let mut dated = context.labels.iter().rev().filter(|label| is_of_dates(label.concept));
    let last = dated.next()?;
    let joins =
        |before: &&Label| last.concept == Concept::Date && before.at + before.length == last.at;
    Some(dated.next().filter(joins).unwrap_or(last))
}

const fn is_of_dates(concept: Concept) -> bool {
    use Concept::{
        Date, DeliveryDate, DocumentDate, DueDate, OrderDate, OtherDate, PaymentDate, PeriodDate,
    };
    matches!(
        concept,
        DocumentDate
            | Date
            | PaymentDate
            | OtherDate
            | OrderDate
            | DeliveryDate
            | PeriodDate
            | DueDate
    )
}

/// Scores how much the labels speak for another date; `None`: not at all.
fn other_date_score(contexts: &[Context], concept: Concept, wanted: &LabelQuery) -> Option<f32> {
    let fit = |context: &Context| {
        let named: f32 = if context.says(concept) { 0.9 } else { 0.0 };
        let said = wanted.fits(&context.text);
        named.max(said) * context.place.strength()
    };
    let best = contexts.iter().map(fit).fold(0.0, f32::max);
    (best > 0.0).then_some(best)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dates(text: &str) -> Vec<String> {
        let document = Document::read(text);
        let facts = Facts::of(&document, Hints::default());
        facts.date_candidates().iter().map(|found| found.date.to_string()).collect()
    }

    #[test]
    fn some_digits_look_like_a_date_of_the_document() {
        for text in [
            "Phone: 01.02.2003 04",
            "Version 10.1.2026 of our terms",
            "Printed: 01/01/1970",
            "Date of birth: 1995-05-06",
            "Customer since: 2009-03-04",
        ] {
            assert!(dates(text).is_empty(), "{text} {:?}", dates(text));
        }
        for text in ["Date: 10.1.2026", "10.1.2026", "Phone 030 1234, Date: 10.1.2026"] {
            assert_eq!(dates(text), ["2026-01-10"], "{text}");
        }
    }
}
