//! Bars as inline SVG.

use std::fmt::Write as _;

use ext_amounts::Amount;
use rust_decimal::prelude::ToPrimitive;

use super::{escaped, printed};

/// Height of a bar with the space below it.
const ROW: usize = 26;
/// Width of the drawing.
const WIDTH: usize = 800;
/// Width of the names.
const NAMES: f64 = 180.0;
/// Width of the longest bar.
const BARS: f64 = 470.0;
/// Characters of a name that are shown.
const MAX_NAME: usize = 24;

/// A bar of a chart.
pub(super) struct Bar {
    name: String,
    pub(super) amount: Amount,
    label: String,
}

impl Bar {
    pub(super) fn new(name: &str, amount: Amount, currency: &str) -> Self {
        let name: String = match name.char_indices().nth(MAX_NAME) {
            Some((end, _)) => format!("{}…", name.get(..end).unwrap_or_default()),
            None => name.to_owned(),
        };
        Self { name, amount, label: printed(amount, currency) }
    }
}

/// Draws bars below each other, the longest as wide as there is room. What came back more than it was
/// spent has no bar, but its amount.
pub(super) fn bars(bars: &[Bar]) -> String {
    let value = |bar: &Bar| bar.amount.value().to_f64().unwrap_or_default().max(0.0);
    let most = bars.iter().map(value).fold(0.0, f64::max);
    let height = bars.len() * ROW;
    let mut svg = format!("<svg viewBox=\"0 0 {WIDTH} {height}\" role=\"img\">");
    for (at, bar) in bars.iter().enumerate() {
        let width = if most > 0.0 { value(bar) / most * BARS } else { 0.0 };
        let (top, base) = (at * ROW + 3, at * ROW + 17);
        let (name, label) = (escaped(&bar.name), &bar.label);
        let (end, side) = (NAMES - 8.0, NAMES + width + 8.0);
        let _ = write!(
            svg,
            "<text x=\"{end}\" y=\"{base}\" text-anchor=\"end\">{name}</text>\
             <rect x=\"{NAMES}\" y=\"{top}\" width=\"{width:.1}\" height=\"18\" rx=\"3\"/>\
             <text x=\"{side:.1}\" y=\"{base}\">{label}</text>"
        );
    }
    svg.push_str("</svg>");
    svg
}
