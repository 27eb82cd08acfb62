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

fn page(number: &str, opening: &str, lines: &[&str], closing: &str) -> String {
    let lines: String = lines
        .iter()
        .map(|line| format!(":61:{line}NDDTNONREF\n:86:105?00CARD?20TRAM?32STADTWERKE\n"))
        .collect();
    format!(
        ":20:STARTUMS\n:25:12345678/0001234567\n:28C:{number}\n:60F:C260131EUR{opening}\n{lines}\
         :62F:C260202EUR{closing}\n-\n"
    )
}

const TICKET: &str = "2602020202D2,90";

fn counts(imported: &Value) -> Vec<(u64, u64)> {
    let of = |it: &Value| (it["lines"].as_u64().unwrap(), it["new"].as_u64().unwrap());
    imported.as_array().unwrap().iter().map(of).collect()
}

#[test]
fn two_tickets_on_two_pages_of_a_file_are_two_lines() {
    let one = page("1/1", "100,00", &[TICKET], "97,10");
    let two = page("1/2", "97,10", &[TICKET], "94,20");
    for file in [[one.clone(), two.clone()].concat(), [two.clone(), one.clone()].concat()] {
        let host = columns(None);
        assert_eq!(counts(&import(&host, &file, &json!({})).unwrap()), [(1, 1), (1, 1)]);
        assert_eq!(lines(&host).len(), 2);
        // A page alone, and the same file once more, bring nothing new.
        for again in [&two, &one, &file] {
            let imported = import(&host, again, &json!({})).unwrap();
            assert!(counts(&imported).iter().all(|(_, new)| *new == 0), "{imported}");
        }
        assert_eq!(lines(&host).len(), 2);
    }
}

#[test]
fn a_statement_that_stands_twice_in_a_file_or_overlaps_has_each_line_once() {
    let one = page("1/1", "100,00", &[TICKET], "97,10");
    let both = page("1/1", "100,00", &[TICKET, TICKET], "94,20");
    let even = page("1/1", "100,00", &[TICKET, "2602020202C2,90"], "100,00");
    let two = page("1/2", "97,10", &[TICKET], "94,20");
    for (file, count) in [
        ([one.clone(), one.clone()].concat(), 1),
        ([one.clone(), both].concat(), 2),
        ([even.clone(), even].concat(), 2),
        ([one.clone(), two.clone(), one.clone(), two.clone()].concat(), 2),
        ([one.clone(), one, two.clone(), two].concat(), 2),
    ] {
        let host = columns(None);
        import(&host, &file, &json!({})).unwrap();
        assert_eq!(lines(&host).len(), count, "{file}");
    }
}

fn camt(kind: (&str, &str), ids: &[&str]) -> String {
    let (outer, inner) = kind;
    let entry = "<Ntry><Amt Ccy=\"EUR\">2.90</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>\
        <BookgDt><Dt>2026-02-02</Dt></BookgDt></Ntry>";
    let account = "<Acct><Id><IBAN>DE89370400440532013000</IBAN></Id><Ccy>EUR</Ccy></Acct>";
    let statement = |id: &&str| format!("<{inner}><Id>{id}</Id>{account}{entry}</{inner}>");
    let statements: String = ids.iter().map(statement).collect();
    format!("<Document><{outer}>{statements}</{outer}></Document>")
}

#[test]
fn statements_without_balances_are_told_apart_by_their_numbers() {
    let statement = ("BkToCstmrStmt", "Stmt");
    // A report of the day has what the one before it had.
    let report = ("BkToCstmrAcctRpt", "Rpt");
    for (kind, ids, count) in
        [(statement, ["1", "2"], 2), (statement, ["1", "1"], 1), (report, ["1", "2"], 1)]
    {
        let host = columns(None);
        import(&host, &camt(kind, &ids), &json!({})).unwrap();
        assert_eq!(lines(&host).len(), count, "{kind:?} {ids:?}");
    }
}

#[test]
fn what_a_person_said_of_a_line_stays_when_the_file_is_imported_again_with_its_currency() {
    let host = columns(None);
    let file = table(&["03.02.2026;Shop;-12,50;", "04.02.2026;Shop;-13,50;"]);
    import(&host, &file, &json!({})).unwrap();
    let of = |day: &str| {
        let mut all = reconciled(&host);
        all.retain(|row| row["date"] == day);
        assert_eq!(all.len(), 1, "{all:?}");
        all.remove(0)
    };
    decide(&host, &json!({ "line": of("2026-02-03")["line"], "none": true }));
    let mine = json!({ "date": "Buchung", "amount": "Summe", "name": "Wer", "currency": "Whg" });
    for home in ["EUR", "CHF", "EUR"] {
        host.set_settings(&json!({ "statement_columns": { "mine": mine }, "home_currency": home }));
        import(&host, &file, &json!({})).unwrap();
        let line = of("2026-02-03");
        assert_eq!((&line["currency"], &line["state"]), (&json!(home), &json!("not_needed")));
        assert_eq!(of("2026-02-04")["state"], "no_receipt");
    }
    // What is taken back stays so, also under the ids of before.
    decide(&host, &json!({ "line": of("2026-02-03")["line"], "undo": true }));
    for home in ["CHF", "EUR"] {
        host.set_settings(&json!({ "statement_columns": { "mine": mine }, "home_currency": home }));
        import(&host, &file, &json!({})).unwrap();
        assert_eq!(of("2026-02-03")["state"], "no_receipt");
    }
}

#[test]
fn a_line_is_booked_in_the_year_that_is_nearest_to_its_value() {
    for (line, day) in [
        ("2511280105D7,00", "2026-01-05"),
        ("2512310102D7,00", "2026-01-02"),
        ("2601021231D7,00", "2025-12-31"),
        ("2602151130D7,00", "2025-11-30"),
        ("2602100211D7,00", "2026-02-11"),
        ("2402290301D7,00", "2024-03-01"),
        ("260210D7,00", "2026-02-10"),
    ] {
        let host = columns(None);
        import(&host, &page("1/1", "100,00", &[line], "93,00"), &json!({})).unwrap();
        assert!(lines(&host)[0].starts_with(day), "{line}: {:?}", lines(&host));
    }
    let no_day = page("1/1", "100,00", &["2302270229D7,00"], "93,00");
    let error = import(&columns(None), &no_day, &json!({})).unwrap_err();
    assert!(error.message().contains("field 61"), "{error}");
}
