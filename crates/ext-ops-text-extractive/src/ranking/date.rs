//! The date of the document itself among its dates.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use jiff::civil::Date;

use super::forest::Forest;
use super::{Choice, choose, count, flag, ratio};
use crate::context::{Context, Place, Surroundings};
use crate::dates::{DateHit, Order};
use crate::labels;
use crate::lexicon::Concept;
use crate::rows::Document;

/// Different dates that are tried.
const MAX_CANDIDATES: usize = 60;

static FOREST: LazyLock<Forest> =
    LazyLock::new(|| Forest::read(include_str!("../../weights/date.txt")).expect("constant table"));

/// Labels whose nearness is a feature each.
const LABELS: [Concept; 11] = [
    Concept::DocumentDate,
    Concept::Date,
    Concept::PaymentDate,
    Concept::OrderDate,
    Concept::DeliveryDate,
    Concept::PeriodDate,
    Concept::DueDate,
    Concept::OtherDate,
    Concept::Title,
    Concept::DocumentNumber,
    Concept::OrderNumber,
];

/// Names of the features, in their order.
pub(crate) const FEATURES: [&str; 28] = [
    "document",
    "date",
    "payment",
    "order",
    "delivery",
    "period",
    "due",
    "other",
    "title",
    "number",
    "order_number",
    "unlabelled",
    "words_left",
    "in_range",
    "timed",
    "times",
    "row",
    "place",
    "is_first",
    "is_latest",
    "is_earliest",
    "dates",
    "days_to_latest",
    "days_to_earliest",
    "alone",
    "near_title",
    "ambiguous",
    "in_row",
];

/// A date and where it is printed.
#[derive(Debug)]
pub(crate) struct Candidate {
    pub(crate) date: Date,
    /// Another date that the print may mean.
    pub(crate) other: Option<Date>,
    pub(crate) row: usize,
    pub(crate) features: Vec<f64>,
}

/// Chooses the document's date among the candidates.
pub(crate) fn best(candidates: &[Candidate]) -> Option<Choice> {
    let features: Vec<Vec<f64>> = candidates.iter().map(|one| one.features.clone()).collect();
    choose(&FOREST, &features)
}

/// Describes each date that may be the document's. `in_range`: whether a date is the end of a period.
pub(crate) fn candidates(
    document: &Document,
    around: &Surroundings<'_>,
    hits: &[DateHit],
    order: Order,
    in_range: impl Fn(&DateHit) -> bool,
) -> Vec<Candidate> {
    let mut by_date: BTreeMap<Date, Vec<&DateHit>> = BTreeMap::new();
    for hit in hits {
        if let Some(date) = hit.date(order).filter(|_| by_date.len() < MAX_CANDIDATES) {
            by_date.entry(date).or_default().push(hit);
        }
    }
    let dates: Vec<Date> = by_date.keys().copied().collect();
    let first = hits.iter().find_map(|hit| hit.date(order));
    let titles = title_rows(document);
    let page = Page { document, around, order, dates: &dates, first, titles: &titles };
    by_date
        .iter()
        .filter_map(|(date, places)| page.candidate(*date, places, hits, &in_range))
        .collect()
}

struct Page<'a> {
    document: &'a Document,
    around: &'a Surroundings<'a>,
    order: Order,
    dates: &'a [Date],
    first: Option<Date>,
    titles: &'a [usize],
}

impl Page<'_> {
    fn candidate(
        &self,
        date: Date,
        places: &[&DateHit],
        hits: &[DateHit],
        in_range: impl Fn(&DateHit) -> bool,
    ) -> Option<Candidate> {
        let top = places.first()?;
        let contexts: Vec<Vec<Context>> =
            places.iter().take(6).map(|hit| self.around.contexts(hit.spot)).collect();
        let strengths: Vec<f64> = LABELS.iter().map(|label| nearness(&contexts, *label)).collect();
        let unlabelled = strengths.iter().all(|strength| *strength == 0.0);
        let words_left = contexts.first().map_or(0, |all| left_words(all));
        let mut features = strengths;
        features.extend([
            flag(unlabelled),
            count(words_left.min(12)),
            flag(places.iter().all(|hit| in_range(hit))),
            flag(places.iter().any(|hit| hit.timed)),
            count(places.len().min(5)),
            count(top.spot.row.min(60)),
            ratio(top.spot.row, self.document.rows.len()),
        ]);
        features.extend(self.among_others(date));
        features.extend(self.spot(top, hits));
        let (other, row) = (top.other(self.order), self.labelled_row(places, &contexts));
        Some(Candidate { date, other, row, features })
    }

    fn among_others(&self, date: Date) -> [f64; 6] {
        let (earliest, latest) = (self.dates.first(), self.dates.last());
        let days = |other: Option<&Date>| {
            let days = other.map_or(0, |other| days_between(date, *other).abs());
            f64::from(days.min(800))
        };
        [
            flag(self.first == Some(date)),
            flag(latest == Some(&date)),
            flag(earliest == Some(&date)),
            count(self.dates.len().min(10)),
            days(latest),
            days(earliest),
        ]
    }

    fn spot(&self, hit: &DateHit, hits: &[DateHit]) -> [f64; 4] {
        let row = self.document.rows.get(hit.spot.row);
        let alone =
            row.is_some_and(|row| row.text.trim().len() <= hit.spot.end - hit.spot.start + 8);
        let near = |title: &usize| hit.spot.row.abs_diff(*title) <= 3;
        let in_row = hits.iter().filter(|other| other.spot.row == hit.spot.row).count();
        [
            flag(alone),
            flag(self.titles.iter().any(near)),
            flag(
                hit.day_first.is_some()
                    && hit.month_first.is_some()
                    && hit.day_first != hit.month_first,
            ),
            count(in_row.min(5)),
        ]
    }

    /// Returns the row of the place whose label speaks most for the document's date.
    fn labelled_row(&self, places: &[&DateHit], contexts: &[Vec<Context>]) -> usize {
        let said = |all: &Vec<Context>| nearness(std::slice::from_ref(all), Concept::DocumentDate);
        let best = contexts.iter().zip(places).rev().max_by(|a, b| said(a.0).total_cmp(&said(b.0)));
        best.map_or(0, |(_, hit)| hit.spot.row)
    }
}

/// Returns how near a label of the concept stands to one of the places, 0 to 1.
fn nearness(places: &[Vec<Context>], concept: Concept) -> f64 {
    let near = |context: &Context| {
        let found = context.labels.iter().rev().position(|label| label.concept == concept);
        // The last label before the date says more than the ones before it.
        let order = found.map_or(0.0, |behind| if behind == 0 { 1.0 } else { 0.7 });
        order * f64::from(context.place.strength())
    };
    places.iter().flatten().map(near).fold(0.0, f64::max)
}

fn left_words(contexts: &[Context]) -> usize {
    let left = contexts.iter().find(|context| context.place == Place::Left);
    left.map_or(0, |context| context.text.split_whitespace().count())
}

fn days_between(a: Date, b: Date) -> i32 {
    a.since(b).map_or(0, |span| span.get_days())
}

/// Rows of few words that name the document or its number.
fn title_rows(document: &Document) -> Vec<usize> {
    let titles = |text: &str| {
        labels::says(text, Concept::Title) || labels::says(text, Concept::DocumentNumber)
    };
    let short = document.rows.iter().enumerate().take(60).filter(|(_, row)| row.text.len() <= 60);
    short.filter(|(_, row)| titles(&row.text)).map(|(at, _)| at).collect()
}
