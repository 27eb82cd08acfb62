//! Bank statements: their formats, and the receipts that their lines paid.

use std::fs;

use finance::extension::Extension;
use proptest::prelude::*;
use serde_json::{Value, json};
use spacedrive_sdk::prelude::*;
use spacedrive_sdk::testing::FakeHost;
use spacedrive_sdk::view::{Block, View};

use crate::common::{rows, shop};

const IMPORT: &str = "action:finance.import_statement.input.v1";
const RECONCILE: &str = "query:finance.reconcile.v1";
const MATCH: &str = "action:finance.match.input.v1";

fn sample(name: &str) -> Vec<u8> {
    fs::read(format!("{}/samples/statements/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

fn call(host: &FakeHost, method: &str, input: &Value) -> Result<Value> {
    host.call::<Extension, _, _>(method, input)
}

fn input(file: &[u8]) -> Value {
    json!({ "file": Blob::from(file.to_vec()) })
}

fn import(host: &FakeHost, file: &[u8]) -> Result<Value> {
    call(host, IMPORT, &input(file))
}

fn reconcile(host: &FakeHost, input: &Value) -> Vec<Value> {
    call(host, RECONCILE, input).unwrap().as_array().unwrap().clone()
}

fn states(rows: &[Value]) -> Vec<(String, String, f64)> {
    let of = |row: &Value| {
        let text = |field: &str| row[field].as_str().unwrap_or_default().to_owned();
        (text("state"), text("name"), row["amount"].as_f64().unwrap())
    };
    rows.iter().map(of).collect()
}

fn map_columns(host: &FakeHost, more: &Value) {
    let mut bank = json!({
        "date": "Buchungstag", "amount": "Betrag", "name": "Empfänger", "purpose": "Verwendungszweck",
        "currency": "Währung",
    });
    bank.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    host.set_settings(&json!({ "statement_columns": { "bank": bank } }));
}

#[test]
fn every_format_says_the_same_about_one_purchase() {
    for name in ["camt053.xml", "mt940.sta", "ofx1.ofx", "ofx2.ofx", "bank.csv"] {
        let host = shop();
        map_columns(&host, &json!({}));
        let imported =
            import(&host, &sample(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(imported[0]["warnings"], json!([]), "{name}");
        let matched = reconcile(&host, &json!({ "state": "matched", "from": "2026-02-10" }));
        assert_eq!(matched.len(), 1, "{name}: {matched:#?}");
        assert_eq!(matched[0]["amount"], -7.25, "{name}");
        assert_eq!(matched[0]["date"], "2026-02-10", "{name}");
        assert_eq!(matched[0]["receipts"][0]["name"], "Corner Bakery Ltd", "{name}");
        assert_eq!(matched[0]["reason"], "amount and seller, up to 10 days later", "{name}");
    }
}

/// The currency of a receipt in the shop.
const CURRENCY: &str = "EUR";

#[test]
fn a_file_without_a_column_of_the_currency_has_the_one_of_its_mapping_or_the_home_currency() {
    let bank = json!({
        "date": "Buchungstag", "amount": "Betrag", "name": "Empfänger", "purpose": "Verwendungszweck",
    });
    let mut named = bank.clone();
    named["currency"] = json!(CURRENCY);
    for (bank, home, matched) in
        [(&named, None, 1), (&bank, Some(CURRENCY), 1), (&bank, Some("CHF"), 0), (&bank, None, 0)]
    {
        let host = shop();
        host.set_settings(&json!({ "statement_columns": { "bank": bank }, "home_currency": home }));
        let imported = import(&host, &sample("bank.csv")).unwrap();
        let warnings = imported[0]["warnings"].to_string();
        assert_eq!(
            warnings.contains("no currency"),
            bank.get("currency").is_none() && home.is_none()
        );
        let found = reconcile(&host, &json!({ "state": "matched", "from": "2026-02-10" }));
        assert_eq!(found.len(), matched, "{home:?}: {found:#?}");
    }
}

#[test]
fn what_is_missing_on_either_side_is_listed() {
    let host = shop();
    import(&host, &sample("camt053.xml")).unwrap();
    let row = |state: &str, name: &str, amount: f64| (state.to_owned(), name.to_owned(), amount);
    let wanted = [
        row("no_receipt", "Dentist", -70.0),
        row("matched", "BLUE KETTLE LONDON", -5.5),
        row("no_receipt", "Employer AG", 2000.0),
        row("no_line", "Atlas Books Ltd", -20.0),
        row("matched", "CORNER BAKERY", -7.25),
    ];
    let mut found = states(&reconcile(&host, &json!({})));
    found.get_mut(..2).unwrap().sort_by(|one, two| one.2.total_cmp(&two.2));
    assert_eq!(found, wanted);
}

#[test]
fn a_seller_that_a_person_calls_by_another_name_keeps_its_line() {
    let host = shop();
    import(&host, &sample("camt053.xml")).unwrap();
    let bakery = rows(&host).into_iter().find(|row| row["vendor"] == "Corner Bakery Ltd").unwrap();
    let correction = json!({ "entry_id": bakery["entry_id"], "values": { "vendor": "Breakfast" } });
    call(&host, "action:finance.correct.input.v1", &correction).unwrap();
    let matched = reconcile(&host, &json!({ "state": "matched", "from": "2026-02-10" }));
    assert_eq!(matched.len(), 1, "{matched:#?}");
    assert_eq!(matched[0]["receipts"][0]["name"], "Breakfast");
}

#[test]
fn what_a_line_paid_wholly_is_paid() {
    let host = shop();
    let find = |vendor: &str| rows(&host).into_iter().find(|row| row["vendor"] == vendor).unwrap();
    let correct = |vendor: &str, values: Value| {
        let correction = json!({ "entry_id": find(vendor)["entry_id"], "values": values });
        call(&host, "action:finance.correct.input.v1", &correction).unwrap();
    };
    correct("Corner Bakery Ltd", json!({ "due": "2026-02-20" }));
    correct("Atlas Books Ltd", json!({ "due": "2026-02-10" }));
    let to_pay = || {
        let rows = call(&host, "query:finance.to_pay.v1", &Value::Null).unwrap();
        let vendors = rows.as_array().unwrap().iter().map(|row| row["vendor"].to_string());
        vendors.collect::<Vec<_>>()
    };
    assert_eq!(to_pay(), [r#""Atlas Books Ltd""#, r#""Corner Bakery Ltd""#]);
    import(&host, &sample("camt053.xml")).unwrap();
    assert_eq!(to_pay(), [r#""Atlas Books Ltd""#]);
    let open = call(&host, "query:finance.summary.v1", &json!({ "unpaid": true })).unwrap();
    assert_eq!((open.as_array().unwrap().len(), &open[0]["receipts"]), (1, &json!(1)), "{open}");
    let bakery = find("Corner Bakery Ltd");
    assert_eq!(bakery["paid"], "2026-02-10", "{bakery}");
    let shown =
        call(&host, "query:finance.show.v1", &json!({ "entry_id": bakery["entry_id"] })).unwrap();
    let paid = shown.as_array().unwrap().iter().find(|field| field["field"] == "paid").unwrap();
    assert!(paid["quote"].as_str().unwrap().contains("CORNER BAKERY"), "{paid}");

    // A line over another amount pays a part of it, whoever is named twice, and the word of a person
    // counts more than a line.
    let dentist = reconcile(&host, &json!({ "state": "no_receipt" }));
    let dentist = dentist.iter().find(|line| line["name"] == "Dentist").unwrap();
    let books = find("Atlas Books Ltd")["entry_id"].clone();
    correct("Atlas Books Ltd", json!({ "currency": dentist["currency"], "amount": 35 }));
    let paid = json!({ "line": dentist["line"], "receipts": [books, books] });
    let chosen = call(&host, MATCH, &paid).unwrap();
    assert_eq!(chosen["reason"], "you said so; the receipts differ by -35.00");
    assert_eq!(to_pay(), [r#""Atlas Books Ltd""#]);
    correct("Corner Bakery Ltd", json!({ "paid": "2026-02-12" }));
    assert_eq!(find("Corner Bakery Ltd")["paid"], "2026-02-12");
}

#[test]
fn several_lines_pay_a_receipt_together() {
    let host = shop();
    map_columns(&host, &json!({}));
    let atlas = rows(&host).into_iter().find(|row| row["vendor"] == "Atlas Books Ltd").unwrap();
    let due = json!({ "entry_id": atlas["entry_id"], "values": { "due": "2026-03-01" } });
    call(&host, "action:finance.correct.input.v1", &due).unwrap();
    let csv = "Buchungstag;Empfänger;Verwendungszweck;Betrag;Währung\n\
        2026-02-11;Somebody;first part;-15,00;GBP\n2026-02-18;Somebody;rest;-5,00;GBP\n";
    import(&host, csv.as_bytes()).unwrap();
    let lines = reconcile(&host, &json!({ "state": "no_receipt" }));
    let say = |at: usize| {
        let input = json!({ "line": lines[at]["line"], "receipts": [atlas["entry_id"]] });
        call(&host, MATCH, &input).unwrap()["reason"].clone()
    };
    let paid = || {
        let rows = rows(&host);
        rows.iter().find(|row| row["entry_id"] == atlas["entry_id"]).unwrap()["paid"].clone()
    };
    assert_eq!((say(0), paid()), (json!("you said so; the receipts differ by 5.00"), Value::Null));
    assert_eq!(say(1), "you said so, of 2 lines together");
    assert_eq!(paid(), "2026-02-18");
}

#[test]
fn a_person_says_what_a_line_paid_and_takes_it_back() {
    let host = shop();
    import(&host, &sample("mt940.sta")).unwrap();
    let atlas = rows(&host).into_iter().find(|row| row["vendor"] == "Atlas Books Ltd").unwrap();
    let alone = reconcile(&host, &json!({ "state": "no_receipt" }));
    assert_eq!(alone.len(), 2, "{alone:#?}");
    let line = alone[0]["line"].as_str().unwrap();
    let say = |input: Value| call(&host, MATCH, &input);
    let chosen = say(json!({ "line": &line[..8], "receipts": [atlas["entry_id"]] })).unwrap();
    assert_eq!(
        (&chosen["state"], &chosen["receipts"][0]["name"]),
        (&json!("chosen"), &atlas["vendor"])
    );
    assert!(
        reconcile(&host, &json!({ "state": "no_line" }))
            .iter()
            .all(|row| row["name"] != atlas["vendor"])
    );
    assert_eq!(say(json!({ "line": line, "none": true })).unwrap()["state"], "not_needed");
    assert_eq!(say(json!({ "line": line, "undo": true })).unwrap()["state"], "no_receipt");
    for (input, code) in [
        (json!({ "line": line }), ErrorCode::BadInput),
        (json!({ "line": line, "none": true, "undo": true }), ErrorCode::BadInput),
        (json!({ "line": "zzz", "none": true }), ErrorCode::NotFound),
        (json!({ "line": line, "receipts": [Uuid::nil()] }), ErrorCode::NotFound),
    ] {
        assert_eq!(say(input.clone()).unwrap_err().code(), code, "{input}");
    }
}

#[test]
fn a_line_in_two_files_is_one_and_a_deleted_file_is_taken_back() {
    let host = shop();
    let file = sample("ofx1.ofx");
    assert_eq!(import(&host, &file).unwrap()[0]["new"], 2);
    let again = import(&host, &file).unwrap();
    assert_eq!((&again[0]["lines"], &again[0]["new"]), (&json!(2), &json!(0)));
    let longer = String::from_utf8(file).unwrap().replace(
        "</BANKTRANLIST>",
        "<STMTTRN><TRNTYPE>DEBIT<DTPOSTED>20260227<TRNAMT>-1.00<FITID>A3<NAME>Toll</STMTTRN></BANKTRANLIST>",
    );
    let second = import(&host, longer.as_bytes()).unwrap();
    assert_eq!(second[0]["new"], 1);
    assert_eq!(
        reconcile(&host, &json!({ "to": "2026-02-28" }))
            .iter()
            .filter(|row| !row["line"].is_null())
            .count(),
        3
    );
    let kept = call(&host, "query:finance.statements.v1", &json!({})).unwrap();
    assert_eq!(kept.as_array().unwrap().len(), 2);
    let id: Uuid = second[0]["entry_id"].as_str().unwrap().parse().unwrap();
    host.client().vdfs().delete_entry(id).unwrap();
    assert!(reconcile(&host, &json!({})).iter().all(|row| row["name"] != "Toll"));
}

#[test]
fn lines_that_do_not_come_to_the_balance_are_said() {
    let short = String::from_utf8(sample("mt940.sta")).unwrap().replace("EUR2980,75", "EUR3000,00");
    let imported = import(&shop(), short.as_bytes()).unwrap();
    let warning = imported[0]["warnings"][0].as_str().unwrap();
    assert!(warning.contains("19.25"), "{warning}");
}

#[test]
fn what_cannot_be_read_says_why_and_keeps_nothing() {
    let host = shop();
    for (file, said) in [
        ("Date,Amount\n2026-01-01,5\n", "statement_columns"),
        ("", "empty"),
        ("PK\u{3}\u{4}\0\0secret.txt", "not CAMT, MT940, OFX, or a text"),
        ("<Document><BkToCstmrStmt><Stmt><Ntry/></Stmt></BkToCstmrStmt></Document>", "valid date"),
        ("<Document><BkToCstmrStmt>", "well-formed"),
        (":20:X\n:60F:nonsense\n", "balance of MT940"),
        (":20:X\n:60F:C260101EUR1,\n:61:nonsense\n", "field 61"),
        ("<OFX><STMTRS><STMTTRN><FITID>9</STMTTRN>", "DTPOSTED"),
        ("<OFX><STMTRS></STMTRS></OFX>", "no booked line"),
    ] {
        let error = import(&host, file.as_bytes()).unwrap_err();
        assert_eq!(error.code(), ErrorCode::BadInput);
        assert!(error.message().contains(said), "{}: {said}", error.message());
    }
    let page = import(&host, "A page of words. ".repeat(1000).as_bytes()).unwrap_err();
    assert!(page.message().len() < 400, "{}", page.message());
    map_columns(&host, &json!({ "purpos": "Verwendungszweck" }));
    assert!(import(&host, &sample("bank.csv")).unwrap_err().message().contains("`purpos`"));
    map_columns(&host, &json!({}));
    let typo = String::from_utf8_lossy(&sample("bank.csv"))
        .replace('\u{fffd}', "ä")
        .replace("-7,25", "-1.234");
    let error = import(&host, typo.as_bytes()).unwrap_err();
    assert!(error.message().contains("line 4") && error.message().contains("`decimal`"), "{error}");
    let mut other = input(&sample("bank.csv"));
    other["mapping"] = json!("other");
    assert!(call(&host, IMPORT, &other).unwrap_err().message().contains("it has bank"));
    assert_eq!(call(&host, "query:finance.statements.v1", &json!({})).unwrap(), json!([]));
}

#[test]
fn the_view_lists_lines_with_buttons_to_decide() {
    let host = shop();
    import(&host, &sample("camt053.xml")).unwrap();
    let shown: View = host
        .call::<Extension, _, _>(
            "query:finance.statements_view.v1",
            &json!({ "state": "no_receipt" }),
        )
        .unwrap();
    let [Block::Form(_), Block::Table(table)] = shown.blocks.as_slice() else {
        panic!("{shown:?}")
    };
    assert_eq!(table.rows.len(), 2);
    let action = &table.rows[0].actions[0];
    let done = call(&host, MATCH, &Value::Object(action.input.clone())).unwrap();
    assert_eq!(done["state"], "not_needed");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn broken_files_are_errors_and_never_a_crash(
        name in prop::sample::select(vec!["camt053.xml", "mt940.sta", "ofx1.ofx", "bank.csv"]),
        cuts in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
        end in any::<prop::sample::Index>(),
    ) {
        let mut file = sample(name);
        for (at, byte) in cuts {
            let at = at.index(file.len());
            file[at] = byte;
        }
        file.truncate(end.index(file.len()) + 1);
        let host = FakeHost::new();
        host.set_extension("finance");
        map_columns(&host, &json!({}));
        if let Err(error) = import(&host, &file) {
            prop_assert_eq!(error.code(), ErrorCode::BadInput);
        }
    }
}
