//! Views of extensions: listed, drawn in the terminal, and checked before they go out.

use std::{fs, path::Path};

use serde_json::{Value, json};

use crate::common::{Ran, Spacedrive, samples};

/// Writes an extension with two views, whose operations all answer this.
fn write(folder: &Path, answer: &Value) {
    let manifest = json!({
        "id": "shop", "name": "Shop", "version": "0.1.0", "wasm_file": "shop.wasm",
        "permissions": { "libraries": ["*"] },
        "operations": [
            { "method": "query:shop.all_view.v1" },
            { "method": "query:shop.one_view.v1" },
            { "method": "action:shop.buy.input.v1" },
            { "method": "query:shop.raw.v1" },
        ],
        "views": [
            { "id": "all", "title": "All goods", "query": "query:shop.all_view.v1", "icon": "table",
              "description": "What there is" },
            { "id": "one", "title": "One", "query": "query:shop.one_view.v1", "placement": "linked" },
        ],
    });
    fs::write(folder.join("manifest.json"), manifest.to_string()).unwrap();
    let wasm = ext_testing::answering_guest(&answer.to_string());
    fs::write(folder.join("shop.wasm"), wasm).unwrap();
}

/// Installs the extension, and makes a library.
pub(crate) fn shop(answer: &Value) -> Spacedrive {
    let spacedrive = Spacedrive::new();
    spacedrive.library();
    install(&spacedrive, answer);
    spacedrive
}

fn install(spacedrive: &Spacedrive, answer: &Value) {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), answer);
    let path = folder.path().to_str().unwrap();
    let ran = spacedrive.run(["ext", "install", path, "--yes"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
}

fn show(spacedrive: &Spacedrive, args: &[&str]) -> Ran {
    spacedrive.run(["view", "shop"].iter().chain(args).copied())
}

fn text(ran: &Ran) -> &str {
    assert_eq!(ran.code, Some(0), "{ran:?}");
    std::str::from_utf8(&ran.stdout).unwrap()
}

pub(crate) fn goods(name: &str) -> Value {
    json!({ "version": 1, "blocks": [
        { "text": { "text": "Goods of today" } },
        { "table": {
            "columns": [{ "id": "name", "label": "Name", "sortable": true }, { "id": "price", "label": "Price" }],
            "rows": [{
                "cells": [
                    { "view": { "view": "one", "text": name } },
                    { "money": { "amount": 2.5, "currency": "EUR" } }
                ],
                "actions": [{ "label": "Buy", "target": { "method": "action:shop.buy.input.v1" } }]
            }],
            "next": "50", "total": 120
        } }
    ] })
}

#[test]
fn views_are_listed_and_drawn() {
    let spacedrive = shop(&goods("Tea"));
    let listed = spacedrive.run(["view"]);
    assert!(text(&listed).contains("All goods") && text(&listed).contains("linked"), "{listed:?}");
    let shown = show(&spacedrive, &["all", "sort=name"]);
    for part in ["Goods of today", "NAME", "Tea", "2.50 EUR", "1 of 120", "cursor=50"] {
        assert!(text(&shown).contains(part), "{part}: {}", text(&shown));
    }
    let json = show(&spacedrive, &["all", "--output", "json"]);
    let answer: Value = serde_json::from_slice(&json.stdout).unwrap();
    assert_eq!(answer, goods("Tea"));
    let listed = show(&spacedrive, &["--output", "json"]);
    let views: Value = serde_json::from_slice(&listed.stdout).unwrap();
    assert_eq!(views[0]["query"], "query:shop.all_view.v1");
    assert_eq!(views[0]["icon"], "table");
}

#[test]
fn what_is_not_there_is_said_with_what_there_is() {
    let spacedrive = shop(&goods("Tea"));
    let wrong = show(&spacedrive, &["al"]);
    assert_eq!(wrong.code, Some(1), "{wrong:?}");
    assert!(wrong.stderr.contains("its views are: all, one"), "{}", wrong.stderr);
    let wrong = show(&spacedrive, &["all", "sort"]);
    assert!(wrong.stderr.contains("NAME=VALUE"), "{}", wrong.stderr);
    let wrong = spacedrive.run(["view", "shops"]);
    assert!(wrong.code == Some(1) && wrong.stderr.contains("shops"), "{wrong:?}");
}

#[test]
fn log_02_a_hostile_view_steers_no_terminal_and_says_its_limits() {
    let hostile = "<script>alert(1)</script>\u{1b}[2J\u{202e}txt.exe";
    let spacedrive = shop(&goods(hostile));
    for args in [&["all"][..], &["all", "--output", "json"]] {
        let shown = show(&spacedrive, args);
        assert!(!text(&shown).contains(['\u{1b}', '\u{202e}']), "{shown:?}");
        assert!(text(&shown).contains("<script>alert(1)</script>"), "{shown:?}");
    }
    let row = json!({ "cells": ["empty", "empty"] });
    let link = |link: Value| {
        let mut view = goods("Tea");
        view["blocks"][1]["table"]["rows"][0]["cells"][0] = link;
        view
    };
    let mut large = goods("Tea");
    large["blocks"][1]["table"]["rows"] = Value::from(vec![row; 501]);
    let nested = format!("{}{}", "[".repeat(20_000), "]".repeat(20_000));
    for (answer, said) in [
        (large, "`blocks[1].table.rows` has 501 rows, expected 0 to 500"),
        (link(json!({ "url": "javascript:alert(1)" })), "unknown variant `url`"),
        (
            link(json!({ "view": { "view": "javascript:alert(1)", "text": "x" } })),
            "not the id of a view",
        ),
        (link(json!({ "view": { "view": "gone", "text": "x" } })), "leads to `gone`"),
        (json!({ "version": 1, "blocks": [], "script": "alert(1)" }), "unknown field `script`"),
        (json!({ "version": 2, "blocks": [] }), "this host draws version 1"),
        (serde_json::from_str::<Value>("[]").unwrap(), "does not answer a view"),
        (json!(nested), "does not answer a view"),
    ] {
        install(&spacedrive, &answer);
        let refused = show(&spacedrive, &["all"]);
        assert_eq!(refused.code, Some(1), "{refused:?}");
        assert!(refused.stderr.contains(said), "{said}: {}", refused.stderr);
        let raw = spacedrive.run(["op", "call", "query:shop.raw.v1"]);
        assert_eq!(raw.code, Some(0), "what is no view goes out as it is: {raw:?}");
    }
}

#[test]
fn a_view_is_no_job_and_no_schedule() {
    let spacedrive = shop(&goods("Tea"));
    for args in [
        &["job", "start", "query:shop.all_view.v1"][..],
        &["job", "schedule", "query:shop.all_view.v1", "--every", "1h"],
    ] {
        let refused = spacedrive.run(args.iter().copied());
        assert_eq!(refused.code, Some(1), "{refused:?}");
        assert!(refused.stderr.contains("answers a view"), "{}", refused.stderr);
    }
}

#[test]
fn a_view_that_cannot_be_asked_for_is_not_installed() {
    let spacedrive = Spacedrive::new();
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), &goods("Tea"));
    let path = folder.path().join("manifest.json");
    let manifest: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    let with = |query: &str| {
        let mut manifest = manifest.clone();
        manifest["views"][0]["query"] = json!(query);
        fs::write(&path, manifest.to_string()).unwrap();
    };
    for (query, said) in [
        ("query:shop.gone.v1", "is not one of its `operations`"),
        ("action:shop.buy.input.v1", "is not a query"),
    ] {
        with(query);
        for command in ["install", "check"] {
            let refused = spacedrive.run(["ext", command, folder.path().to_str().unwrap()]);
            assert_eq!(refused.code, Some(1), "{refused:?}");
            assert!(refused.stderr.contains(said), "{}", refused.stderr);
        }
    }
}

#[test]
fn finance_shows_its_bookings() {
    let Some((spacedrive, library)) = Spacedrive::with_extension("finance") else { return };
    let mail = samples().join("01-de-invoice.eml");
    let imported =
        spacedrive.run(["import", mail.to_str().unwrap(), "--library", &library, "--no-index"]);
    assert_eq!(imported.code, Some(0), "{imported:?}");
    let shown =
        spacedrive.run(["view", "finance", "bookings", "--library", &library, "sort=vendor"]);
    assert!(text(&shown).contains("VENDOR"), "{}", text(&shown));
    let spending = spacedrive.run(["view", "finance", "spending", "--library", &library]);
    assert!(text(&spending).contains("per month") && text(&spending).contains('█'), "{spending:?}");
}
