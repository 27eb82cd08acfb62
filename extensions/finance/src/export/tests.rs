//! Tests of exports.

use super::*;
use crate::fields::CREDIT_NOTE;
use crate::index::Kept;

pub(crate) fn row(vendor: &str, date: &str, amount: &str) -> Row {
    let with_digits = |text: &str| {
        Amount::parse(text).map(|amount| crate::money::with_digits(amount, Some("EUR")))
    };
    let kept = Kept {
        vendor: Some(vendor.to_owned()),
        date: Some(date.to_owned()),
        amount: with_digits(amount),
        currency: Some("EUR".to_owned()),
        source: "a.eml".to_owned(),
        confidence: 0.9,
        ..Kept::default()
    };
    let items = vec![Line { name: "Tea, green".into(), price: with_digits("2.5") }];
    Row { items: Some(items), ..Row::of(&Glance::of("", &kept)) }
}

#[test]
fn csv_quotes_and_disarms() {
    let text = csv(&[row("=HYPERLINK(\"http://x\")", "2026-01-05", "-12.5")]).unwrap();
    let line = text.lines().nth(1).unwrap();
    assert!(line.contains("\"'=HYPERLINK(\"\"http://x\"\")\""), "{line}");
    assert!(line.contains(",-12.50,EUR,"), "{line}");
    assert!(line.contains("\"Tea, green 2.50\""), "{line}");
}

#[test]
fn what_was_spent_stands_in_csv_as_in_the_sums() {
    let mut rows = [row("A", "2026-01-05", "100"), row("A", "2026-01-09", "30")];
    rows[1].kind = Some(CREDIT_NOTE.into());
    let spent = |rows: &[Row]| -> Vec<String> {
        let text = csv(rows).unwrap();
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let at = reader.headers().unwrap().iter().position(|it| it == "spent").unwrap();
        reader.records().map(|it| it.unwrap()[at].to_owned()).collect()
    };
    assert_eq!(spent(&rows), ["100.00", "-30.00"]);
    assert_eq!(sums(&rows)[0].amount.to_string(), "70.00");
    rows[0].amount = None;
    assert_eq!(spent(&rows), ["", "-30.00"]);
}

#[test]
fn sums_do_not_drift() {
    let rows: Vec<Row> = (0..10).map(|_| row("A", "2026-01-05", "0.1")).collect();
    let sums = sums(&rows);
    assert_eq!(
        (sums.len(), sums[0].amount.to_string().as_str(), sums[0].receipts),
        (1, "1.00", 10)
    );
    assert_eq!(sums[0].month.as_deref(), Some("2026-01"));
}

#[test]
fn credit_notes_are_taken_off_whatever_their_sign() {
    let credit =
        |amount: &str| Row { kind: Some(CREDIT_NOTE.into()), ..row("A", "2026-01-09", amount) };
    let rows = [row("A", "2026-01-05", "100.0"), credit("30.0"), credit("-20.0")];
    let sums = sums(&rows);
    assert_eq!((sums[0].amount.to_string().as_str(), sums[0].receipts), ("50.00", 3));
    // A refund without a title has the sign that is written.
    assert_eq!(self::sums(&[row("A", "2026-01-05", "-5.0")])[0].amount.to_string(), "-5.00");
}

#[test]
fn amounts_have_the_digits_of_their_currency_in_every_export() {
    let row = |code: &str, amount| Row {
        amount: Amount::parse(amount).map(|it| crate::money::with_digits(it, Some(code))),
        currency: Some(code.to_owned()),
        ..row("A", "2026-01-05", "1.0")
    };
    let rows = [row("JPY", "12100"), row("KWD", "12.5"), row("EUR", "1234567890.1")];
    let written = ["12100", "12.500", "1234567890.10"];
    for (row, amount) in rows.iter().zip(written) {
        let json = serde_json::to_string(row).unwrap();
        assert!(json.contains(&format!(r#""amount":{amount},"#)), "{json}");
        assert!(csv(std::slice::from_ref(row)).unwrap().contains(&format!(",{amount},")));
        let sum = serde_json::to_string(&sums(std::slice::from_ref(row))).unwrap();
        assert!(sum.contains(&format!(r#""amount":{amount},"#)), "{sum}");
    }
}

#[test]
fn filters() {
    let filter = Filter {
        from: Some("2026-01-01".into()),
        to: Some("2026-01-31".into()),
        ..Filter::default()
    };
    let kept = |date: &str| Kept { date: Some(date.to_owned()), ..Kept::default() };
    assert!(Glance::of("", &kept("2026-01-31")).fits(&filter));
    assert!(!Glance::of("", &kept("2026-02-01")).fits(&filter));
    assert!(Filter { from: Some("soon".into()), ..Filter::default() }.checked().is_err());
    assert!(Filter { limit: Some(0), ..Filter::default() }.checked().is_err());
}
