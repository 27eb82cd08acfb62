//! Business rules of EN 16931-1.

use rust_decimal::Decimal;

use super::Finding;
use super::model::{Category, Invoice, Line, Tax};
use crate::text::clip;

/// Findings that are listed.
const MAX_FINDINGS: usize = 200;
/// Categories of VAT without a tax, with the part of their rules' names; the last column says whether the
/// reason must stand beside them.
const FREE: [(&str, &str, bool); 6] = [
    ("Z", "Z", false),
    ("E", "E", true),
    ("AE", "AE", true),
    ("K", "IC", true),
    ("G", "G", true),
    ("O", "O", true),
];

/// Checks an invoice by all rules.
pub(super) fn check(invoice: &Invoice) -> Vec<Finding> {
    let mut report = Report::default();
    required(invoice, &mut report);
    dates(invoice, &mut report);
    totals(invoice, &mut report);
    decimals(invoice, &mut report);
    for line in &invoice.lines {
        of_line(line, &mut report);
    }
    for tax in &invoice.taxes {
        of_tax(invoice, tax, &mut report);
    }
    categories(invoice, &mut report);
    report.findings
}

/// Bytes of a text of the XML that are shown.
const MAX_SHOWN: usize = 40;

/// The findings so far.
#[derive(Default)]
struct Report {
    findings: Vec<Finding>,
}

impl Report {
    fn add(&mut self, rule: impl Into<String>, problem: impl Into<String>) {
        if self.findings.len() < MAX_FINDINGS {
            self.findings.push(Finding { rule: rule.into(), problem: problem.into() });
        }
    }

    /// Compares a sum with what it is made of.
    fn equal(
        &mut self,
        rule: &str,
        name: &str,
        stated: Option<Decimal>,
        parts: &str,
        sum: Decimal,
    ) {
        if let Some(stated) = stated.filter(|stated| *stated != sum) {
            self.add(rule, format!("{name} is {stated}, but {parts} comes to {}", plain(sum)));
        }
    }
}

/// Writes a number with two digits behind the point, or more where they count.
fn plain(number: Decimal) -> Decimal {
    let mut number = number.normalize();
    if number.scale() < 2 {
        number.rescale(2);
    }
    number
}

fn required(it: &Invoice, report: &mut Report) {
    let totals = &it.totals;
    let fields = [
        ("BR-01", "guideline (BT-24)", it.guideline.is_some()),
        ("BR-02", "number (BT-1)", it.number.is_some()),
        ("BR-03", "date of issue (BT-2)", it.date.is_some()),
        ("BR-04", "type (BT-3)", it.type_code.is_some()),
        ("BR-05", "currency (BT-5)", it.currency.is_some()),
        ("BR-06", "name of the seller (BT-27)", it.seller.name.is_some()),
        ("BR-07", "name of the buyer (BT-44)", it.buyer.name.is_some()),
        ("BR-09", "country of the seller (BT-40)", it.seller.country.is_some()),
        ("BR-11", "country of the buyer (BT-55)", it.buyer.country.is_some()),
        ("BR-12", "sum of the lines (BT-106)", totals.lines.is_some()),
        ("BR-13", "total without VAT (BT-109)", totals.net.is_some()),
        ("BR-14", "total with VAT (BT-112)", totals.gross.is_some()),
        ("BR-15", "amount due (BT-115)", totals.due.is_some()),
        ("BR-16", "line (BG-25)", !it.lines.is_empty()),
        ("BR-CO-18", "breakdown of VAT (BG-23)", !it.taxes.is_empty()),
    ];
    for (rule, name, _) in fields.into_iter().filter(|(_, _, is_there)| !is_there) {
        report.add(rule, format!("the invoice has no {name}"));
    }
}

fn dates(it: &Invoice, report: &mut Report) {
    for (term, text) in &it.unreadable {
        report.add(*term, format!("`{}` is not a valid date", clip(text, MAX_SHOWN)));
    }
    if it.tax_point.is_some() && it.tax_point_code.is_some() {
        report.add("BR-CO-3", "it has a tax point date (BT-7) and a code for one (BT-8)");
    }
    if let (Some(start), Some(end)) = &it.period
        && end < start
    {
        report.add("BR-29", format!("the period ends on {end}, before it starts on {start}"));
    }
    let is_due = it.totals.due.is_some_and(|due| due > Decimal::ZERO);
    let has_day = it.due_date.is_some() || it.unreadable.iter().any(|(term, _)| *term == "BT-9");
    if is_due && !has_day && it.terms.is_none() {
        report.add(
            "BR-CO-25",
            "an amount is due, but neither a day (BT-9) nor terms (BT-20) say when",
        );
    }
}

fn totals(it: &Invoice, report: &mut Report) {
    let totals = &it.totals;
    let or_nought = |value: Option<Decimal>| value.unwrap_or_default();
    let charges = |wanted: bool| {
        it.charges.iter().filter(move |it| it.is_charge == wanted).filter_map(|it| it.amount).sum()
    };
    let lines: Decimal = it.lines.iter().filter_map(|line| line.net).sum();
    report.equal(
        "BR-CO-10",
        "the sum of the lines (BT-106)",
        totals.lines,
        "the sum of BT-131",
        lines,
    );
    let allowances = Some(or_nought(totals.allowances));
    let name = "the sum of the allowances (BT-107)";
    report.equal("BR-CO-11", name, allowances, "the sum of BT-92", charges(false));
    let name = "the sum of the charges (BT-108)";
    report.equal(
        "BR-CO-12",
        name,
        Some(or_nought(totals.charges)),
        "the sum of BT-99",
        charges(true),
    );
    if let Some(lines) = totals.lines {
        let net = lines - or_nought(totals.allowances) + or_nought(totals.charges);
        let parts = "BT-106 - BT-107 + BT-108";
        report.equal("BR-CO-13", "the total without VAT (BT-109)", totals.net, parts, net);
    }
    let tax: Decimal = it.taxes.iter().filter_map(|tax| tax.amount).sum();
    report.equal("BR-CO-14", "the total of the VAT (BT-110)", totals.tax, "the sum of BT-117", tax);
    if let Some(net) = totals.net {
        let gross = net + or_nought(totals.tax);
        report.equal(
            "BR-CO-15",
            "the total with VAT (BT-112)",
            totals.gross,
            "BT-109 + BT-110",
            gross,
        );
    }
    if let Some(gross) = totals.gross {
        let due = gross - or_nought(totals.prepaid) + or_nought(totals.rounding);
        let parts = "BT-112 - BT-113 + BT-114";
        report.equal("BR-CO-16", "the amount due (BT-115)", totals.due, parts, due);
    }
}

/// Amounts have two digits behind the point at most.
fn decimals(it: &Invoice, report: &mut Report) {
    let totals = &it.totals;
    let amounts = [
        ("BR-DEC-09", "BT-106", totals.lines),
        ("BR-DEC-10", "BT-107", totals.allowances),
        ("BR-DEC-11", "BT-108", totals.charges),
        ("BR-DEC-12", "BT-109", totals.net),
        ("BR-DEC-13", "BT-110", totals.tax),
        ("BR-DEC-14", "BT-112", totals.gross),
        ("BR-DEC-16", "BT-113", totals.prepaid),
        ("BR-DEC-17", "BT-114", totals.rounding),
        ("BR-DEC-18", "BT-115", totals.due),
    ];
    let taxes = it
        .taxes
        .iter()
        .flat_map(|tax| [("BR-DEC-19", "BT-116", tax.base), ("BR-DEC-20", "BT-117", tax.amount)]);
    let lines = it.lines.iter().map(|line| ("BR-DEC-23", "BT-131", line.net));
    for (rule, name, amount) in amounts.into_iter().chain(taxes).chain(lines) {
        if let Some(amount) = amount.filter(|amount| amount.scale() > 2) {
            report.add(
                rule,
                format!("{name} is {amount}: it has more than two digits behind the point"),
            );
        }
    }
}

fn of_line(line: &Line, report: &mut Report) {
    let id = line.id.as_deref().unwrap_or("without a number");
    let fields = [
        ("BR-21", "number (BT-126)", line.id.is_some()),
        ("BR-24", "net amount (BT-131)", line.net.is_some()),
        ("BR-25", "name (BT-153)", line.name.is_some()),
        ("BR-26", "price (BT-146)", line.price.is_some()),
        ("BR-CO-4", "category of VAT (BT-151)", line.tax.code.is_some()),
    ];
    for (rule, name, _) in fields.into_iter().filter(|(_, _, is_there)| !is_there) {
        report.add(rule, format!("line {id} has no {name}"));
    }
    if let Some(price) = line.price.filter(|price| price.is_sign_negative() && !price.is_zero()) {
        report.add("BR-27", format!("the price of line {id} is {price}, below 0"));
    }
    rate(&line.tax, "5", &format!("line {id}"), report);
}

/// Checks that a rate fits to its category; `number` is the last part of the rule's name.
fn rate(tax: &Category, number: &str, place: &str, report: &mut Report) {
    let Some(code) = tax.code.as_deref() else { return };
    if code == "S" && tax.rate.is_none_or(|rate| rate <= Decimal::ZERO) {
        report.add(format!("BR-S-{number}"), format!("{place} is taxed, but at no rate above 0"));
    }
    let free = FREE.iter().find(|(free, _, _)| *free == code);
    if let (Some((_, name, _)), Some(rate)) = (free, tax.rate)
        && !rate.is_zero()
    {
        report.add(
            format!("BR-{name}-{number}"),
            format!("{place} is free of tax, but its rate is {rate} %"),
        );
    }
}

fn of_tax(it: &Invoice, tax: &Tax, report: &mut Report) {
    let code = tax.category.code.as_deref().unwrap_or_default();
    let rate = tax.category.rate.unwrap_or_default();
    let place = format!("the breakdown of VAT for {code} at {} %", rate.normalize());
    let fields = [
        ("BR-45", "base (BT-116)", tax.base.is_some()),
        ("BR-46", "amount (BT-117)", tax.amount.is_some()),
        ("BR-47", "category (BT-118)", tax.category.code.is_some()),
        ("BR-48", "rate (BT-119)", tax.category.rate.is_some() || code == "O"),
    ];
    for (rule, name, _) in fields.into_iter().filter(|(_, _, is_there)| !is_there) {
        report.add(rule, format!("{place} has no {name}"));
    }
    let (Some(base), Some(amount)) = (tax.base, tax.amount) else { return };
    let expected = (base * rate / Decimal::ONE_HUNDRED).round_dp(2);
    // Taxes of lines may have been rounded each: the norm's own checks allow as much.
    if (expected - amount).abs() >= Decimal::ONE {
        let problem = format!("{place} is {amount}, but {rate} % of {base} is {}", plain(expected));
        report.add("BR-CO-17", problem);
    }
    let of_lines = base_of(it, code, rate);
    if code == "S" && (of_lines - base).abs() >= Decimal::ONE {
        let problem = format!(
            "{place} has the base {base}, but lines, allowances and charges come to {}",
            plain(of_lines)
        );
        report.add("BR-S-8", problem);
    }
    if code == "S" && tax.reason.is_some() {
        report.add("BR-S-10", format!("{place} has a reason for an exemption"));
    }
    let Some((_, name, needs_reason)) = FREE.iter().find(|(free, _, _)| *free == code) else {
        return;
    };
    if !amount.is_zero() {
        report.add(
            format!("BR-{name}-9"),
            format!("{place} is free of tax, but the tax is {amount}"),
        );
    }
    match (needs_reason, tax.reason.is_some()) {
        (true, false) => {
            report.add(format!("BR-{name}-10"), format!("{place} has no reason (BT-120, BT-121)"));
        }
        (false, true) => {
            report.add(format!("BR-{name}-10"), format!("{place} has a reason for an exemption"));
        }
        _ => {}
    }
}

/// Adds up the lines, allowances and charges of a category and rate.
fn base_of(it: &Invoice, code: &str, rate: Decimal) -> Decimal {
    let is_of =
        |tax: &Category| tax.code.as_deref() == Some(code) && tax.rate.unwrap_or_default() == rate;
    let lines: Decimal =
        it.lines.iter().filter(|line| is_of(&line.tax)).filter_map(|line| line.net).sum();
    let charges = it.charges.iter().filter(|charge| is_of(&charge.tax));
    let signed =
        charges.filter_map(|it| it.amount.map(|sum| if it.is_charge { sum } else { -sum }));
    lines + signed.sum::<Decimal>()
}

/// Checks that what is taxed stands in the breakdown, and that a seller who taxes names a number.
fn categories(it: &Invoice, report: &mut Report) {
    let has = |code: &str| it.taxes.iter().any(|tax| tax.category.code.as_deref() == Some(code));
    let used = |code: &str| {
        let lines = it.lines.iter().map(|line| &line.tax);
        let mut all = lines.chain(it.charges.iter().map(|charge| &charge.tax));
        all.any(|tax| tax.code.as_deref() == Some(code))
    };
    for (code, name) in FREE.iter().map(|(code, name, _)| (*code, *name)).chain([("S", "S")]) {
        if used(code) && !has(code) {
            let problem =
                format!("lines are of category {code}, which the breakdown of VAT does not have");
            report.add(format!("BR-{name}-1"), problem);
        }
    }
    if used("S") && it.seller.tax_id.is_none() {
        report.add("BR-S-2", "it has VAT, but no number of the seller for taxes (BT-31, BT-32)");
    }
    for (at, charge) in it.charges.iter().enumerate() {
        let (number, name) = if charge.is_charge { ("7", "charge") } else { ("6", "allowance") };
        rate(&charge.tax, number, &format!("{name} {} of the invoice", at + 1), report);
    }
}
