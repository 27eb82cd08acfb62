//! Import and export of vaults.

use std::io::Write;

use data_encoding::BASE64;
use serde_json::{Value, json};
use spacedrive_sdk::prelude::*;
use spacedrive_sdk::testing::FakeHost;
use vault::export::Exported;
use vault::extension::Extension;
use vault::files::ItemFile;

use crate::common::{MASTER, add_login, all_bytes, call, get, holds, lock, unlocked};

fn import(host: &FakeHost, file: &[u8], password: Option<&str>) -> Result<Value> {
    let input = json!({ "file": BASE64.encode(file), "file_password": password });
    call(host, "action:vault.import.input.v1", input)
}

fn export(host: &FakeHost, format: &str) -> Exported {
    let input =
        json!({ "master_password": MASTER, "format": format, "file_password": "file password" });
    host.call::<Extension, _, _>("action:vault.export.input.v1", &input).unwrap()
}

fn read_file(host: &FakeHost, item: &str, name: &str) -> Result<Vec<u8>> {
    let input = json!({ "item": item, "name": name });
    let found: ItemFile = host.call::<Extension, _, _>("query:vault.read_file.v1", &input)?;
    assert_eq!(found.size, found.content.len() as u64);
    Ok(found.content.as_bytes().to_vec())
}

fn shown(host: &FakeHost, item: &str) -> Vec<(String, String)> {
    let shown = call(host, "query:vault.show.v1", json!({ "item": item, "reveal": true })).unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let fields = shown.as_array().unwrap().iter();
    let fields = fields.map(|field| (text(&field["field"]), text(&field["value"])));
    fields.filter(|(name, _)| !["id", "created", "changed"].contains(&name.as_str())).collect()
}

const BITWARDEN: &str = r#"{
  "encrypted": false,
  "folders": [{ "id": "f1", "name": "Work" }],
  "items": [
    { "id": "1", "type": 1, "name": "Mail", "folderId": "f1", "favorite": true, "notes": "a note",
      "fields": [{ "name": "PIN at desk", "value": "9911", "type": 1 }, { "name": "Floor", "value": "3", "type": 0 }],
      "login": { "uris": [{ "uri": "https://one.example" }, { "uri": "https://two.example" }], "username": "ann",
        "password": "swordfish", "totp": "GEZDGNBVGY3TQOJQ", "passwordRevisionDate": "2025-02-03T04:05:06.000Z" },
      "creationDate": "2024-01-02T03:04:05.000Z", "revisionDate": "2025-02-03T04:05:06.000Z" },
    { "id": "2", "type": 2, "name": "Safe", "notes": "left 12", "secureNote": { "type": 0 } },
    { "id": "3", "type": 3, "name": "Visa", "card": { "cardholderName": "Ann Example", "brand": "Visa",
      "number": "4111111111111111", "expMonth": "1", "expYear": "2030", "code": "123" } },
    { "id": "4", "type": 4, "name": "Ann", "identity": { "firstName": "Ann", "lastName": "Example", "ssn": "078-05-1120" } },
    { "id": "5", "type": 5, "name": "Server", "sshKey": { "privateKey": "private", "publicKey": "public", "keyFingerprint": "SHA256:x" } },
    { "id": "6", "type": 9, "name": "Later kind" }
  ]
}"#;

#[test]
fn an_export_of_bitwarden_comes_in_whole_and_only_once() {
    let host = unlocked();
    let done = import(&host, BITWARDEN.as_bytes(), None).unwrap();
    assert_eq!((done["format"].clone(), done["added"].clone()), (json!("bitwarden"), json!(5)));
    assert_eq!(done["left_out"], json!(["item 6 (Later kind): its type is not known"]));
    let mail = shown(&host, "Mail");
    for (name, value) in [
        ("folder", "Work"),
        ("url", "https://two.example"),
        ("username", "ann"),
        ("password", "swordfish"),
        ("totp", "GEZDGNBVGY3TQOJQ"),
        ("PIN at desk", "9911"),
        ("notes", "a note"),
    ] {
        assert!(mail.contains(&(name.to_owned(), value.to_owned())), "{name}: {mail:?}");
    }
    assert_eq!(get(&host, "Visa", "exp_year").unwrap(), "2030");
    assert_eq!(get(&host, "Server", "private_key").unwrap(), "private");
    let again = import(&host, BITWARDEN.as_bytes(), None).unwrap();
    assert_eq!((again["added"].clone(), again["there_already"].clone()), (json!(0), json!(5)));
}

#[test]
fn what_is_exported_comes_back_the_same_in_another_vault() {
    let host = unlocked();
    import(&host, BITWARDEN.as_bytes(), None).unwrap();
    let attach =
        json!({ "item": "Safe", "name": "map.txt", "file": BASE64.encode(b"file-canary") });
    call(&host, "action:vault.attach.input.v1", attach).unwrap();
    let add = json!({ "kind": "totp", "title": "Code", "totp": "GEZDGNBVGY3TQOJQ" });
    call(&host, "action:vault.add.input.v1", add).unwrap();
    for (format, files) in [("bitwarden", 0), ("kdbx", 1)] {
        let exported = export(&host, format);
        assert_eq!((exported.items, exported.files), (6, files));
        assert_eq!(exported.left_out.len(), 1 - files);
        let other = FakeHost::new();
        let new = json!({ "new_password": MASTER });
        call(&other, "action:vault.create.input.v1", new).unwrap();
        crate::common::unlock(&other, MASTER).unwrap();
        let done = import(&other, exported.content.as_bytes(), Some("file password")).unwrap();
        assert_eq!(
            (done["added"].clone(), done["files"].clone()),
            (json!(6), json!(files)),
            "{done}"
        );
        crate::common::unlock(&host, MASTER).unwrap();
        let before: Vec<_> =
            ["Mail", "Safe", "Visa", "Ann", "Server", "Code"].map(|item| shown(&host, item)).into();
        crate::common::unlock(&other, MASTER).unwrap();
        for mut before in before {
            before.retain(|(name, _)| format == "kdbx" || name != "file");
            let title = before[0].1.clone();
            let mut after = shown(&other, &title);
            if format == "kdbx" {
                // The second of a name has a number there.
                for (name, _) in &mut after {
                    *name = name.trim_end_matches(" 2").replace("URL", "url");
                }
            }
            before.sort();
            after.sort();
            assert_eq!(before, after, "{format}");
        }
    }
}

#[test]
fn an_export_needs_the_password_also_of_an_unlocked_vault() {
    let host = unlocked();
    let refused = call(&host, "action:vault.export.input.v1", json!({})).unwrap_err();
    assert_eq!(**refused.body().details.as_ref().unwrap(), json!({ "needs": "master_password" }));
    let refused = call(&host, "action:vault.export.input.v1", json!({ "master_password": MASTER }));
    let refused = refused.unwrap_err();
    assert_eq!(**refused.body().details.as_ref().unwrap(), json!({ "needs": "file_password" }));
}

#[test]
fn the_csv_of_browsers_is_read_by_its_columns() {
    let host = unlocked();
    let chrome =
        "name,url,username,password,note\nShop,https://shop.example/,ann,one,\"two, lines\n\"\n";
    assert_eq!(import(&host, chrome.as_bytes(), None).unwrap()["added"], 1);
    assert_eq!(get(&host, "Shop", "password").unwrap(), "one");
    let firefox = "\u{feff}\"url\",\"username\",\"password\",\"httpRealm\",\"formActionOrigin\",\"guid\",\"timeCreated\",\"timeLastUsed\",\"timePasswordChanged\"\n\
        \"https://news.example\",\"ann\",\"two\",,\"https://news.example\",\"{1}\",\"1600000000000\",\"1600000000000\",\"1650000000000\"\n";
    assert_eq!(import(&host, firefox.as_bytes(), None).unwrap()["added"], 1);
    assert_eq!(get(&host, "news.example", "username").unwrap(), "ann");
}

#[test]
fn an_export_of_1password_comes_in_with_its_files() {
    let data = json!({ "accounts": [{ "vaults": [{
        "attrs": { "name": "Private" },
        "items": [{
            "categoryUuid": "001", "favIndex": 1, "createdAt": 1_600_000_000, "updatedAt": 1_650_000_000, "state": "active",
            "overview": { "title": "Mail", "url": "https://one.example", "tags": ["home"] },
            "details": {
                "loginFields": [
                    { "value": "ann", "name": "user", "fieldType": "T", "designation": "username" },
                    { "value": "swordfish", "name": "pass", "fieldType": "P", "designation": "password" },
                ],
                "notesPlain": "a note",
                "sections": [{ "fields": [
                    { "title": "one-time password", "id": "TOTP_1", "value": { "totp": "GEZDGNBVGY3TQOJQ" } },
                    { "title": "safe word", "id": "x", "value": { "concealed": "xyzzy" } },
                    { "title": "scan", "id": "y", "value": { "file": { "fileName": "scan.txt", "documentId": "d1" } } },
                    { "title": "gone", "id": "z", "value": { "file": { "fileName": "gone.txt", "documentId": "d2" } } },
                ] }],
            },
        }, {
            "categoryUuid": "002", "state": "trashed", "overview": { "title": "Visa" },
            "details": { "sections": [{ "fields": [
                { "title": "number", "id": "ccnum", "value": { "creditCardNumber": "4111111111111111" } },
                { "title": "expiry date", "id": "expiry", "value": { "monthYear": 203_001 } },
            ] }] },
        }],
    }] }] });
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in [
        ("export.data", data.to_string().into_bytes()),
        ("files/d1__scan.txt", b"scanned".to_vec()),
    ] {
        archive.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        archive.write_all(&bytes).unwrap();
    }
    let file = archive.finish().unwrap().into_inner();
    let host = unlocked();
    let done = import(&host, &file, None).unwrap();
    assert_eq!(
        (done["format"].clone(), done["added"].clone(), done["files"].clone()),
        (json!("1pux"), json!(2), json!(1))
    );
    assert_eq!(done["left_out"].as_array().unwrap().len(), 1);
    for (field, value) in [
        ("username", "ann"),
        ("password", "swordfish"),
        ("safe word", "xyzzy"),
        ("totp", "GEZDGNBVGY3TQOJQ"),
    ] {
        assert_eq!(get(&host, "Mail", field).unwrap(), value);
    }
    assert_eq!(read_file(&host, "Mail", "scan.txt").unwrap(), b"scanned");
    let deleted = call(&host, "query:vault.list.v1", json!({ "deleted": true })).unwrap();
    assert_eq!(deleted[0]["title"], "Visa");
}

#[test]
fn a_vault_takes_nothing_twice_from_its_own_export() {
    let host = unlocked();
    add_login(&host, "Mail", "swordfish");
    import(&host, BITWARDEN.as_bytes(), None).unwrap();
    let exported = export(&host, "kdbx");
    let again = import(&host, exported.content.as_bytes(), Some("file password")).unwrap();
    // The one with two URLs has them under two names there.
    assert_eq!((again["added"].clone(), again["there_already"].clone()), (json!(1), json!(5)));
}

/// An error shows no byte of a file that is all secrets.
#[test]
fn a_file_that_cannot_be_read_adds_nothing_and_is_not_shown() {
    let host = unlocked();
    let kdbx = export(&host, "kdbx").content.as_bytes().to_vec();
    let wrong = import(&host, &kdbx, Some("canary")).unwrap_err();
    assert_eq!(wrong.code(), ErrorCode::CredReauth);
    let asked = import(&host, &kdbx, None).unwrap_err();
    assert_eq!(**asked.body().details.as_ref().unwrap(), json!({ "needs": "file_password" }));
    for file in [
        &kdbx[..kdbx.len() / 2],
        &kdbx[..20],
        b"PK\x03\x04canary",
        b"{\"items\": canary",
        b"{\"items\": \"canary\"}",
        b"{\"encrypted\": true, \"items\": []}",
        b"name,canary\na,b\n",
        b"\xff\xfecanary",
        b"",
    ] {
        let error = import(&host, file, Some("file password")).unwrap_err();
        assert_eq!(error.code(), ErrorCode::BadInput, "{error}");
        assert!(!error.to_string().contains("canary"), "{error}");
    }
    assert_eq!(call(&host, "query:vault.list.v1", json!({})).unwrap(), json!([]));
}

#[test]
fn files_are_kept_encrypted_and_go_when_they_are_removed() {
    let host = unlocked();
    let mail = add_login(&host, "Mail", "swordfish");
    let attach = |name: &str, bytes: &[u8]| {
        let input = json!({ "item": "Mail", "name": name, "file": BASE64.encode(bytes) });
        call(&host, "action:vault.attach.input.v1", input)
    };
    let read = |name: &str| read_file(&host, "Mail", name);
    assert_eq!(attach("../a/codes.txt", b"file-canary-1").unwrap()["files"], json!(["codes.txt"]));
    attach("codes.txt", b"file-canary-2").unwrap();
    attach("other.txt", b"file-canary-3").unwrap();
    assert_eq!(read("codes.txt").unwrap(), b"file-canary-2");
    assert!(!holds(&all_bytes(&host), "canary") && !holds(&all_bytes(&host), "codes"));
    let rotate = json!({ "master_password": MASTER });
    call(&host, "action:vault.rotate.input.v1", rotate).unwrap();
    crate::common::unlock(&host, MASTER).unwrap();
    assert_eq!(read("other.txt").unwrap(), b"file-canary-3");
    call(&host, "action:vault.detach.input.v1", json!({ "item": "Mail", "name": "codes.txt" }))
        .unwrap();
    assert_eq!(read("codes.txt").unwrap_err().code(), ErrorCode::NotFound);
    let names = host.client().vdfs().list_sidecars(mail).unwrap();
    assert_eq!(names.iter().filter(|sidecar| sidecar.name.starts_with("f-")).count(), 1);
    assert_eq!(attach("", b"x").unwrap_err().code(), ErrorCode::BadInput);
    lock(&host);
    assert_eq!(read("other.txt").unwrap_err().code(), ErrorCode::CredReauth);
}
