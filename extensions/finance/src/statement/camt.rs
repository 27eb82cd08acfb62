//! CAMT.053 and CAMT.052 of ISO 20022, all versions.

use ext_amounts::Amount;
use spacedrive_sdk::prelude::*;

use super::line::{Line, Original, Statement, amount, plain};
use crate::fields;
use crate::xml::{self, Element};

const STATEMENTS: &str = "Document/BkToCstmrStmt/Stmt";
/// Reports of a day, each of which may have the lines of the one before it.
const REPORTS: &str = "Document/BkToCstmrAcctRpt/Rpt";
const DAY: &str = "Dt|DtTm";

/// Reads the statements of a file.
///
/// # Errors
/// [`ErrorCode::BadInput`] for what is not XML, and for a line without a day or an amount.
pub(super) fn read(text: &str) -> Result<Vec<Statement>> {
    let root = xml::parse(text)?;
    let numbered = |it: &Element| {
        let (number, page) = (it.text_at("Id"), it.text_at("StmtPgntn/PgNb"));
        Ok(Statement { number, page, ..statement(it)? })
    };
    let statements = root.all(STATEMENTS).into_iter().map(numbered);
    statements.chain(root.all(REPORTS).into_iter().map(statement)).collect()
}

fn statement(root: &Element) -> Result<Statement> {
    let mut lines = Vec::new();
    for entry in root.all("Ntry").into_iter().filter(|entry| is_booked(entry)) {
        lines.extend(self::lines(entry)?);
    }
    let currency = root.text_at("Acct/Ccy").or_else(|| {
        root.at("Bal/Amt").and_then(|amount| amount.attribute("Ccy")).map(str::to_owned)
    });
    Ok(Statement {
        account: root.text_at("Acct/Id/IBAN").or_else(|| root.text_at("Acct/Id/Othr/Id")),
        currency,
        from: root.text_at("FrToDt/FrDtTm|FrDt").and_then(|day| fields::date(&day)),
        to: root.text_at("FrToDt/ToDtTm|ToDt").and_then(|day| fields::date(&day)),
        opening: balance(root, &["OPBD", "PRCD"]),
        closing: balance(root, &["CLBD"]),
        lines,
        ..Statement::default()
    })
}

/// Returns whether a line is booked, not only announced.
fn is_booked(entry: &Element) -> bool {
    let status = entry.text_at("Sts/Cd|Prtry").or_else(|| entry.text_at("Sts"));
    status.is_none_or(|status| status == "BOOK")
}

fn balance(root: &Element, codes: &[&str]) -> Option<Amount> {
    let of = |code: &&str| {
        let is_it = |it: &&Element| it.text_at("Tp/CdOrPrtry/Cd").as_deref() == Some(*code);
        root.all("Bal").into_iter().find(is_it).and_then(signed)
    };
    codes.iter().find_map(of)
}

/// Returns the amount of an element with its sign: `DBIT` leaves the account.
fn signed(element: &Element) -> Option<Amount> {
    let value = element.text_at("Amt").and_then(|text| amount(&text))?;
    let leaves = element.text_at("CdtDbtInd").as_deref() == Some("DBIT");
    Some(if leaves { -value } else { value })
}

/// Returns a line for each payment of an entry whose payments add up to it, else one.
fn lines(entry: &Element) -> Result<Vec<Line>> {
    let wrong = |what: &str| Error::bad_input(format!("an entry (`Ntry`) has no {what}"));
    let day = entry.text_at(&format!("BookgDt/{DAY}"));
    let day = day.or_else(|| entry.text_at(&format!("ValDt/{DAY}")));
    let date = day.and_then(|day| fields::date(&day)).ok_or_else(|| wrong("valid date"))?;
    let total = signed(entry).ok_or_else(|| wrong("valid amount"))?;
    let currency = entry.at("Amt").and_then(|amount| amount.attribute("Ccy")).map(str::to_owned);
    let whole = Line { date, amount: total, currency, ..Line::default() };
    let payments = entry.all("NtryDtls/TxDtls");
    let parts: Vec<Line> = payments.iter().filter_map(|it| payment(it, entry, &whole)).collect();
    let sum = parts.iter().try_fold(Amount::default(), |sum, it| sum.checked_add(it.amount));
    if parts.len() == payments.len() && parts.len() > 1 && sum == Some(total) {
        return Ok(parts);
    }
    let none = Element::default();
    let payment = if let [payment] = payments.as_slice() { payment } else { &none };
    Ok(vec![told(whole, payment, entry)])
}

/// Returns one payment of several; `None` without an amount in the currency of the entry.
fn payment(payment: &Element, entry: &Element, whole: &Line) -> Option<Line> {
    let own = payment.at("Amt").or_else(|| payment.at("AmtDtls/TxAmt/Amt"))?;
    let is_same = own.attribute("Ccy").is_none_or(|code| Some(code) == whole.currency.as_deref());
    let value = amount(&own.text().filter(|_| is_same)?)?;
    let leaves =
        payment.text_at("CdtDbtInd").map_or(whole.amount < Amount::default(), |it| it == "DBIT");
    let amount = if leaves { -value } else { value };
    Some(told(Line { amount, ..whole.clone() }, payment, entry))
}

/// Adds to a line what the payment says.
fn told(line: Line, payment: &Element, entry: &Element) -> Line {
    let leaves = line.amount < Amount::default();
    let party = if leaves { "Cdtr" } else { "Dbtr" };
    let name = |party: &str| {
        let path = format!("RltdPties/{party}");
        payment
            .text_at(&format!("{path}/Nm"))
            .or_else(|| payment.text_at(&format!("{path}/Pty/Nm")))
    };
    let remittance = payment.all("RmtInf/Ustrd").into_iter().filter_map(Element::text);
    let structured = payment.text_at("RmtInf/Strd/CdtrRefInf/Ref");
    let mut words: Vec<String> = remittance.chain(structured).collect();
    if words.is_empty() {
        words.extend(payment.text_at("AddtlTxInf").or_else(|| entry.text_at("AddtlNtryInf")));
    }
    let end_to_end = payment.text_at("Refs/EndToEndId").filter(|id| id != "NOTPROVIDED");
    Line {
        original: original(payment, &line),
        name: name(party).or_else(|| name(&format!("Ultmt{party}"))),
        account: payment.text_at(&format!("RltdPties/{party}Acct/Id/IBAN")),
        purpose: plain(&words.join(" ")).unwrap_or_default(),
        reference: end_to_end.or_else(|| entry.text_at("AcctSvcrRef")),
        ..line
    }
}

fn original(payment: &Element, line: &Line) -> Option<Original> {
    let instructed = payment.at("AmtDtls/InstdAmt/Amt")?;
    let currency = instructed.attribute("Ccy")?;
    let value = amount(&instructed.text()?)?;
    let amount = if line.amount < Amount::default() { -value } else { value };
    (Some(currency) != line.currency.as_deref())
        .then(|| Original { amount, currency: currency.to_owned() })
}
