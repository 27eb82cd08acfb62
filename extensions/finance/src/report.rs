//! The report of a month as one HTML file: no script, nothing from elsewhere, charts as inline SVG.

mod chart;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use ext_amounts::Amount;
use serde::{Deserialize, Serialize};
use spacedrive_sdk::prelude::*;

use crate::budgets::{self, Budget, BudgetInput};
use crate::export::{self, Filter, Row};
use crate::money;
use crate::preferences::Preferences;
use crate::rates::Book;
use chart::{Bar, bars};

/// Months of the chart that ends in the month of the report.
const MONTHS: usize = 12;
/// Receipts that are listed.
const MAX_RECEIPTS: usize = 2000;

const STYLE: &str = "body{font:15px/1.5 system-ui,sans-serif;max-width:52rem;margin:2rem auto;\
padding:0 1rem;color:#1d2430}h1{margin-bottom:0}h2{margin-top:2.2rem}table{border-collapse:collapse;\
width:100%}th,td{text-align:left;padding:.3rem .6rem;border-bottom:1px solid #dfe3ea}\
.n{text-align:right;font-variant-numeric:tabular-nums}.over{color:#b3261e}.muted{color:#667085}\
svg{width:100%;height:auto}svg text{font:12px system-ui,sans-serif;fill:#1d2430}svg rect{fill:#3b6fd4}\
@media print{h2{break-after:avoid}tr{break-inside:avoid}}";

/// The month of a report.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ReportInput {
    /// Month, such as 2026-01; that of the last receipt where it is left out.
    pub month: Option<String>,
}

/// A report.
#[derive(Debug, Clone, Serialize)]
pub struct Report {
    /// Month of the report, `2026-01`.
    pub month: String,
    /// Number of its receipts.
    pub receipts: usize,
    /// The file.
    pub content: Blob,
}

/// Writes the report of a month.
///
/// # Errors
/// [`ErrorCode::BadInput`] for a month that is not valid; [`ErrorCode::NotFound`] for one without a
/// receipt; those of the export.
pub(crate) fn report(client: &SpacedriveClient, input: &ReportInput) -> Result<Report> {
    let rows = export::glances(client, &Filter::default())?;
    let last = rows.iter().filter_map(Row::month).max().map(str::to_owned);
    let asked = input.month.as_deref().map(budgets::month).transpose()?;
    let none = || Error::new(ErrorCode::NotFound, "no receipt with a date is booked");
    let month = asked.or(last).ok_or_else(none)?;
    let receipts = rows.iter().filter(|row| row.month() == Some(month.as_str())).count();
    if receipts == 0 {
        return Err(Error::new(ErrorCode::NotFound, format!("no receipt of {month} is booked")));
    }
    let budget = BudgetInput { month: Some(month.clone()) };
    // Without a home currency there are no budgets: that is said where they are asked for.
    let budgets = match budgets::budgets(client, &budget) {
        Err(error) if error.code() == ErrorCode::BadInput => Vec::new(),
        budgets => budgets?,
    };
    let home = Preferences::load(client)?.home_currency;
    let home = home.map(|home| Book::open(client, home)).transpose()?;
    let content = Blob::from(page(&rows, &month, &budgets, home.as_ref()).into_bytes());
    Ok(Report { month, receipts, content })
}

fn page(rows: &[Row], month: &str, budgets: &[Budget], home: Option<&Book>) -> String {
    let of_month: Vec<&Row> = rows.iter().filter(|row| row.month() == Some(month)).collect();
    let mut html = format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\"><title>Spending of {month}</title>\
         <style>{STYLE}</style></head>\n<body><h1>Spending of {month}</h1>\n\
         <p class=\"muted\">{} receipts</p>\n",
        of_month.len()
    );
    if let Some(book) = home {
        together(&mut html, rows, month, book);
    }
    for (code, of_currency) in by_currency(&of_month) {
        let name = if code.is_empty() { "without a currency" } else { &code };
        currency(&mut html, name, rows, month, &code, &of_currency);
    }
    self::budgets(&mut html, budgets);
    receipts(&mut html, &of_month);
    html.push_str("</body></html>\n");
    html
}

/// Groups receipts by currency, the one with the most first.
fn by_currency<'r>(rows: &[&'r Row]) -> Vec<(String, Vec<&'r Row>)> {
    let mut groups: BTreeMap<String, Vec<&Row>> = BTreeMap::new();
    for row in rows.iter().filter(|row| row.amount.is_some()) {
        groups.entry(row.currency.clone().unwrap_or_default()).or_default().push(row);
    }
    let mut groups: Vec<_> = groups.into_iter().collect();
    groups.sort_by_key(|(_, rows)| std::cmp::Reverse(rows.len()));
    groups
}

/// Adds up what was spent in several currencies, where the month has more than that at home.
fn together(html: &mut String, rows: &[Row], month: &str, book: &Book) {
    let is_of = |row: &&Row| row.month() == Some(month) && row.amount.is_some();
    let is_foreign = |row: &Row| row.currency.as_deref() != Some(book.home());
    if !rows.iter().filter(is_of).any(is_foreign) {
        return;
    }
    let mut rates = BTreeSet::new();
    let shown = months(month);
    let of_months = rows.iter().filter(|row| shown.iter().any(|it| row.month() == Some(it)));
    let converted = of_months.filter_map(|row| {
        let (amount, said) = book.converted(row)?;
        rates.extend(said.into_iter().filter(|_| row.month() == Some(month)));
        Some(Row { amount: Some(amount), currency: Some(book.home().to_owned()), ..row.clone() })
    });
    let converted: Vec<Row> = converted.collect();
    let of_month: Vec<&Row> = converted.iter().filter(is_of).collect();
    let title = format!("All in {}", book.home());
    currency(html, &title, &converted, month, book.home(), &of_month);
    let left_out = rows.iter().filter(is_of).count() - of_month.len();
    if left_out > 0 {
        let _ = writeln!(html, "<p class=muted>Without a rate, and not in it: {left_out}</p>");
    }
    let rates: Vec<String> = rates.into_iter().collect();
    if !rates.is_empty() {
        let _ = writeln!(html, "<p class=muted>Rates: {}</p>", escaped(&rates.join("; ")));
    }
}

fn currency(html: &mut String, name: &str, all: &[Row], month: &str, code: &str, rows: &[&Row]) {
    let total = printed(sum(rows.iter().copied()), code);
    let _ = writeln!(html, "<h2>{}</h2>\n<p>Spent: <b>{total}</b></p>", escaped(name));
    let mut categories: BTreeMap<&str, Vec<&Row>> = BTreeMap::new();
    for row in rows {
        categories.entry(row.category.as_deref().unwrap_or("no category")).or_default().push(row);
    }
    let mut shown: Vec<Bar> = categories
        .into_iter()
        .map(|(name, rows)| Bar::new(name, sum(rows.into_iter()), code))
        .collect();
    shown.sort_by_key(|bar| std::cmp::Reverse(bar.amount));
    let _ = writeln!(html, "<h3>By category</h3>\n{}", bars(&shown));
    let months = months(month).into_iter().map(|month| {
        let of = all.iter().filter(|row| {
            row.month() == Some(month.as_str())
                && row.currency.as_deref().unwrap_or_default() == code
        });
        Bar::new(&month, sum(of), code)
    });
    let months: Vec<Bar> = months.skip_while(|bar| bar.amount == Amount::default()).collect();
    if months.len() > 1 {
        let _ = writeln!(html, "<h3>By month</h3>\n{}", bars(&months));
    }
}

/// Lists the months that end in one, the oldest first.
fn months(last: &str) -> Vec<String> {
    let Ok(day) = format!("{last}-01").parse::<jiff::civil::Date>() else { return Vec::new() };
    let back = |back: usize| {
        let span = jiff::Span::new().try_months(i64::try_from(back).ok()?).ok()?;
        day.checked_sub(span).ok()?.to_string().get(..7).map(str::to_owned)
    };
    (0..MONTHS).rev().filter_map(back).collect()
}

fn budgets(html: &mut String, budgets: &[Budget]) {
    if budgets.is_empty() {
        return;
    }
    html.push_str("<h2>Budgets</h2>\n<table><tr><th>Category<th class=n>Budget<th class=n>Spent<th class=n>Left</tr>\n");
    for it in budgets {
        let class = if it.left < Amount::default() { "n over" } else { "n" };
        let of = |amount| printed(amount, &it.currency);
        let (budget, spent, left) = (of(it.budget), of(it.spent), of(it.left));
        let name = escaped(&it.category);
        let _ = writeln!(
            html,
            "<tr><td>{name}<td class=n>{budget}<td class=n>{spent}<td class=\"{class}\">{left}</tr>"
        );
    }
    html.push_str("</table>\n");
}

fn receipts(html: &mut String, rows: &[&Row]) {
    html.push_str(
        "<h2>Receipts</h2>\n<table><tr><th>Date<th>Vendor<th>Category<th class=n>Amount</tr>\n",
    );
    for row in rows.iter().take(MAX_RECEIPTS) {
        let text = |text: Option<&String>| escaped(text.map_or("", String::as_str));
        let amount =
            row.amount.map(|_| printed(row.spent(), row.currency.as_deref().unwrap_or_default()));
        let doubt = if row.sure { "" } else { " <span class=muted>(not sure)</span>" };
        let (date, category) = (text(row.date.as_ref()), text(row.category.as_ref()));
        let vendor = text(row.vendor.as_ref().or(Some(&row.source)));
        let amount = amount.unwrap_or_default();
        let _ = writeln!(
            html,
            "<tr><td>{date}<td>{vendor}{doubt}<td>{category}<td class=n>{amount}</tr>"
        );
    }
    html.push_str("</table>\n");
    if let Some(more) = rows.len().checked_sub(MAX_RECEIPTS).filter(|more| *more > 0) {
        let _ = writeln!(html, "<p class=muted>and {more} more</p>");
    }
}

fn sum<'r>(rows: impl Iterator<Item = &'r Row>) -> Amount {
    rows.fold(Amount::default(), |sum, row| sum.checked_add(row.spent()).unwrap_or(sum))
}

fn printed(amount: Amount, code: &str) -> String {
    let amount = money::with_digits(amount, Some(code).filter(|code| !code.is_empty()));
    escaped(format!("{amount} {code}").trim_end())
}

/// Escapes a text, which comes from strangers' emails.
fn escaped(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            other => html.push(other),
        }
    }
    html
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::test_row;

    #[test]
    fn a_report_has_charts_and_no_script_whatever_vendors_are_called() {
        let mut rows = vec![
            test_row("<script>alert(1)</script> & \"Sons\"", "2026-02-05", "12.50"),
            test_row("Bakery", "2026-01-31", "3.00"),
        ];
        rows[0].category = Some("<b>".to_owned());
        let html = page(&rows, "2026-02", &[], None);
        assert!(
            !html.contains("<script") && !html.contains("<b>alert") && !html.contains("http"),
            "{html}"
        );
        assert!(
            html.contains("&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;Sons&quot;"),
            "{html}"
        );
        assert_eq!(html.matches("<svg").count(), 2, "by category and by month");
        assert!(html.contains("Spent: <b>12.50 EUR</b>") && !html.contains("Bakery"), "{html}");
    }

    #[test]
    fn twelve_months_end_in_the_one_that_is_told() {
        let months = months("2026-02");
        assert_eq!(
            (months.len(), months[0].as_str(), months[11].as_str()),
            (12, "2025-03", "2026-02")
        );
    }
}
