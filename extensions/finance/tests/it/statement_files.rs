//! Files of banks: tables of several banks, currencies beside amounts, and lines that say the same.

use finance::extension::Extension;
use serde_json::{Value, json};
use spacedrive_sdk::prelude::*;
use spacedrive_sdk::testing::FakeHost;

const IMPORT: &str = "action:finance.import_statement.input.v1";

fn bank(settings: &Value) -> FakeHost {
    let host = FakeHost::new();
    host.set_extension("finance");
    host.set_settings(settings);
    host
}

fn import(host: &FakeHost, file: &str, more: &Value) -> Result<Value> {
    let mut input = json!({ "file": Blob::from(file.as_bytes().to_vec()) });
    input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    host.call::<Extension, _, _>(IMPORT, &input)
}

/// Lists day, amount, currency and name of the lines.
fn lines(host: &FakeHost) -> Vec<String> {
    let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
    let line = |row: &Value| {
        let amount = format!("{:.2}", row["amount"].as_f64().unwrap());
        [text(&row["date"]), amount, text(&row["currency"]), text(&row["name"])].join(" ")
    };
    reconciled(host).iter().map(line).collect()
}

fn reconciled(host: &FakeHost) -> Vec<Value> {
    host.call::<Extension, _, _>("query:finance.reconcile.v1", &json!({})).unwrap()
}

fn decide(host: &FakeHost, decision: &Value) {
    let decided: Result<Value> =
        host.call::<Extension, _, _>("action:finance.match.input.v1", decision);
    decided.unwrap();
}

#[test]
fn a_file_that_two_mappings_read_otherwise_is_refused_until_one_is_named() {
    let chase =
        "Date,Description,Amount\n2026-02-01,Coffee Shop,-4.50\n2026-02-02,Salary,1000.00\n";
    let amex = json!({ "date": "Date", "amount": "Amount", "sign": "reversed" });
    let both = bank(&json!({ "statement_columns": {
        "amex": amex,
        "chase": { "date": "Date", "amount": "Amount", "name": "Description" },
    } }));
    let error = import(&both, chase, &json!({})).unwrap_err();
    assert_eq!(error.code(), ErrorCode::BadInput);
    for said in ["`amex`", "`chase`", "`mapping`"] {
        assert!(error.message().contains(said), "{error}");
    }
    assert_eq!(lines(&both), [""; 0]);
    import(&both, chase, &json!({ "mapping": "chase" })).unwrap();
    assert_eq!(lines(&both), ["2026-02-01 -4.50 - Coffee Shop", "2026-02-02 1000.00 - Salary"]);
}

#[test]
fn of_two_mappings_that_agree_the_one_with_more_columns_reads_a_file() {
    let file = "Date,Description,Amount,Ccy\n2026-02-01,Coffee Shop,-4.50,GBP\n";
    let host = bank(&json!({ "statement_columns": {
        "a": { "date": "Date", "amount": "Amount" },
        "b": { "date": "Date", "amount": "Amount", "name": "Description", "currency": "Ccy" },
        "c": { "date": "Date", "amount": "Amount", "name": "Description", "currency": "Ccy" },
        "d": { "date": "Day", "amount": "Amount" },
        "e": { "date": "Date", "amount": "Amount", "date_format": "dd/mm/yyyy" },
    } }));
    import(&host, file, &json!({})).unwrap();
    assert_eq!(lines(&host), ["2026-02-01 -4.50 GBP Coffee Shop"]);
}

fn columns(home: Option<&str>) -> FakeHost {
    let mine = json!({ "date": "Buchung", "amount": "Summe", "name": "Wer", "currency": "Whg" });
    bank(&json!({ "statement_columns": { "mine": mine }, "home_currency": home }))
}

fn table(lines: &[&str]) -> String {
    format!("Buchung;Wer;Summe;Whg\n{}\n", lines.join("\n"))
}

#[test]
fn a_line_is_in_the_currency_that_it_says() {
    let host = columns(Some("EUR"));
    let file = table(&[
        "03.02.2026;Shop US;-12,50 USD;",
        "04.02.2026;Shop UK;-20,00;£",
        "05.02.2026;Shop US;$-30,00;US$",
        "06.02.2026;Shop DE;-40,00 €;",
        "07.02.2026;Shop DE;-50,00;",
        "08.02.2026;Shop DE;-60,00;eur",
    ]);
    import(&host, &file, &json!({})).unwrap();
    let expected = [
        "2026-02-03 -12.50 USD Shop US",
        "2026-02-04 -20.00 GBP Shop UK",
        "2026-02-05 -30.00 USD Shop US",
        "2026-02-06 -40.00 EUR Shop DE",
        "2026-02-07 -50.00 EUR Shop DE",
        "2026-02-08 -60.00 EUR Shop DE",
    ];
    assert_eq!(lines(&host), expected);
}

#[test]
fn a_currency_that_is_not_certain_is_refused_with_its_line() {
    for (home, line, said) in [
        (Some("EUR"), "03.02.2026;Shop;-12,50;Konto", Some("line 2: `Konto` is not a currency")),
        (
            Some("EUR"),
            "03.02.2026;Shop;$-12,50;",
            Some("line 2: its currency may be one of several"),
        ),
        (None, "03.02.2026;Shop;-12,50;kr", Some("line 2: its currency may be one of several")),
        (Some("CAD"), "03.02.2026;Shop;$-12,50;", None),
        (Some("NOK"), "03.02.2026;Shop;-12,50;kr", None),
    ] {
        let host = columns(home);
        let imported = import(&host, &table(&[line]), &json!({}));
        let Some(said) = said else {
            imported.unwrap();
            assert!(lines(&host)[0].contains(home.unwrap()), "{line}");
            continue;
        };
        assert!(imported.unwrap_err().message().contains(said), "{line}");
    }
}

#[test]
fn a_quote_that_is_not_closed_swallows_no_lines() {
    let cut = table(&[
        "06.02.2026;\"Zum Hirsch;-12,50;EUR",
        "07.02.2026;Shop B;-13,50;EUR",
        "08.02.2026;\"Shop D\";-15,50;EUR",
    ]);
    let error = import(&columns(None), &cut, &json!({})).unwrap_err();
    assert!(error.message().contains("line 2: a cell opens with a quote"), "{error}");
    let sound = table(&[
        "06.02.2026;\"Zum \"\"Hirsch\"\";",
        "Hafen; Kai 2\";-12,50;EUR",
        "07.02.2026;Shop \"B\";-13,50;EUR",
        "08.02.2026;\"Shop\" D;-15,50;EUR",
    ]);
    let host = columns(None);
    import(&host, &sound, &json!({})).unwrap();
    let expected = [
        "2026-02-06 -12.50 EUR Zum \"Hirsch\"; Hafen; Kai 2",
        "2026-02-07 -13.50 EUR Shop \"B\"",
        "2026-02-08 -15.50 EUR Shop D",
    ];
    assert_eq!(lines(&host), expected);
}
