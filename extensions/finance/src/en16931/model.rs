//! The values of an invoice that rules are about, under the names of the norm (`BT-106`).

use rust_decimal::Decimal;

use crate::fields;
use crate::xml::Element;

/// Numbers are smaller than this.
const MAX_NUMBER: i64 = 1_000_000_000_000;
/// Most digits behind the point.
const MAX_SCALE: u32 = 8;

/// An invoice.
#[derive(Debug, Clone, Default)]
pub(super) struct Invoice {
    /// Specification that it follows, BT-24.
    pub(super) guideline: Option<String>,
    /// Number of the invoice, BT-1.
    pub(super) number: Option<String>,
    /// Date of issue, BT-2.
    pub(super) date: Option<String>,
    /// Code of its type, BT-3.
    pub(super) type_code: Option<String>,
    /// Currency, BT-5.
    pub(super) currency: Option<String>,
    /// Day of the tax, BT-7.
    pub(super) tax_point: Option<String>,
    /// Code of that day, BT-8.
    pub(super) tax_point_code: Option<String>,
    /// Texts in the place of days that are not valid dates, by the terms that they stand for.
    pub(super) unreadable: Vec<(&'static str, String)>,
    /// Number of the invoice that it is about, BT-25.
    pub(super) preceding: Vec<String>,
    /// Day that it is due, BT-9.
    pub(super) due_date: Option<String>,
    /// Terms of payment, BT-20.
    pub(super) terms: Option<String>,
    pub(super) seller: Party,
    pub(super) buyer: Party,
    /// BT-73 and BT-74.
    pub(super) period: (Option<String>, Option<String>),
    /// BG-20 and BG-21.
    pub(super) charges: Vec<Charge>,
    pub(super) totals: Totals,
    /// Breakdown of VAT, BG-23.
    pub(super) taxes: Vec<Tax>,
    /// Lines of the invoice, BG-25.
    pub(super) lines: Vec<Line>,
}

/// A party.
#[derive(Debug, Clone, Default)]
pub(super) struct Party {
    pub(super) name: Option<String>,
    pub(super) country: Option<String>,
    /// A number for taxes.
    pub(super) tax_id: Option<String>,
}

/// An allowance or a charge of the whole invoice.
#[derive(Debug, Clone, Default)]
pub(super) struct Charge {
    pub(super) is_charge: bool,
    /// BT-92, BT-99.
    pub(super) amount: Option<Decimal>,
    pub(super) tax: Category,
}

/// A category of VAT and its rate.
#[derive(Debug, Clone, Default)]
pub(super) struct Category {
    pub(super) code: Option<String>,
    pub(super) rate: Option<Decimal>,
}

/// The totals, BG-22.
#[derive(Debug, Clone, Default)]
pub(super) struct Totals {
    /// Sum of the lines, BT-106.
    pub(super) lines: Option<Decimal>,
    /// Sum of the allowances, BT-107.
    pub(super) allowances: Option<Decimal>,
    /// Sum of the charges, BT-108.
    pub(super) charges: Option<Decimal>,
    /// Total without VAT, BT-109.
    pub(super) net: Option<Decimal>,
    /// Total of VAT, BT-110.
    pub(super) tax: Option<Decimal>,
    /// Total with VAT, BT-112.
    pub(super) gross: Option<Decimal>,
    /// Amount paid before, BT-113.
    pub(super) prepaid: Option<Decimal>,
    /// Amount of rounding, BT-114.
    pub(super) rounding: Option<Decimal>,
    /// Amount to be paid, BT-115.
    pub(super) due: Option<Decimal>,
}

/// A line of the breakdown of VAT.
#[derive(Debug, Clone, Default)]
pub(super) struct Tax {
    /// Amount that is taxed, BT-116.
    pub(super) base: Option<Decimal>,
    /// Amount of the tax, BT-117.
    pub(super) amount: Option<Decimal>,
    /// BT-118 and BT-119.
    pub(super) category: Category,
    /// BT-120 or BT-121.
    pub(super) reason: Option<String>,
}

/// A line of the invoice.
#[derive(Debug, Clone, Default)]
pub(super) struct Line {
    /// Number of the line, BT-126.
    pub(super) id: Option<String>,
    /// Net amount of the line, BT-131.
    pub(super) net: Option<Decimal>,
    /// Net price of one, BT-146.
    pub(super) price: Option<Decimal>,
    /// Name of the item, BT-153.
    pub(super) name: Option<String>,
    /// BT-151 and BT-152.
    pub(super) tax: Category,
}

/// Reads the number at a path.
pub(super) fn number(element: &Element, path: &str) -> Option<Decimal> {
    decimal(&element.text_at(path)?)
}

/// Reads a number by its digits; `None` for one so large or long that sums of many could overflow.
pub(super) fn decimal(text: &str) -> Option<Decimal> {
    let number = Decimal::from_str_exact(text.strip_prefix('+').unwrap_or(text)).ok()?;
    (number.abs() < Decimal::from(MAX_NUMBER) && number.scale() <= MAX_SCALE).then_some(number)
}

/// Lists the texts at a path below each of some elements.
pub(super) fn texts(element: &Element, of: &str, path: &str) -> Vec<String> {
    element.all(of).into_iter().filter_map(|it| it.text_at(path)).collect()
}

/// Lists the texts at these paths that are not days, each with its term.
pub(super) fn unreadable(
    element: &Element,
    places: &[(&'static str, &str)],
) -> Vec<(&'static str, String)> {
    let not_a_day = |(term, path): &(&'static str, &str)| {
        let text = element.text_at(path).filter(|text| !text.trim().is_empty())?;
        day(element, path).is_none().then_some((*term, text))
    };
    places.iter().filter_map(not_a_day).collect()
}

/// Reads the day at a path: `2026-01-31` or `20260131`.
pub(super) fn day(element: &Element, path: &str) -> Option<String> {
    let text = element.text_at(path)?;
    match (text.get(..4), text.get(4..6), text.get(6..8)) {
        (Some(year), Some(month), Some(day)) if text.len() == 8 => {
            fields::date(&format!("{year}-{month}-{day}"))
        }
        _ => fields::date(&text),
    }
}
