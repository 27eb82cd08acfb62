//! Everything that the recognisers find in a text, found once for all properties.

use jiff::civil::Date;

use crate::amounts::{self, Amount};
use crate::choices::Bag;
use crate::context::{Context, Surroundings};
use crate::currency::{self, Currency};
use crate::dates::{self, DateHit, Order};
use crate::fields::LabelQuery;
use crate::hints::Hints;
use crate::items::{self, Item};
use crate::lexicon::Concept;
use crate::money;
use crate::ranking;
use crate::rows::Document;
use crate::totals::Totals;

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
}

/// Labels of dates.
const DATES: [Concept; 8] = [
    Concept::DocumentDate,
    Concept::Date,
    Concept::PaymentDate,
    Concept::OrderDate,
    Concept::DeliveryDate,
    Concept::PeriodDate,
    Concept::DueDate,
    Concept::OtherDate,
];

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
        let amounts = amounts::tag(document, &around, &numbers);
        let american = currency.is_some_and(|found| found.code == "USD")
            && document.rows.iter().any(|row| currency::has_us_address(&row.text));
        let order = dates::order(&dates, american, currency);
        Self { document, around, dates, order, amounts, currency, bag: Bag::of(document), hints }
    }

    /// Solves the solved totals.
    pub(crate) fn totals(&self) -> Totals<'_> {
        Totals::solve(&self.amounts, self.document.rows.len())
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
            let (date, other) = (hit.date(self.order)?, hit.other(self.order));
            Some(Dated { date, other, row: hit.spot.row, confidence: score / 1.4 })
        });
        let best = scored.rev().max_by(|a, b| a.confidence.total_cmp(&b.confidence));
        best.filter(|best| best.confidence >= 0.2)
    }

    fn document_date(&self) -> Option<Dated> {
        let candidates = self.date_candidates();
        let choice = ranking::date::best(&candidates)?;
        let found = candidates.get(choice.index)?;
        let (date, row) = (found.date, found.row);
        let here = |hit: &&DateHit| hit.spot.row == row && hit.date(self.order) == Some(date);
        let other = self.dates.iter().find(here).and_then(|hit| hit.other(self.order));
        Some(Dated { date, other, row, confidence: choice.confidence })
    }

    /// Describes each date that may be the document's.
    pub(crate) fn date_candidates(&self) -> Vec<ranking::date::Candidate> {
        let may_be = |hit: &&DateHit| self.may_be_the_documents(hit);
        let hits: Vec<DateHit> = self.dates.iter().filter(may_be).copied().collect();
        ranking::date::candidates(self.document, &self.around, &hits, self.order, |hit| {
            self.in_range(hit)
        })
    }

    /// Returns whether a date may be that of the document: not one whose nearest label says that it
    /// belongs to a period (there are two, or the label has the word), nor digits without a label,
    /// which are rather a number of something.
    fn may_be_the_documents(&self, hit: &DateHit) -> bool {
        const WORDS: [&str; 6] = ["period", "zeitraum", "okres", "intervall", "期間", "期间"];
        let contexts = self.around.contexts(hit.spot);
        let dated = |context: &&Context| DATES.iter().any(|concept| context.says(*concept));
        let Some(context) = contexts.iter().find(dated) else { return !hit.compact };
        let period = context.says(Concept::PeriodDate) && !context.says(Concept::DocumentDate);
        let text = context.text.to_lowercase();
        !period || !self.in_range(hit) && !WORDS.iter().any(|word| text.contains(word))
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
