//! Everything that the recognisers find in a text, found once for all properties.

use jiff::civil::Date;

use crate::amounts::{self, Amount};
use crate::choices::Bag;
use crate::context::{Context, Place, Surroundings};
use crate::currency::{self, Currency};
use crate::dates::{self, DateHit, Order};
use crate::fields::LabelQuery;
use crate::items::{self, Item};
use crate::labels::Label;
use crate::lexicon::Concept;
use crate::money;
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
}

/// A date and how well it fits what is asked.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Dated {
    pub(crate) date: Date,
    /// Another date that the print may mean.
    pub(crate) other: Option<Date>,
    pub(crate) row: usize,
    pub(crate) score: f32,
}

impl<'a> Facts<'a> {
    pub(crate) fn of(document: &'a Document) -> Self {
        let around = Surroundings::of(document);
        let dates = dates::find(document);
        let (numbers, currency) = money::find(document, &dates);
        let amounts = amounts::tag(document, &around, &numbers);
        let american = currency.is_some_and(|found| found.code == "USD")
            && document.rows.iter().any(|row| currency::has_us_address(&row.text));
        let order = dates::order(&dates, american, currency);
        Self { document, around, dates, order, amounts, currency, bag: Bag::of(document) }
    }

    /// Solves the solved totals.
    pub(crate) fn totals(&self) -> Totals<'_> {
        Totals::solve(&self.amounts, self.document.rows.len(), self.currency.map(|c| c.code))
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
        let scored = self.dates.iter().filter_map(|hit| self.score_date(hit, concept, wanted));
        let mut found: Vec<Dated> = scored.collect();
        found.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.row.cmp(&b.row)));
        found.first().copied().filter(|best| best.score >= 0.3)
    }

    fn score_date(&self, hit: &DateHit, concept: Concept, wanted: &LabelQuery) -> Option<Dated> {
        let date = hit.date(self.order)?;
        let contexts = self.around.contexts(hit.spot);
        let own = matches!(concept, Concept::DocumentDate | Concept::Date);
        let mut score = if own {
            if self.is_period(hit, &contexts) {
                return None;
            }
            document_date_score(&contexts)
        } else {
            other_date_score(&contexts, concept, wanted)?
        };
        if own {
            let height = f32::from(u16::try_from(hit.spot.row).unwrap_or(u16::MAX))
                / f32::from(u16::try_from(self.document.rows.len()).unwrap_or(u16::MAX)).max(1.0);
            score += 0.25 * (1.0 - height) + if hit.timed { 0.1 } else { 0.0 };
            let times = self
                .dates
                .iter()
                .filter(|other| other.date(self.order) == Some(date))
                .take(4)
                .count();
            score += [0.0, 0.0, 0.06, 0.1, 0.12].get(times).copied().unwrap_or(0.0);
            if self.in_range(hit) {
                score -= 0.4;
            }
            // Digits without a label are rather a number of something.
            if hit.compact && !contexts.iter().any(|context| date_label(context).is_some()) {
                score -= 0.5;
            }
        }
        Some(Dated { date, other: hit.other(self.order), row: hit.spot.row, score })
    }

    /// Returns whether the nearest label of a date says that it belongs to a period, of which there
    /// are two dates or the word itself: never the date of the document.
    fn is_period(&self, hit: &DateHit, contexts: &[Context]) -> bool {
        const WORDS: [&str; 6] = ["period", "zeitraum", "okres", "intervall", "期間", "期间"];
        let labelled = contexts.iter().find_map(|context| Some((context, date_label(context)?.1)));
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

/// Scores how much the labels speak for the date of the document itself.
fn document_date_score(contexts: &[Context]) -> f32 {
    for context in contexts {
        let weight = if context.place == Place::Left { 1.0 } else { context.place.strength() };
        let Some((value, label)) = date_label(context) else { continue };
        let titled = context.says(Concept::Title) || context.says(Concept::DocumentNumber);
        let ordered = [Concept::OrderDate, Concept::DeliveryDate, Concept::PeriodDate]
            .iter()
            .any(|other| context.says(*other));
        let plain = label.concept == Concept::Date;
        let shift = if plain && ordered {
            -0.7
        } else if plain && titled {
            0.2
        } else {
            0.0
        };
        return 0.4 + (value + shift) * weight;
    }
    let titled = |c: &Context| {
        c.place == Place::Left && (c.says(Concept::Title) || c.says(Concept::DocumentNumber))
    };
    if contexts.iter().any(titled) { 0.6 } else { 0.4 }
}

/// Finds the label nearest to the date. A preposition (`due by … on`, `payable le`) leaves the word
/// to the label right before it.
fn date_label(context: &Context) -> Option<(f32, &Label)> {
    let mut dated = context.labels.iter().rev().filter(|l| date_value(l.concept).is_some());
    let last = dated.next()?;
    let joins =
        |before: &&Label| last.concept == Concept::Date && before.at + before.length == last.at;
    let label = dated.next().filter(joins).unwrap_or(last);
    Some((date_value(label.concept)?, label))
}

fn date_value(concept: Concept) -> Option<f32> {
    match concept {
        Concept::DocumentDate => Some(0.8),
        Concept::Date => Some(0.55),
        Concept::PaymentDate => Some(0.2),
        Concept::OtherDate => Some(-0.05),
        Concept::OrderDate => Some(-0.15),
        Concept::DeliveryDate | Concept::PeriodDate => Some(-0.3),
        Concept::DueDate => Some(-0.4),
        _ => None,
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
