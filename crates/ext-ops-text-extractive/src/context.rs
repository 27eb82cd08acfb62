//! Surroundings of a value: the label to its left, above it, or at the head of its column.

use crate::fold::has_letter;
use crate::labels::{Label, labels};
use crate::lexicon::Concept;
use crate::rows::{Document, Row, Spot};
use crate::{currency, money};

/// Rows above a value in which its column head is looked for.
const HEADER_REACH: usize = 40;

/// Characters before a value in which its label is looked for.
const LABEL_REACH: usize = 120;

/// Place of a label, seen from its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// Right before it, or in the nearest cell to the left that has words.
    Left,
    /// To the left, with another amount between.
    Across,
    /// In a cell further left.
    FarLeft,
    /// In the row above.
    Above,
    /// At the head of its column.
    Header,
    /// In the row below, where the value stands alone.
    Below,
}

impl Place {
    /// Returns the trust in a label there, 0 to 1.
    pub(crate) fn strength(self) -> f32 {
        match self {
            Self::Left => 1.0,
            Self::Above => 0.75,
            Self::Header => 0.6,
            Self::Across => 0.55,
            Self::FarLeft => 0.5,
            Self::Below => 0.4,
        }
    }
}

/// A text that may label a value.
#[derive(Debug, Clone)]
pub(crate) struct Context {
    pub(crate) place: Place,
    pub(crate) text: String,
    pub(crate) labels: Vec<Label>,
}

impl Context {
    fn new(place: Place, text: &str) -> Option<Self> {
        let text = text.trim();
        has_letter(text).then(|| Self { place, text: text.to_owned(), labels: labels(text) })
    }

    pub(crate) fn says(&self, concept: Concept) -> bool {
        self.labels.iter().any(|label| label.concept == concept)
    }
}

/// Column heads of a document, found once.
#[derive(Debug)]
pub(crate) struct Surroundings<'a> {
    document: &'a Document,
    /// Indices of rows that are heads of tables.
    headers: Vec<usize>,
}

impl<'a> Surroundings<'a> {
    pub(crate) fn of(document: &'a Document) -> Self {
        let is_header = |(index, row): (usize, &Row)| is_header(row).then_some(index);
        let headers = document.rows.iter().enumerate().filter_map(is_header).collect();
        Self { document, headers }
    }

    /// Returns everything that may label the value, the most believable first.
    pub(crate) fn contexts(&self, spot: Spot) -> Vec<Context> {
        let mut found = self.left(spot);
        let labelled = found.iter().any(|c| c.place == Place::Left && !c.labels.is_empty());
        let across = found.iter().position(|c| c.place == Place::Across).map(|at| found.remove(at));
        found.extend(self.above(spot));
        found.extend(self.header(spot));
        found.extend(across);
        if !labelled {
            found.extend(self.below(spot));
        }
        found
    }

    /// Returns the row of the nearest table head above, if the row is within its reach.
    pub(crate) fn header_row(&self, row: usize) -> Option<usize> {
        let index = self.headers.partition_point(|header| *header < row);
        let header = *self.headers.get(index.checked_sub(1)?)?;
        (row - header <= HEADER_REACH).then_some(header)
    }

    fn left(&self, spot: Spot) -> Vec<Context> {
        let Some(row) = self.document.rows.get(spot.row) else { return Vec::new() };
        let mut found: Vec<Context> = Vec::new();
        let mut nearest = Place::Left;
        let own = tail(self.document.before(spot));
        let cells = row.cells.iter().take(spot.cell).rev().map(|cell| cell.text.as_str());
        for text in std::iter::once(own).chain(cells.map(tail)) {
            if nearest == Place::Left && has_amount(text) {
                nearest = Place::Across;
            }
            if !is_wordy(text) {
                continue;
            }
            match found.last_mut() {
                Some(last) if is_modifier(last) => last.join(text),
                Some(_) => found.extend(Context::new(Place::FarLeft, text)),
                None => found.extend(Context::new(nearest, text)),
            }
            if found.len() >= 3 {
                break;
            }
        }
        found
    }

    fn above(&self, spot: Spot) -> Option<Context> {
        let above = spot.row.checked_sub(1)?;
        let cell = self.document.in_column(above, spot.row, spot.cell, true)?;
        let cell = self.document.cell(above, cell)?;
        (!has_amount(&cell.text)).then(|| Context::new(Place::Above, &cell.text))?
    }

    fn below(&self, spot: Spot) -> Option<Context> {
        let row = self.document.rows.get(spot.row)?;
        let next = self.document.rows.get(spot.row + 1)?;
        let alone = !has_letter(&row.text.replace("RM", "")) && !has_amount(&next.text);
        alone.then(|| Context::new(Place::Below, &next.text))?
    }

    fn header(&self, spot: Spot) -> Option<Context> {
        let header = self.header_row(spot.row)?;
        let column = self.document.in_column(header, spot.row, spot.cell, true);
        let column = column.or_else(|| self.last_column(header, spot))?;
        Context::new(Place::Header, &self.document.cell(header, column)?.text)
    }

    /// Falls back to the last column for the last cell of a row.
    fn last_column(&self, header: usize, spot: Spot) -> Option<usize> {
        let is_last = self.document.rows.get(spot.row)?.cells.len() == spot.cell + 1;
        self.document.rows.get(header)?.cells.len().checked_sub(1).filter(|_| is_last)
    }
}

impl Context {
    fn join(&mut self, before: &str) {
        self.text = format!("{before} {}", self.text);
        self.labels = labels(&self.text);
    }
}

/// Returns whether a label only says that tax is included or not: it continues the one before it.
fn is_modifier(context: &Context) -> bool {
    let modifies = |label: &Label| {
        matches!(label.concept, Concept::Including | Concept::Excluding | Concept::Tax)
    };
    !context.labels.is_empty()
        && context.labels.iter().all(modifies)
        && context.labels.iter().any(|label| label.concept != Concept::Tax)
}

/// Returns the end of a text, where a label for what follows stands.
fn tail(text: &str) -> &str {
    let from = text.char_indices().rev().nth(LABEL_REACH - 1).map_or(0, |(at, _)| at);
    text.get(from..).unwrap_or(text)
}

/// Returns whether the text has words other than a currency.
fn is_wordy(text: &str) -> bool {
    let text = text.trim();
    has_letter(text) && !(text.chars().count() <= 4 && currency::at_end(text).is_some())
}

fn has_amount(text: &str) -> bool {
    money::in_text(text, &[]).iter().any(money::Number::is_money)
}

/// Returns whether a row heads a table: at least two cells (or three labels in one) that head
/// columns, and no amounts.
fn is_header(row: &Row) -> bool {
    let heads = |text: &str| {
        labels(text)
            .iter()
            .filter(|label| {
                matches!(
                    label.concept,
                    Concept::Amount
                        | Concept::Total
                        | Concept::Tax
                        | Concept::Net
                        | Concept::UnitPrice
                        | Concept::Count
                        | Concept::Item
                        | Concept::Discount
                )
            })
            .count()
    };
    let short =
        row.cells.iter().filter(|cell| cell.text.chars().count() <= 30 && heads(&cell.text) > 0);
    (short.count() >= 2 || heads(&row.text) >= 3) && !has_amount(&row.text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn around(text: &str, wanted: &str) -> Vec<(Place, String)> {
        let document = Document::read(text);
        let (row, cell, start) = document
            .cells()
            .find_map(|(row, cell, c)| c.text.find(wanted).map(|start| (row, cell, start)))
            .unwrap();
        let spot = Spot { row, cell, start, end: start + wanted.len() };
        let contexts = Surroundings::of(&document).contexts(spot);
        contexts.into_iter().map(|c| (c.place, c.text)).collect()
    }

    #[test]
    fn the_nearest_words_to_the_left_come_first() {
        let found = around("5 ITEM(S)  TOTAL (MYR) :  RM  20.00", "20.00");
        assert_eq!(found[0], (Place::Left, "TOTAL (MYR) :".to_owned()));
        assert_eq!(found[1].0, Place::FarLeft);
    }

    #[test]
    fn heads_of_columns_reach_down() {
        let text = "Item      Qty   Amount\nCoffee    1     2.50\nTea       1     1.50";
        assert!(around(text, "1.50").contains(&(Place::Header, "Amount".to_owned())));
    }

    #[test]
    fn a_modifier_continues_its_label() {
        let found = around("TOTAL SALES  (INCLUSIVE OF GST)  25.00", "25.00");
        assert_eq!(found[0].1, "TOTAL SALES (INCLUSIVE OF GST)");
    }
}
