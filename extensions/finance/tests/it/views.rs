//! The views of Finance.

use std::collections::HashMap;

use finance::extension::Extension;
use serde_json::{Value, json};
use spacedrive_sdk::testing::FakeHost;
use spacedrive_sdk::view::{Block, Cell, Target, View};

use crate::common::{host, shop};

fn view(host: &FakeHost, name: &str, input: &Value) -> View {
    host.call::<Extension, _, _>(&format!("query:finance.{name}_view.v1"), input).unwrap()
}

#[test]
fn the_spending_is_charted_per_month_and_category() {
    let shown = view(&shop(), "spending", &json!({}));
    let [Block::Table(totals), Block::Chart(months), Block::Chart(categories)] =
        shown.blocks.as_slice()
    else {
        panic!("{shown:?}")
    };
    assert_eq!(totals.rows[0].cells[1], Cell::money(7.25, "EUR"));
    assert_eq!(months.labels, ["2026-01", "2026-02"]);
    assert_eq!(months.series[0].values, [Some(4.5), Some(20.0)]);
    assert_eq!(categories.currency.as_deref(), Some("GBP"));
    let empty = view(&host(HashMap::new()), "spending", &json!({}));
    assert!(matches!(empty.blocks.as_slice(), [Block::Text(_)]), "{empty:?}");
}

#[test]
fn bookings_are_sorted_filtered_corrected_and_rejected() {
    let host = shop();
    let vendors = |input: Value| -> Vec<String> {
        let shown = view(&host, "bookings", &input);
        let Some(Block::Table(table)) = shown.blocks.get(1) else { panic!("{shown:?}") };
        let name = |row: &spacedrive_sdk::view::Row| match &row.cells[1] {
            Cell::View(link) => link.text.clone(),
            other => panic!("{other:?}"),
        };
        table.rows.iter().map(name).collect()
    };
    assert_eq!(vendors(json!({}))[0], "Corner Bakery Ltd", "the latest stands first");
    assert_eq!(vendors(json!({ "sort": "vendor", "currency": "GBP" })).len(), 2);
    let shown = view(&host, "bookings", &json!({ "vendor": "blue" }));
    let Some(Block::Table(table)) = shown.blocks.get(1) else { panic!("{shown:?}") };
    let [correct, reject] = table.rows[0].actions.as_slice() else { panic!("{table:?}") };
    assert_eq!(correct.target, Target::Method("action:finance.correct.input.v1".to_owned()));
    assert!(correct.changed_only && reject.confirm.is_some() && reject.danger);
    let mut input = Value::Object(correct.input.clone());
    input["values"] = json!({ "amount": "a lot" });
    let error =
        host.call::<Extension, _, Value>("action:finance.correct.input.v1", &input).unwrap_err();
    let details = error.body().details.clone().map(|details| *details);
    assert_eq!(details, Some(json!({ "field": "values.amount" })), "{error}");
    input["values"] = json!({ "vendor": "Kettle" });
    let _: Value = host.call::<Extension, _, _>("action:finance.correct.input.v1", &input).unwrap();
    assert_eq!(vendors(json!({ "vendor": "kettle" })), ["Kettle"]);
    let _: Value = host
        .call::<Extension, _, _>("action:finance.reject.input.v1", &json!(reject.input))
        .unwrap();
    assert!(vendors(json!({ "vendor": "kettle" })).is_empty());
}

#[test]
fn one_booking_is_shown_with_what_was_read() {
    let host = shop();
    let page: Value = host.call::<Extension, _, _>("query:finance.page.v1", &json!({})).unwrap();
    let shown = view(&host, "booking", &json!({ "entry_id": page["rows"][0]["entry_id"] }));
    assert_eq!(shown.title.as_deref(), Some("Blue Kettle Ltd"));
    let [Block::Detail(detail), Block::Table(_), Block::List(documents)] = shown.blocks.as_slice()
    else {
        panic!("{shown:?}")
    };
    let date = detail.fields.iter().find(|field| field.label == "date").unwrap();
    assert_eq!(date.value, Cell::date("2026-01-05"));
    assert!(documents.items.len() > 1, "{documents:?}");
}
