//! Items: making, changing, finding and deleting them.

use data_encoding::BASE64;
use serde_json::{Value, json};
use spacedrive_sdk::prelude::*;

use crate::common::{add_login, call, get, unlocked};

/// A private key in the form of PEM, of no use.
const KEY: &str = "-----BEGIN PRIVATE KEY-----\nMAMCAQA=\n-----END PRIVATE KEY-----\n";

fn titles(rows: &Value) -> Vec<&str> {
    rows.as_array().unwrap().iter().map(|row| row["title"].as_str().unwrap()).collect()
}

#[test]
fn items_of_every_kind_are_kept_and_found() {
    let host = unlocked();
    add_login(&host, "Mail", "swordfish");
    let add = |input: Value| call(&host, "action:vault.add.input.v1", input);
    add(json!({ "kind": "note", "title": "Safe", "notes": "bGVmdCAxMg==" })).unwrap();
    add(json!({ "kind": "card", "title": "Visa", "number": "4111111111111111", "code": "123", "values": { "expires": "2030-01" } })).unwrap();
    add(json!({ "kind": "identity", "title": "Ann", "values": { "name": "Ann Example" } }))
        .unwrap();
    add(json!({ "kind": "totp", "title": "Code", "totp": "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ" }))
        .unwrap();
    let key = BASE64.encode(KEY.as_bytes());
    add(json!({ "kind": "ssh-key", "title": "Server", "private_key": key })).unwrap();
    let list = |input: Value| call(&host, "query:vault.list.v1", input).unwrap();
    assert_eq!(titles(&list(json!({}))), ["Ann", "Code", "Mail", "Safe", "Server", "Visa"]);
    assert_eq!(titles(&list(json!({ "kind": "card" }))), ["Visa"]);
    assert_eq!(titles(&list(json!({ "search": "URL-canary" }))), ["Mail"]);
    assert_eq!(titles(&list(json!({ "search": "swordfish" }))), [""; 0]);
    for (item, field, value) in [
        ("mail", "password", "swordfish"),
        ("safe", "notes", "left 12"),
        ("visa", "number", "4111111111111111"),
        ("Server", "private_key", KEY),
    ] {
        let got = call(&host, "query:vault.get.v1", json!({ "item": item })).unwrap();
        assert_eq!(got, value);
        assert_eq!(get(&host, item, field).unwrap(), value);
    }
    let code = call(&host, "query:vault.code.v1", json!({ "item": "Code" })).unwrap();
    assert_eq!(code["code"].as_str().unwrap().len(), 6);
    let shown = call(&host, "query:vault.show.v1", json!({ "item": "Visa" })).unwrap();
    assert!(!shown.to_string().contains("4111"), "{shown}");
    assert!(shown.to_string().contains("2030-01"), "{shown}");
}

#[test]
fn hidden_fields_are_asked_for_and_are_no_values() {
    let host = unlocked();
    let add = |input: Value| call(&host, "action:vault.add.input.v1", input);
    let needs = |error: Error| error.body().details.as_ref().unwrap()["needs"].clone();
    let login = json!({ "kind": "login", "title": "Mail" });
    assert_eq!(needs(add(login).unwrap_err()), "password");
    let card = json!({ "kind": "card", "title": "Visa", "number": "4111" });
    assert_eq!(needs(add(card).unwrap_err()), "code");
    assert_eq!(needs(add(json!({ "kind": "note", "title": "Diary" })).unwrap_err()), "text");
    add(json!({ "kind": "note", "title": "Diary", "text": "dear diary" })).unwrap();
    assert_eq!(get(&host, "Diary", "notes").unwrap(), "dear diary");
    let edit = json!({ "item": add_login(&host, "Mail", "a"), "field": "password" });
    assert_eq!(needs(call(&host, "action:vault.edit.input.v1", edit).unwrap_err()), "value");
    let nothing = call(&host, "action:vault.edit.input.v1", json!({ "item": "Mail" })).unwrap_err();
    assert_eq!(nothing.code(), ErrorCode::BadInput, "{nothing}");
    for input in [
        json!({ "kind": "identity", "title": "A", "values": { "password": "x" } }),
        json!({ "kind": "identity", "title": " " }),
        json!({ "kind": "totp", "title": "A", "totp": "no seed 1" }),
        json!({ "kind": "ssh-key", "title": "A" }),
        json!({ "kind": "ssh-key", "title": "A", "private_key": "a2V5" }),
        json!({ "kind": "note", "title": "A", "notes": "YQ==", "text": "b" }),
        json!({ "kind": "wallet", "title": "A" }),
        json!({ "kind": "note", "title": "A", "notes": "//8=" }),
    ] {
        assert_eq!(add(input.clone()).unwrap_err().code(), ErrorCode::BadInput, "{input}");
    }
    let made = add(json!({ "kind": "login", "title": "New", "generate": true })).unwrap();
    assert_eq!(get(&host, made["id"].as_str().unwrap(), "password").unwrap().chars().count(), 20);
}

#[test]
fn an_item_is_named_by_its_whole_title_or_its_id_and_never_by_chance() {
    let host = unlocked();
    let first = add_login(&host, "Mail", "one");
    let second = add_login(&host, "mail", "two");
    add_login(&host, "Diary3", "three");
    for (text, password) in [
        ("Mail".to_owned(), "one"),
        (" mail ".to_owned(), "two"),
        ("DIARY3".to_owned(), "three"),
        (second.to_string(), "two"),
    ] {
        assert_eq!(get(&host, &text, "password").unwrap(), password, "{text}");
    }
    let several = get(&host, "MAIL", "password").unwrap_err();
    assert_eq!(several.code(), ErrorCode::BadInput);
    assert!(several.message().contains(&first.to_string()), "{several}");
    for text in ["cellar", "", " ", "il"] {
        assert_eq!(get(&host, text, "password").unwrap_err().code(), ErrorCode::NotFound, "{text}");
    }
}

/// A part of a title is that of another item than the one which was meant, soon enough.
#[test]
fn a_part_of_a_title_names_no_item_and_the_whole_title_is_offered() {
    let host = unlocked();
    let id = add_login(&host, "Diary3", "secret").to_string();
    assert_eq!(get(&host, &id[..8], "password").unwrap(), "secret");
    let delete = json!({ "item": "iary3", "forever": true });
    for (method, input) in [
        ("action:vault.delete.input.v1", delete),
        ("action:vault.edit.input.v1", json!({ "item": "diary", "values": { "username": "x" } })),
        ("query:vault.get.v1", json!({ "item": "Dairy3" })),
        ("query:vault.show.v1", json!({ "item": "iary" })),
    ] {
        let error = call(&host, method, input).unwrap_err();
        assert_eq!(error.code(), ErrorCode::NotFound, "{method}");
        assert!(error.message().ends_with("did you mean `Diary3`?"), "{method}: {error}");
    }
    assert_eq!(get(&host, "Diary3", "password").unwrap(), "secret");
    let other = get(&host, "something else", "password").unwrap_err();
    assert!(!other.message().contains("Diary3"), "{other}");
}

#[test]
fn changes_keep_the_versions_before_and_bring_them_back() {
    let host = unlocked();
    let mail = add_login(&host, "Mail", "0");
    for number in 1..=22 {
        let edit = json!({ "item": mail, "field": "password", "value": number.to_string() });
        call(&host, "action:vault.edit.input.v1", edit).unwrap();
    }
    let history = call(&host, "query:vault.history.v1", json!({ "item": mail })).unwrap();
    assert_eq!(history.as_array().unwrap().len(), 21);
    assert_eq!(history[1]["changed"], json!(["password"]));
    assert_eq!(host.client().vdfs().list_sidecars(mail).unwrap().len(), 21);
    let restore = |input: Value| call(&host, "action:vault.restore.input.v1", input);
    restore(json!({ "item": mail, "version": 20 })).unwrap();
    assert_eq!(get(&host, mail, "password").unwrap(), "2");
    assert_eq!(
        restore(json!({ "item": mail, "version": 21 })).unwrap_err().code(),
        ErrorCode::NotFound
    );
    assert_eq!(
        restore(json!({ "item": mail, "version": 0 })).unwrap_err().code(),
        ErrorCode::NotFound
    );
}

#[test]
fn a_deleted_item_comes_back_unless_it_was_removed_for_good() {
    let host = unlocked();
    let mail = add_login(&host, "Mail", "swordfish");
    let list =
        |deleted: bool| call(&host, "query:vault.list.v1", json!({ "deleted": deleted })).unwrap();
    call(&host, "action:vault.delete.input.v1", json!({ "item": "Mail" })).unwrap();
    assert_eq!((titles(&list(false)).len(), titles(&list(true)).len()), (0, 1));
    call(&host, "action:vault.restore.input.v1", json!({ "item": "Mail" })).unwrap();
    assert_eq!(get(&host, mail, "password").unwrap(), "swordfish");
    call(&host, "action:vault.delete.input.v1", json!({ "item": mail, "forever": true })).unwrap();
    assert_eq!((titles(&list(false)).len(), titles(&list(true)).len()), (0, 0));
    assert_eq!(host.entries().len(), 1);
}

/// Blobs are bound to their item and their name.
#[test]
fn bytes_that_were_changed_or_exchanged_are_damage_and_the_rest_is_there() {
    let host = unlocked();
    let (one, two) = (add_login(&host, "One", "1"), add_login(&host, "Two", "2"));
    let three = add_login(&host, "Three", "3");
    let sidecar = |id: Uuid| host.client().vdfs().list_sidecars(id).unwrap()[0].name.clone();
    let bytes = host.sidecar(two, &sidecar(two)).unwrap();
    host.client().vdfs().write_sidecar(one, &sidecar(one), &bytes).unwrap();
    let rows = call(&host, "query:vault.list.v1", json!({})).unwrap();
    assert_eq!(titles(&rows), ["Three", "Two", ""]);
    assert_eq!((rows[2]["kind"].as_str().unwrap(), rows[2]["id"].clone()), ("damaged", json!(one)));
    host.client().vdfs().delete_sidecar(three, &sidecar(three)).unwrap();
    let rows = call(&host, "query:vault.list.v1", json!({})).unwrap();
    assert_eq!(titles(&rows), ["Two", "", ""]);
}
