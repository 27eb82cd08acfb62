//! Exports in the programs that they are for: Beancount, Ledger, hledger, GnuCash and a reader of
//! spreadsheets.

use std::collections::HashMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use crate::common::{host, import};
use serde::Deserialize;
use serde_json::{Value, json};
use spacedrive_sdk::prelude::*;
use spacedrive_sdk::testing::FakeHost;

/// Vendors whose names have a meaning for one of the programs.
const VENDORS: [&str; 6] = [
    "Blue Kettle Ltd",
    "\"Quoted\" \\ Sons Ltd",
    "; Comment | Note Ltd",
    "(Code) Bakery Ltd",
    "* Star = Shop Ltd",
    "Bücher Müller GmbH",
];

/// The answer of an export as a spreadsheet.
#[derive(Deserialize)]
struct Sheet {
    receipts: usize,
    content: Blob,
}

fn shop() -> FakeHost {
    let host = host(HashMap::new());
    for (number, vendor) in VENDORS.iter().enumerate() {
        let code = if number % 2 == 0 { "EUR" } else { "GBP" };
        let mail = format!(
            "From: Shop <till@shop{number}.example>\r\nSubject: Your receipt\r\n\
             Message-ID: <{number}@x>\r\n\r\n{vendor}\nReceipt No: {number}77\n\
             Date: {} January 2026\nTotal  {}4.25 {code}\nPaid by card\n",
            number + 1,
            number + 1
        );
        import(&host, &format!("{number}.eml"), "message/rfc822", mail.as_bytes()).unwrap();
    }
    let rows: Value = call(&host, "query:finance.export.v1", &json!({}));
    for (row, vendor) in rows.as_array().unwrap().iter().zip(VENDORS) {
        let values = json!({ "vendor": vendor, "category": "Food & drink: out" });
        let input = json!({ "entry_id": row["entry_id"], "values": values });
        let _: Value = call(&host, "action:finance.correct.input.v1", &input);
    }
    host
}

fn call(host: &FakeHost, method: &str, input: &Value) -> Value {
    host.call::<finance::extension::Extension, _, _>(method, input).unwrap()
}

fn exported(host: &FakeHost, format: &str) -> Value {
    call(host, "query:finance.export_text.v1", &json!({ "format": format }))
}

/// Runs a program; `None`, loudly, when it is not installed.
fn run(program: &str, args: &[&str], package: &str) -> Option<String> {
    let Ok(output) = Command::new(program).args(args).output() else {
        eprintln!("SKIPPED: `{program}` is not installed: apt-get install {package}");
        return None;
    };
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{program}: {said}");
    Some(String::from_utf8(output.stdout).unwrap())
}

/// Runs a script of Python with a module; `None`, loudly, when that is not installed.
fn python(module: &str, script: &str, file: &Path, package: &str) -> Option<String> {
    // The first one on the path need not be the one of the system.
    let has_module = |python: &&str| {
        let probe = Command::new(python).args(["-c", &format!("import {module}")]).output();
        probe.is_ok_and(|output| output.status.success())
    };
    let Some(python) = ["python3", "/usr/bin/python3"].into_iter().find(has_module) else {
        eprintln!("SKIPPED: the module `{module}` is not installed: apt-get install {package}");
        return None;
    };
    run(python, &["-c", script, file.to_str().unwrap()], "python3")
}

/// Returns what the receipts add up to, per currency.
fn totals(host: &FakeHost) -> Vec<(String, f64)> {
    let page = call(host, "query:finance.page.v1", &json!({}));
    let total =
        |it: &Value| (it["currency"].as_str().unwrap().to_owned(), it["amount"].as_f64().unwrap());
    page["totals"].as_array().unwrap().iter().map(total).collect()
}

fn assert_has_totals(said: &str, host: &FakeHost) {
    for (currency, amount) in totals(host) {
        assert!(said.contains(&format!("{amount:.2} {currency}")), "{amount} {currency}: {said}");
    }
}

fn written(name: &str, text: &[u8]) -> (tempfile::TempDir, std::path::PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    fs::write(&path, text).unwrap();
    (folder, path)
}

#[test]
#[ignore = "long: runs Beancount"]
fn beancount_reads_its_journal() {
    let host = shop();
    let text = exported(&host, "beancount");
    let (_folder, path) = written("r.beancount", text.as_str().unwrap().as_bytes());
    let script = "import sys\n\
        from beancount import loader\n\
        from beancount.core import inventory\n\
        entries, errors, _ = loader.load_file(sys.argv[1])\n\
        assert not errors, errors\n\
        sums = inventory.Inventory()\n\
        for entry in entries:\n    \
            for posting in getattr(entry, 'postings', None) or []:\n        \
                if posting.account.startswith('Expenses:'): sums.add_position(posting)\n\
        print(sums, [entry.payee for entry in entries if hasattr(entry, 'payee')])";
    let Some(said) = python("beancount", script, &path, "beancount") else { return };
    assert_has_totals(&said, &host);
    assert!(said.contains("\"Quoted\" \\\\ Sons Ltd"), "{said}");
}

#[test]
#[ignore = "long: runs Ledger and hledger"]
fn ledger_and_hledger_read_their_journals() {
    let host = shop();
    for (program, extra) in [("ledger", "--strict"), ("hledger", "--strict")] {
        let text = exported(&host, program);
        let (_folder, path) = written("r.journal", text.as_str().unwrap().as_bytes());
        let file = path.to_str().unwrap();
        let args = ["-f", file, "balance", "Expenses"];
        let args = if program == "ledger" { args.to_vec() } else { [&args[..], &[extra]].concat() };
        let Some(said) = run(program, &args, program) else { continue };
        assert_has_totals(&said, &host);
        let Some(said) = run(program, &["-f", file, "print"], program) else { continue };
        assert!(said.contains("Bücher Müller GmbH") && said.contains("Code) Bakery Ltd"), "{said}");
    }
}

#[test]
#[ignore = "long: runs openpyxl"]
fn a_reader_of_spreadsheets_reads_the_spreadsheet() {
    let host = shop();
    let (method, input) = ("query:finance.export_text.v1", json!({ "format": "xlsx" }));
    let sheet: Sheet = host.call::<finance::extension::Extension, _, _>(method, &input).unwrap();
    assert_eq!(sheet.receipts, VENDORS.len());
    let (_folder, path) = written("r.xlsx", sheet.content.as_bytes());
    let script = "import sys, openpyxl, json\n\
        book = openpyxl.load_workbook(sys.argv[1])\n\
        rows = list(book['Receipts'].iter_rows(values_only=True))\n\
        print(json.dumps(rows[1:], default=str))";
    let Some(said) = python("openpyxl", script, &path, "python3-openpyxl") else { return };
    let rows: Value = serde_json::from_str(&said).unwrap();
    assert_eq!(rows[0][0], "2026-01-01 00:00:00");
    assert_eq!(rows[0][1], VENDORS[0]);
    assert_eq!(rows[1][2], 24.25);
}

/// GnuCash has its importer in its window only; its engine takes the splits as the importer does: by the
/// names of currencies, full names of accounts, and amounts of each, which have to balance.
#[test]
#[ignore = "long: runs the engine of GnuCash"]
fn the_engine_of_gnucash_books_its_csv() {
    let host = shop();
    let text = exported(&host, "gnucash");
    let (_folder, path) = written("r.csv", text.as_str().unwrap().as_bytes());
    let Some(said) = python("gnucash", GNUCASH, &path, "python3-gnucash") else { return };
    let booked: Value = serde_json::from_str(said.lines().last().unwrap()).unwrap();
    assert_eq!(booked["transactions"], VENDORS.len());
    assert_eq!(booked["errors"], json!([]), "{booked}");
    for (currency, amount) in totals(&host) {
        let spent = booked["spent"][&currency].as_f64().unwrap();
        assert!((spent - amount).abs() < 0.005, "{currency}: {booked}");
    }
    let names = booked["names"].as_array().unwrap();
    assert!(names.contains(&json!("Bücher Müller GmbH")), "{booked}");
}

const GNUCASH: &str = r#"
import csv, json, os, sys
os.chdir(os.path.dirname(sys.argv[1]))  # the engine writes its log where it is started
from collections import OrderedDict
from gnucash import Session, Account, Transaction, Split, GncNumeric
from gnucash.gnucash_core_c import ACCT_TYPE_ASSET, ACCT_TYPE_EXPENSE
session = Session()
book = session.book
table, root = book.get_table(), book.get_root_account()
def account(name, currency):
    parent = root
    for part in name.split(":") + [currency.get_mnemonic()]:
        child = parent.lookup_by_name(part)
        if child is None:
            child = Account(book)
            child.SetName(part)
            child.SetType(ACCT_TYPE_EXPENSE if name.startswith("Expenses") else ACCT_TYPE_ASSET)
            child.SetCommodity(currency)
            parent.append_child(child)
        parent = child
    return parent
groups = OrderedDict()
with open(sys.argv[1], newline="", encoding="utf-8") as file:
    for row in csv.DictReader(file):
        groups.setdefault(row["Transaction ID"], []).append(row)
errors, spent, names = [], {}, []
for rows in groups.values():
    space, code = rows[0]["Commodity/Currency"].split("::")
    currency = table.lookup(space, code)
    if currency is None:
        errors.append("no commodity " + space + " " + code)
        continue
    transaction = Transaction(book)
    transaction.BeginEdit()
    transaction.SetCurrency(currency)
    year, month, day = map(int, rows[0]["Date"].split("-"))
    transaction.SetDate(day, month, year)
    transaction.SetDescription(rows[0]["Description"])
    for row in rows:
        split = Split(book)
        split.SetParent(transaction)
        split.SetAccount(account(row["Full Account Name"], currency))
        split.SetValue(GncNumeric(row["Value Num."]))
        split.SetAmount(GncNumeric(row["Amount Num."]))
        if row["Full Account Name"].startswith("Expenses"):
            spent[code] = spent.get(code, 0) + split.GetValue().to_double()
    if not transaction.IsBalanced():
        errors.append("not balanced: " + rows[0]["Description"])
    transaction.CommitEdit()
    names.append(transaction.GetDescription())
session.end()
print(json.dumps({"transactions": len(groups), "errors": errors, "spent": spent, "names": names}))
"#;
