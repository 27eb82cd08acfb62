//! Recurring payments, credit notes, budgets, taxes, the report, and fields that a person fills in.

use finance::extension::Extension;
use serde::Deserialize;
use serde_json::{Value, json};
use spacedrive_sdk::ops::http::{Request, RequestOutput, ResponseHeader};
use spacedrive_sdk::prelude::*;
use spacedrive_sdk::testing::FakeHost;

use crate::common::{import, rows, shop};

/// The answer of a report.
#[derive(Deserialize)]
struct Report {
    month: String,
    receipts: usize,
    content: Blob,
}

fn call(host: &FakeHost, method: &str, input: &Value) -> Result<Value> {
    host.call::<Extension, _, _>(method, input)
}

fn list(host: &FakeHost, method: &str, input: &Value) -> Vec<Value> {
    call(host, method, input).unwrap().as_array().unwrap().clone()
}

fn id_of(host: &FakeHost, vendor: &str) -> Value {
    let found = rows(host).into_iter().find(|row| row["vendor"] == vendor);
    found.unwrap_or_else(|| panic!("{vendor}"))["entry_id"].clone()
}

fn correct(host: &FakeHost, vendor: &str, values: &Value) -> Value {
    let input = json!({ "entry_id": id_of(host, vendor), "values": values });
    call(host, "action:finance.correct.input.v1", &input).unwrap()
}

fn subscribe(host: &FakeHost, month: u32, total: &str) {
    let name = format!("film{month}");
    let mail = format!(
        "From: Filmfluss <till@filmfluss.example>\r\nSubject: Your receipt\r\n\
         Message-ID: <{name}@x>\r\n\r\nFilmfluss GmbH\nReceipt No: 99{month}7\n\
         Date: 2026-0{month}-05\nTotal  {total} EUR\nPaid by card\n"
    );
    import(host, &format!("{name}.eml"), "message/rfc822", mail.as_bytes()).unwrap();
}

#[test]
fn a_subscription_and_its_new_price_are_found() {
    let host = shop();
    for (month, total) in [(1, "9.99"), (2, "9.99"), (3, "9.99"), (4, "12.99"), (5, "12.99")] {
        subscribe(&host, month, total);
    }
    let method = "query:finance.recurring.v1";
    let found = list(&host, method, &json!({}));
    assert_eq!(found.len(), 1, "{found:#?}");
    assert_eq!((&found[0]["every"], &found[0]["late"]), (&json!("monthly"), &json!(false)));
    assert_eq!((&found[0]["next"], &found[0]["per_year"]), (&json!("2026-06-05"), &json!(155.88)));
    assert_eq!(found[0]["changes"][0]["from"], 9.99);
    assert_eq!(list(&host, method, &json!({ "changed": true })).len(), 1);
    assert_eq!(list(&host, method, &json!({ "on": "2026-08-01" }))[0]["late"], true);
    let error = call(&host, method, &json!({ "on": "someday" })).unwrap_err();
    assert_eq!(error.code(), ErrorCode::BadInput);
}

#[test]
fn a_credit_note_is_listed_with_its_invoice() {
    let host = shop();
    subscribe(&host, 1, "9.99");
    subscribe(&host, 2, "9.99");
    let second = rows(&host).into_iter().find(|row| row["source"] == "film2.eml").unwrap();
    let values = json!({ "document_type": "credit_note" });
    let input = json!({ "entry_id": second["entry_id"], "values": values });
    call(&host, "action:finance.correct.input.v1", &input).unwrap();
    let found = list(&host, "query:finance.credits.v1", &json!({}));
    assert_eq!(found.len(), 1, "{found:#?}");
    assert_eq!(found[0]["invoice"]["date"], "2026-01-05");
    assert_eq!(found[0]["left"], 0.0);
    let listed = rows(&host).into_iter().find(|row| row["source"] == "film2.eml").unwrap();
    assert_eq!((&listed["amount"], &listed["spent"]), (&json!(9.99), &json!(-9.99)));
    assert!(list(&host, "query:finance.credits.v1", &json!({ "to": "2026-02-01" })).is_empty());
}

#[test]
fn budgets_say_what_is_left_and_what_is_in_other_currencies() {
    let host = shop();
    let method = "query:finance.budgets.v1";
    assert!(list(&host, method, &json!({})).is_empty(), "there are none");
    host.set_settings(&json!({ "budgets": { "food": 5, "books": 30 } }));
    assert!(call(&host, method, &json!({})).unwrap_err().message().contains("home_currency"));
    host.set_settings(&json!({ "home_currency": "EUR", "budgets": { "food": 5, "books": 30.5 } }));
    correct(&host, "Corner Bakery Ltd", &json!({ "category": "food" }));
    correct(&host, "Atlas Books Ltd", &json!({ "category": "books" }));
    let found = list(&host, method, &json!({}));
    let [books, food] = found.as_slice() else { panic!("{found:#?}") };
    assert_eq!(
        (&food["spent"], &food["left"], &food["month"]),
        (&json!(7.25), &json!(-2.25), &json!("2026-02"))
    );
    assert_eq!((&books["left"], &books["elsewhere"]), (&json!(30.5), &json!(1)));
    import_rates(&host, "Date,GBP\n2026-02-02,0.80\n").unwrap();
    let books = &list(&host, method, &json!({}))[0];
    assert_eq!((&books["left"], &books["elsewhere"]), (&json!(5.5), &json!(0)));
    assert_eq!(books["rates"], json!(["GBP 0.80 of 2026-02-02"]));
    assert_eq!(list(&host, method, &json!({ "month": "2026-01" }))[1]["spent"], 0.0);
    for month in ["2026-13", "January", "2026-01-01"] {
        let error = call(&host, method, &json!({ "month": month })).unwrap_err();
        assert!(error.message().contains("valid month"), "{month}: {error}");
        let without_budgets = call(&shop(), method, &json!({ "month": month }));
        assert!(without_budgets.is_err(), "{month}");
    }
}

#[test]
fn taxes_are_added_up_per_country_and_rate() {
    let host = shop();
    correct(&host, "Atlas Books Ltd", &json!({ "tax": "3.33" }));
    correct(&host, "Blue Kettle Ltd", &json!({ "tax": "0.75" }));
    let found = list(&host, "query:finance.taxes.v1", &json!({}));
    let british = found.iter().find(|sum| sum["country"] == "GB").unwrap();
    assert_eq!((&british["rate"], &british["receipts"]), (&json!("20 %"), &json!(2)));
    assert_eq!((&british["net"], &british["tax"]), (&json!(20.42), &json!(4.08)));
    let rest = found.iter().find(|sum| sum["currency"] == "EUR").unwrap();
    assert_eq!((&rest["rate"], &rest["tax"]), (&json!("not stated"), &Value::Null));
}

#[test]
fn a_month_is_reported_as_one_file() {
    let host = shop();
    let report =
        |input: Value| host.call::<Extension, _, Report>("query:finance.report.v1", &input);
    let last = report(json!({})).unwrap();
    assert_eq!((last.month.as_str(), last.receipts), ("2026-02", 2));
    let html = String::from_utf8(last.content.as_bytes().to_vec()).unwrap();
    assert!(html.starts_with("<!doctype html>") && html.contains("<svg"), "{html}");
    assert!(html.contains("Atlas Books Ltd") && !html.contains("<script"), "{html}");
    assert!(!html.contains("All in"), "{html}");
    host.set_settings(&json!({ "home_currency": "EUR" }));
    let html = || {
        let content = report(json!({})).unwrap().content;
        String::from_utf8(content.as_bytes().to_vec()).unwrap()
    };
    assert!(html().contains("All in EUR</h2>\n<p>Spent: <b>7.25 EUR</b>"), "{}", html());
    assert!(html().contains("Without a rate, and not in it: 1"), "{}", html());
    import_rates(&host, "Date,GBP\n2026-02-02,0.80\n").unwrap();
    assert!(html().contains("All in EUR</h2>\n<p>Spent: <b>32.25 EUR</b>"), "{}", html());
    assert!(html().contains("Rates: GBP 0.80 of 2026-02-02"), "{}", html());
    let none = report(json!({ "month": "2024-01" })).err().unwrap();
    assert_eq!(none.code(), ErrorCode::NotFound);
}

#[test]
fn a_person_names_project_due_day_payment_and_a_note() {
    let host = shop();
    let values = json!({ "project": " House ", "due": "2026-02-20", "note": "ask Ann" });
    let row = correct(&host, "Atlas Books Ltd", &values);
    assert_eq!(
        (&row["project"], &row["due"], &row["note"]),
        (&json!("House"), &json!("2026-02-20"), &json!("ask Ann"))
    );
    let export = |input: Value| list(&host, "query:finance.export.v1", &input).len();
    assert_eq!((export(json!({ "project": "House" })), export(json!({ "unpaid": true }))), (1, 1));
    let shown = list(&host, "query:finance.show.v1", &json!({ "entry_id": row["entry_id"] }));
    assert!(shown.iter().any(|line| line["field"] == "note" && line["value"] == "ask Ann"));
    correct(&host, "Atlas Books Ltd", &json!({ "paid": "2026-02-18" }));
    assert_eq!(export(json!({ "unpaid": true })), 0);
    let to_pay = || list(&host, "query:finance.to_pay.v1", &Value::Null).len();
    assert_eq!(to_pay(), 0);
    let row = correct(&host, "Atlas Books Ltd", &json!({ "project": "", "paid": null }));
    assert_eq!((&row["project"], export(json!({ "unpaid": true }))), (&Value::Null, 1));
    assert_eq!(to_pay(), 1);
    let input = json!({ "entry_id": row["entry_id"], "values": { "due": "soon" } });
    let error = call(&host, "action:finance.correct.input.v1", &input).unwrap_err();
    assert!(error.message().contains("due: `soon` is not a day"), "{error}");
}

#[test]
fn the_csv_of_gnucash_has_two_splits_that_come_to_nothing() {
    let host = shop();
    let text =
        call(&host, "query:finance.export_text.v1", &json!({ "format": "gnucash" })).unwrap();
    let mut reader = csv::Reader::from_reader(text.as_str().unwrap().as_bytes());
    let records: Vec<csv::StringRecord> =
        reader.records().map(std::result::Result::unwrap).collect();
    assert_eq!(records.len(), 6);
    for pair in records.chunks(2) {
        assert_eq!(pair[0][1], pair[1][1], "one transaction");
        let amount = |record: &csv::StringRecord| record[12].parse::<f64>().unwrap();
        assert!((amount(&pair[0]) + amount(&pair[1])).abs() < 1e-9);
        assert!(pair[0][9].starts_with("Expenses:") && pair[1][9].starts_with("Assets:Payments:"));
    }
    assert_eq!(&records[0][5], "CURRENCY::GBP");
}

#[test]
fn an_electronic_invoice_is_checked_and_the_rules_are_named() {
    let host = shop();
    let sample =
        format!("{}/samples/16-de-xrechnung-and-its-picture.eml", env!("CARGO_MANIFEST_DIR"));
    let mail = std::fs::read(sample).unwrap();
    import(&host, "x.eml", "message/rfc822", &mail).unwrap();
    let stated = rows(&host).into_iter().find(|row| row["source"] == "x.eml").unwrap();
    let method = "query:finance.check.v1";
    let lines = list(&host, method, &json!({ "entry_id": stated["entry_id"] }));
    assert!(!lines.is_empty() && lines[0]["problem"].is_string(), "{lines:#?}");
    let none = call(&host, method, &json!({ "entry_id": id_of(&host, "Atlas Books Ltd") }));
    assert_eq!(none.unwrap_err().code(), ErrorCode::NotFound);
}

#[test]
fn the_view_of_the_spending_has_budgets_and_what_comes_again() {
    use spacedrive_sdk::view::{Block, View};

    let host = shop();
    (1..4).for_each(|month| subscribe(&host, month, "9.99"));
    host.set_settings(&json!({ "home_currency": "EUR", "budgets": { "software": 20 } }));
    let shown: View =
        host.call::<Extension, _, _>("query:finance.spending_view.v1", &json!({})).unwrap();
    let tables = shown.blocks.iter().filter_map(|block| match block {
        Block::Table(table) => table.title.clone(),
        _ => None,
    });
    let titles: Vec<String> = tables.collect();
    assert_eq!(titles, ["Spent", "Budgets of 2026-03", "Comes again"]);
}

#[test]
fn spending_is_added_up_in_the_home_currency_by_imported_rates() {
    let host = shop();
    let method = "query:finance.home_summary.v1";
    assert!(call(&host, method, &json!({})).unwrap_err().message().contains("home_currency"));
    host.set_settings(&json!({ "home_currency": "EUR" }));
    let without = list(&host, method, &json!({ "vendor": "atlas" }));
    assert_eq!(
        (&without[0]["receipts"], without[0]["left_out"].as_array().unwrap().len()),
        (&json!(0), 1)
    );
    let rates = |text: &str| import_rates(&host, text);
    let kept = rates("Date,USD,GBP\n2026-02-02,1.25,0.80\n2026-01-05,1.2,0.75\n").unwrap();
    assert_eq!((&kept["from"], &kept["days"]), (&json!("2026-01-05"), &json!(2)));
    assert_eq!(rates("Date,GBP\n2026-02-02,0.80\n").unwrap()["new"], 0);
    assert_eq!(rates("Date,GBP\n").unwrap_err().code(), ErrorCode::BadInput);
    let found = list(&host, method, &json!({ "vendor": "atlas" }));
    assert_eq!(
        (&found[0]["amount"], &found[0]["rates"]),
        (&json!(25.0), &json!(["GBP 0.80 of 2026-02-02"]))
    );
}

fn import_rates(host: &FakeHost, text: &str) -> Result<Value> {
    let file = Blob::from(text.as_bytes().to_vec());
    call(host, "action:finance.import_rates.input.v1", &json!({ "file": file }))
}

/// A file of rates as the bank documents it.
fn bank_file(days: &[(&str, &str)]) -> String {
    let day = |(day, rate): &(&str, &str)| {
        format!(
            "<Cube time='{day}'><Cube currency='USD' rate='1.1'/><Cube currency='GBP' rate='{rate}'/></Cube>"
        )
    };
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<gesmes:Envelope \
         xmlns:gesmes=\"http://www.gesmes.org/xml/2002-08-01\" \
         xmlns=\"http://www.ecb.int/vocabulary/2002-08-01/eurofxref\">\
         <gesmes:subject>Reference rates</gesmes:subject><gesmes:Sender>\
         <gesmes:name>European Central Bank</gesmes:name></gesmes:Sender><Cube>{}</Cube></gesmes:Envelope>",
        days.iter().map(day).collect::<String>()
    )
}

fn serve(host: &FakeHost, status: u16, body: String) {
    host.on::<Request>(move |request| {
        let is_known =
            request.url.starts_with("https://www.ecb.europa.eu/stats/eurofxref/eurofxref-");
        assert!(is_known && request.auth.is_none(), "{request:?}");
        let body = body.clone().into_bytes().into();
        let value = "Fri, 20 Feb 2026 15:00:00 GMT".to_owned();
        let headers = vec![ResponseHeader { name: "date".to_owned(), value }];
        Ok(RequestOutput { status, headers, body, url: request.url })
    });
}

#[test]
fn rates_are_fetched_when_they_are_asked_for_and_kept_when_that_fails() {
    let host = shop();
    host.set_settings(&json!({ "home_currency": "EUR" }));
    let method = "action:finance.fetch_rates.input.v1";
    host.on::<Request>(|_| Err(Error::new(ErrorCode::Net, "no route to the host")));
    let none = call(&host, method, &json!({})).unwrap_err();
    assert_eq!(none.code(), ErrorCode::Net);
    assert!(none.message().contains("there are none yet: no route to the host"), "{none}");

    serve(&host, 200, bank_file(&[("2026-02-03", "0.80"), ("2026-02-02", "0.79")]));
    let kept = call(&host, method, &json!({ "period": "90-days" })).unwrap();
    assert_eq!((&kept["to"], &kept["new"]), (&json!("2026-02-03"), &json!(2)), "{kept}");
    assert!(kept["note"].as_str().unwrap().contains("days old"), "{kept}");
    let sums = list(&host, "query:finance.home_summary.v1", &json!({ "vendor": "atlas" }));
    let by_day = json!(["GBP 0.80 of 2026-02-03"]);
    assert_eq!((&sums[0]["amount"], &sums[0]["rates"]), (&json!(25.0), &by_day));

    for (status, body, said) in [
        (200, "<html>Maintenance</html>".to_owned(), "has no rates"),
        (200, bank_file(&[]), "has no rates"),
        (503, String::new(), "503"),
    ] {
        serve(&host, status, body);
        let error = call(&host, method, &json!({})).unwrap_err();
        let message = error.message();
        assert!(
            message.contains("those until 2026-02-03 stay") && message.contains(said),
            "{message}"
        );
    }
    assert!(call(&host, method, &json!({ "period": "yearly" })).is_err());
    let sums = list(&host, "query:finance.home_summary.v1", &json!({ "vendor": "atlas" }));
    assert_eq!(sums[0]["rates"], by_day);
}
