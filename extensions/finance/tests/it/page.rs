//! A page of the bookings, as a table on a screen asks for it.

use crate::common::shop;
use serde_json::{Value, json};
use spacedrive_sdk::testing::FakeHost;

fn page(host: &FakeHost, input: &Value) -> Value {
    host.call::<finance::extension::Extension, _, _>("query:finance.page.v1", input).unwrap()
}

fn column(page: &Value, field: &str) -> Vec<Value> {
    page["rows"].as_array().unwrap().iter().map(|row| row[field].clone()).collect()
}

#[test]
fn a_page_has_its_rows_and_the_totals_of_all_that_fit() {
    let host = shop();
    let first = page(&host, &json!({ "limit": 2 }));
    assert_eq!(column(&first, "source"), [json!("a.eml"), json!("b.eml")], "{first}");
    assert_eq!(first["total"], 3);
    assert_eq!(
        first["totals"],
        json!([
            { "currency": "EUR", "amount": 7.25, "receipts": 1 },
            { "currency": "GBP", "amount": 24.5, "receipts": 2 }
        ])
    );
    assert_eq!(
        first["per_month"],
        json!([
            { "month": "2026-01", "currency": "GBP", "amount": 4.5, "receipts": 1 },
            { "month": "2026-02", "currency": "EUR", "amount": 7.25, "receipts": 1 },
            { "month": "2026-02", "currency": "GBP", "amount": 20.0, "receipts": 1 }
        ])
    );
    assert_eq!(
        first["per_category"],
        json!([
            { "category": null, "currency": "EUR", "amount": 7.25, "receipts": 1 },
            { "category": null, "currency": "GBP", "amount": 24.5, "receipts": 2 }
        ])
    );
    assert_eq!(first["rows"][0]["items"], Value::Null, "no file is read for a row");
    assert_eq!(first["currencies"], json!(["EUR", "GBP"]));
    let rest = page(&host, &json!({ "limit": 2, "offset": 2 }));
    assert_eq!(column(&rest, "source"), [json!("c.eml")]);
    assert_eq!(rest["totals"], first["totals"]);
}

#[test]
fn conditions_and_order_are_those_that_were_asked_for() {
    let host = shop();
    let sources = |input: Value| column(&page(&host, &input), "source");
    assert_eq!(sources(json!({ "sort": "vendor" })), ["b.eml", "a.eml", "c.eml"]);
    assert_eq!(
        sources(json!({ "sort": "vendor", "descending": true })),
        ["c.eml", "a.eml", "b.eml"]
    );
    assert_eq!(
        sources(json!({ "sort": "amount", "descending": true })),
        ["b.eml", "a.eml", "c.eml"]
    );
    assert_eq!(sources(json!({ "min": 5, "max": 7.25 })), ["c.eml"]);
    assert_eq!(sources(json!({ "from": "2026-02-01", "currency": "gbp" })), ["b.eml"]);
    let id = &page(&host, &json!({}))["rows"][1]["entry_id"];
    assert_eq!(sources(json!({ "entry_id": id })), ["b.eml"]);
    let all = column(&page(&host, &json!({})), "sure");
    let sure = all.iter().filter(|sure| **sure == json!(true)).count();
    assert_eq!(sources(json!({ "sure": true })).len(), sure);
    assert_eq!(sources(json!({ "sure": false })).len(), all.len() - sure);
    // What is filtered out is still offered as a filter.
    assert_eq!(page(&host, &json!({ "min": 1000 }))["currencies"], json!(["EUR", "GBP"]));
}

#[test]
fn an_export_has_the_rows_that_a_page_shows_by_the_same_conditions() {
    let host = shop();
    for input in [
        json!({ "min": 5 }),
        json!({ "min": 5, "max": 7.25 }),
        json!({ "category": "" }),
        json!({ "sure": true }),
        json!({ "sure": false }),
        json!({ "rejected": true }),
    ] {
        let ids = |rows: &Value| -> Vec<Value> {
            rows.as_array().unwrap().iter().map(|row| row["entry_id"].clone()).collect()
        };
        let mut asked = input.clone();
        asked["format"] = json!("json");
        let text: String = host
            .call::<finance::extension::Extension, _, _>("query:finance.export_text.v1", &asked)
            .unwrap();
        let exported: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(ids(&exported), ids(&page(&host, &input)["rows"]), "{input}");
    }
}

#[test]
fn what_has_no_value_stands_last_in_both_orders() {
    let host = shop();
    let all = page(&host, &json!({}));
    let id = &all["rows"][0]["entry_id"];
    let input = json!({ "entry_id": id, "values": { "vendor": "" } });
    let _: Value = host
        .call::<finance::extension::Extension, _, _>("action:finance.correct.input.v1", &input)
        .unwrap();
    for descending in [false, true] {
        let page = page(&host, &json!({ "sort": "vendor", "descending": descending }));
        assert_eq!(column(&page, "source")[2], "a.eml", "{descending}");
    }
}

#[test]
fn a_page_has_a_limit() {
    let host = shop();
    for limit in [0, 501] {
        let input = json!({ "limit": limit });
        let refused = host
            .call::<finance::extension::Extension, _, Value>("query:finance.page.v1", &input)
            .unwrap_err();
        assert_eq!(refused.code(), spacedrive_sdk::ErrorCode::BadInput, "{limit}");
    }
}
