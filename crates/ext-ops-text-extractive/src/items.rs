//! Recogniser of line items: rows with a name and a price between the head of a table and the
//! totals.

use rust_decimal::Decimal;

use crate::amounts::Amount;
use crate::context::Surroundings;
use crate::fold::{has_letter, words};
use crate::lexicon::Concept;
use crate::rows::{Document, Row};

/// Items of one document.
const MAX_ITEMS: usize = 500;

/// A line item.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Item {
    pub(crate) name: String,
    /// Price of the whole line.
    pub(crate) price: Decimal,
    pub(crate) unit_price: Option<Decimal>,
    pub(crate) quantity: Option<Decimal>,
    pub(crate) row: usize,
}

/// Finds the items in order, and the confidence in them, 0 to 1. `sums`: what they may add up to.
pub(crate) fn find(
    document: &Document,
    around: &Surroundings<'_>,
    amounts: &[Amount],
    sums: &[Decimal],
) -> (Vec<Item>, f32) {
    let end = totals_row(amounts).unwrap_or(document.rows.len());
    let start = around.header_row(end).map_or(0, |header| first_header(around, header));
    let mut items: Vec<Item> = Vec::new();
    let mut named = start;
    for row in start..end.min(document.rows.len()) {
        let Some(priced) = Priced::read(amounts, row) else { continue };
        let Some(content) = document.rows.get(row) else { continue };
        let inline = name_of(content);
        let above = || {
            row.checked_sub(1)
                .filter(|above| *above > named)
                .and_then(|r| plain_row(document, amounts, r))
        };
        let below = || plain_row(document, amounts, row + 1).filter(|_| row + 1 < end);
        let Some(name) = inline.or_else(above).or_else(below) else { continue };
        named = row;
        items.push(priced.item(name, row));
        if items.len() >= MAX_ITEMS {
            break;
        }
    }
    let sum: Decimal = items.iter().map(|item| item.price).sum();
    let confidence = match (items.is_empty(), sums.contains(&sum)) {
        (true, _) => 0.0,
        (false, true) => 0.9,
        (false, false) => 0.4,
    };
    (items, confidence)
}

/// Finds the first row that starts the totals: items are above it.
fn totals_row(amounts: &[Amount]) -> Option<usize> {
    let totals = |amount: &&Amount| {
        let role = amount.role.is_some_and(|role| {
            matches!(role, Concept::Total | Concept::Net | Concept::Given | Concept::AmountDue)
        });
        role && amount.strength >= 0.7 && amount.number.is_money()
    };
    // A summary at the top, before any priced row, does not end the items.
    let priced =
        |amount: &&Amount| amount.role.is_none_or(is_item_role) && amount.number.is_money();
    let first = amounts.iter().find(priced)?.number.spot.row;
    amounts.iter().filter(totals).map(|amount| amount.number.spot.row).find(|row| *row > first)
}

fn is_item_role(role: Concept) -> bool {
    matches!(role, Concept::Amount | Concept::UnitPrice)
}

/// Finds the head of the first of several tables in reach.
fn first_header(around: &Surroundings<'_>, mut header: usize) -> usize {
    while let Some(earlier) = around.header_row(header) {
        header = earlier;
    }
    header
}

/// The numbers of a row that has a price.
struct Priced {
    price: Decimal,
    others: Vec<(Decimal, usize)>,
}

impl Priced {
    fn read(amounts: &[Amount], row: usize) -> Option<Self> {
        let from = amounts.partition_point(|amount| amount.number.spot.row < row);
        let here: Vec<&Amount> =
            amounts.iter().skip(from).take_while(|a| a.number.spot.row == row).collect();
        let excluded = here.iter().any(|amount| {
            let role =
                amount.role.is_some_and(|role| !is_item_role(role) && role != Concept::Count);
            role && amount.strength > 0.6 && amount.number.is_money()
        });
        let last =
            here.iter().rposition(|amount| amount.number.is_money()).filter(|_| !excluded)?;
        let price = here.get(last)?.number.value;
        let others = here.iter().take(last).filter(|a| !a.number.percent);
        Some(Self { price, others: others.map(|a| (a.number.value, a.number.decimals)).collect() })
    }

    /// Makes the item; quantity and unit price are the pair of numbers whose product is the price.
    fn item(self, name: String, row: usize) -> Item {
        let product =
            |q: Decimal, u: Decimal| q.checked_mul(u).is_some_and(|p| p.round_dp(2) == self.price);
        let pairs = self
            .others
            .iter()
            .take(8)
            .flat_map(|a| self.others.iter().take(8).map(move |b| (a, b)));
        let found = pairs.filter(|(a, b)| a.1 <= b.1).find(|(a, b)| product(a.0, b.0));
        let single =
            self.others.iter().find(|(value, decimals)| *decimals == 0 && *value > Decimal::ZERO);
        Item {
            name,
            price: self.price,
            unit_price: found.map(|(_, unit)| unit.0),
            quantity: found.map(|(quantity, _)| quantity.0).or(single.map(|(value, _)| *value)),
            row,
        }
    }
}

/// Returns the words of a priced row: the cell with most letters, without a leading quantity.
fn name_of(row: &Row) -> Option<String> {
    let letters = |text: &str| text.chars().filter(|c| c.is_alphabetic()).count();
    let cell = row.cells.iter().max_by_key(|cell| letters(&cell.text))?;
    let name = clean(&cell.text);
    (letters(&name) >= 3).then_some(name)
}

/// Returns the text of a row without prices that may name the item of its neighbour.
fn plain_row(document: &Document, amounts: &[Amount], row: usize) -> Option<String> {
    let content = document.rows.get(row)?;
    let priced = Priced::read(amounts, row).is_some();
    (!priced && has_letter(&content.text)).then(|| name_of(content))?
}

/// Strips prices, tax codes and quantities around the name.
fn clean(text: &str) -> String {
    let tokens: Vec<&str> = text.split_whitespace().collect();
    let number = |token: &&&str| {
        !has_letter(token)
            || words(token).iter().all(|w| w.len() <= 3 && w.ends_with('x') && w.len() > 1)
    };
    let start = tokens.iter().take_while(number).count();
    let price = |token: &&&str| {
        let figure = token.chars().any(|c| c.is_ascii_digit())
            && !crate::money::in_text(token, &[]).is_empty();
        figure || token.len() <= 3 && crate::currency::at_end(token).is_some()
    };
    let end = tokens
        .iter()
        .position(|t| crate::money::in_text(t, &[]).iter().any(crate::money::Number::is_money));
    let body = tokens.get(start..end.unwrap_or(tokens.len()).max(start)).unwrap_or_default();
    let trailing = body.iter().rev().take_while(price).count();
    let body = body.get(..body.len() - trailing).unwrap_or_default();
    body.join(" ").trim_matches([':', '-', ' ', '*', '@']).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{amounts, money};

    fn read(text: &str) -> Vec<(String, String)> {
        let document = Document::read(text);
        let around = Surroundings::of(&document);
        let tagged = amounts::tag(&document, &around, &money::find(&document, &[]).0);
        let (items, _) = find(&document, &around, &tagged, &[]);
        items.into_iter().map(|item| (item.name, item.price.to_string())).collect()
    }

    fn pair(name: &str, price: &str) -> (String, String) {
        (name.to_owned(), price.to_owned())
    }

    #[test]
    fn items_stand_above_the_totals() {
        let text = "Item      Qty   Amount\nCoffee    1     2.50\n2  Green tea  3.00 SR\nTOTAL  5.50\nCASH  10.00";
        assert_eq!(read(text), [pair("Coffee", "2.50"), pair("Green tea", "3.00")]);
    }

    #[test]
    fn names_may_stand_in_the_next_row() {
        let text = "ITEM  QTY  PRICE  AMOUNT\n1264  1  25.00  25.00\nFACE MASK\nTOTAL  25.00";
        assert_eq!(read(text), [pair("FACE MASK", "25.00")]);
    }
}
