//! Parts of other programs' items: taken over, or named as left out, and never lost without a word.

use std::io::Write;

use data_encoding::BASE64;
use keepass::config::KdfConfig;
use keepass::db::{AutoType, CustomDataItem, EntryMut, fields};
use keepass::{Database, DatabaseKey};
use serde_json::{Value, json};
use spacedrive_sdk::testing::FakeHost;
use vault::export::Exported;
use vault::extension::Extension;
use vault::files::ItemFile;
use vault::totp::Totp;

use crate::common::{MASTER, call, get, unlocked};

const FILE_PASSWORD: &str = "file password";
const SEED: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

/// Fields of an entry, by name and value.
type Fields = Vec<(&'static str, String)>;

fn import(host: &FakeHost, file: &[u8]) -> Value {
    let input = json!({ "file": BASE64.encode(file), "file_password": FILE_PASSWORD });
    call(host, "action:vault.import.input.v1", input).unwrap()
}

fn export(host: &FakeHost, format: &str) -> Exported {
    let input =
        json!({ "master_password": MASTER, "format": format, "file_password": FILE_PASSWORD });
    host.call::<Extension, _, _>("action:vault.export.input.v1", &input).unwrap()
}

/// Writes a database with one entry.
fn database(fill: impl FnOnce(&mut EntryMut<'_>)) -> Vec<u8> {
    database_of([("Mail".to_owned(), fill)])
}

/// Writes a database with entries of these titles.
fn database_of<F: FnOnce(&mut EntryMut<'_>)>(
    entries: impl IntoIterator<Item = (String, F)>,
) -> Vec<u8> {
    let mut database = Database::new();
    if let KdfConfig::Argon2 { version, .. } = database.config.kdf_config {
        let cheap = KdfConfig::Argon2 { iterations: 1, memory: 65_536, parallelism: 1, version };
        database.config.kdf_config = cheap;
    }
    let mut root = database.root_mut();
    for (title, fill) in entries {
        let mut entry = root.add_entry();
        entry.set_unprotected(fields::TITLE, title);
        fill(&mut entry);
    }
    let mut bytes = Vec::new();
    database.save(&mut bytes, DatabaseKey::new().with_password(FILE_PASSWORD)).unwrap();
    bytes
}

/// Returns the passwords of all versions, the present one first.
fn passwords(host: &FakeHost, item: &str) -> Vec<String> {
    let versions = call(host, "query:vault.history.v1", json!({ "item": item })).unwrap();
    let password = |version: &Value| {
        let mut input = json!({ "item": item, "reveal": true });
        if version["version"] != 0 {
            input["version"] = version["version"].clone();
        }
        let shown = call(host, "query:vault.show.v1", input).unwrap();
        let fields = shown.as_array().unwrap().iter();
        let mut passwords = fields.filter(|field| field["field"] == "password");
        passwords.next().unwrap()["value"].as_str().unwrap().to_owned()
    };
    versions.as_array().unwrap().iter().map(password).collect()
}

fn left_out(done: &Value) -> Vec<String> {
    serde_json::from_value(done["left_out"].clone()).unwrap()
}

#[test]
fn all_forms_of_one_time_passwords_keep_their_parameters() {
    let base64 = BASE64.encode(b"12345678901234567890");
    let url = |rest: &str| format!("otpauth://totp/A?secret={SEED}{rest}");
    let of_url = |rest: &str| vec![("otp", url(rest))];
    let keepass = |seed: (&'static str, String), length: &str, period: &str, algorithm: &str| {
        vec![
            seed,
            ("TimeOtp-Length", length.to_owned()),
            ("TimeOtp-Period", period.to_owned()),
            ("TimeOtp-Algorithm", algorithm.to_owned()),
        ]
    };
    let base32 = || ("TimeOtp-Secret-Base32", SEED.to_owned());
    let plain = || ("TimeOtp-Secret", "12345678901234567890".to_owned());
    let hex = "3132333435363738393031323334353637383930".to_owned();
    let forms = [
        (keepass(base32(), "8", "60", "HMAC-SHA-1"), "&digits=8&period=60"),
        (keepass(base32(), "8", "60", "HMAC-SHA-256"), "&digits=8&period=60&algorithm=SHA256"),
        (keepass(plain(), "6", "30", "HMAC-SHA-512"), "&algorithm=SHA512"),
        (keepass(("TimeOtp-Secret-Hex", hex), "7", "", ""), "&digits=7"),
        (keepass(("TimeOtp-Secret-Base64", base64), "", "", ""), ""),
        (
            of_url("&period=60&digits=8&algorithm=SHA512&issuer=A"),
            "&digits=8&period=60&algorithm=SHA512",
        ),
        (of_url("&period=30&digits=6"), ""),
        (
            vec![("otp", format!("key={SEED}&step=60&size=8&otpHashMode=Sha256"))],
            "&digits=8&period=60&algorithm=SHA256",
        ),
        (
            vec![("TOTP Seed", SEED.to_owned()), ("TOTP Settings", "60;8".to_owned())],
            "&digits=8&period=60",
        ),
        (vec![("TOTP Seed", SEED.to_owned())], ""),
    ];
    let named = || forms.iter().zip(1..).map(|(form, number)| (format!("Code {number}"), form));
    let entry = |(title, (fields, _)): (String, &(Fields, &str))| {
        let fields = fields.clone();
        let fill = move |it: &mut EntryMut<'_>| {
            fields.iter().for_each(|(name, value)| it.set_protected(*name, value.as_str()));
        };
        (title, fill)
    };
    let host = unlocked();
    assert_eq!(left_out(&import(&host, &database_of(named().map(entry)))), [""; 0]);
    let assert_same = |host: &FakeHost| {
        for (title, (fields, same_as)) in named() {
            let expected = Totp::parse(&url(same_as)).unwrap();
            let totp = Totp::parse(&get(host, &title, "totp").unwrap()).unwrap();
            assert!(totp == expected, "{fields:?}");
        }
    };
    assert_same(&host);
    for exported in ["kdbx", "bitwarden"].map(|format| export(&host, format)) {
        let other = unlocked();
        import(&other, exported.content.as_bytes());
        assert_same(&other);
    }
}

#[test]
fn a_one_time_password_that_is_not_supported_stays_as_fields_and_is_named() {
    for (fields, reason) in [
        (vec![("TOTP Seed", SEED), ("TOTP Settings", "30;S")], "Steam"),
        (vec![("otp", "otpauth://totp/A?secret=GEZDGNBV&encoder=steam")], "Steam"),
        (vec![("TimeOtp-Secret-Base32", SEED), ("TimeOtp-Length", "12")], "digits"),
        (vec![("TimeOtp-Secret-Hex", "xyz")], "cannot be read"),
    ] {
        let host = unlocked();
        let done = import(
            &host,
            &database(|it| {
                fields.iter().for_each(|(name, value)| it.set_unprotected(*name, *value))
            }),
        );
        let [problem] = left_out(&done).try_into().unwrap();
        assert!(
            problem.starts_with("item 1 (Mail): its one-time password") && problem.contains(reason),
            "{problem}"
        );
        for (name, value) in fields {
            assert_eq!(get(&host, "Mail", name).unwrap(), value);
        }
        let shown = call(&host, "query:vault.show.v1", json!({ "item": "Mail" })).unwrap();
        assert!(!shown.to_string().contains("GEZD"), "{shown}");
    }
}

#[test]
fn the_history_and_expiry_of_keepass_come_in_and_the_rest_is_named() {
    let day =
        |day| chrono::NaiveDate::from_ymd_opt(2024, 1, day).unwrap().and_hms_opt(8, 0, 0).unwrap();
    let file = database(|entry| {
        for (number, password) in [(1, "one"), (2, "two")] {
            entry.set_protected(fields::PASSWORD, password);
            entry.times.last_modification = Some(day(number));
            let former = keepass::db::Entry::clone(entry);
            entry.history.get_or_insert_default().add_entry(former);
        }
        entry.set_protected(fields::PASSWORD, "three");
        entry.times.last_modification = Some(day(3));
        (entry.times.expires, entry.times.expiry) = (Some(true), day(31));
        entry.tags = vec!["Favorite".to_owned(), "home".to_owned()];
        entry.override_url = Some("cmd://x".to_owned());
        entry.autotype =
            Some(AutoType { default_sequence: Some("{TAB}".to_owned()), ..AutoType::default() });
        entry.custom_data.insert("Plugin".to_owned(), CustomDataItem::default());
    });
    let host = unlocked();
    let done = import(&host, &file);
    assert_eq!(done["former_versions"], 2);
    assert_eq!(
        left_out(&done),
        ["its auto-type", "its override URL", "its data `Plugin` of a plugin"]
            .map(|part| format!("item 1 (Mail): {part}"))
    );
    assert_eq!(passwords(&host, "Mail"), ["three", "two", "one"]);
    assert_eq!(get(&host, "Mail", "expires").unwrap(), "2024-01-31T08:00:00Z");
    // All of it is in an export, and comes back.
    let exported = export(&host, "kdbx");
    assert_eq!(exported.left_out, [""; 0]);
    let key = DatabaseKey::new().with_password(FILE_PASSWORD);
    let written = Database::parse(exported.content.as_bytes(), key).unwrap();
    let root = written.root();
    let entry = root.entries().next().unwrap();
    assert_eq!((entry.times.expires, entry.times.expiry), (Some(true), day(31)));
    assert!(entry.tags.contains(&"Favorite".to_owned()), "{:?}", entry.tags);
    let history = entry.history.as_ref().unwrap().get_entries().iter();
    assert_eq!(
        history.map(|former| former.get_password().unwrap()).collect::<Vec<_>>(),
        ["one", "two"]
    );
    let other = unlocked();
    import(&other, exported.content.as_bytes());
    assert_eq!(passwords(&other, "Mail"), ["three", "two", "one"]);
    assert_eq!(get(&other, "Mail", "expires").unwrap(), "2024-01-31T08:00:00Z");
}

#[test]
fn the_former_passwords_of_bitwarden_come_in_and_the_rest_is_named() {
    let file = json!({ "encrypted": false, "folders": [], "items": [{
        "type": 1, "name": "Mail", "reprompt": 1, "favorite": true,
        "creationDate": "2024-01-01T00:00:00Z", "revisionDate": "2024-01-03T00:00:00Z",
        "fields": [{ "name": "link", "value": null, "type": 3, "linkedId": 100 }],
        "attachments": [{ "fileName": "a.txt" }],
        "passwordHistory": [
            { "lastUsedDate": "2024-01-02T00:00:00Z", "password": "one" },
            { "lastUsedDate": "2024-01-03T00:00:00Z", "password": "two" },
        ],
        "login": {
            "password": "three", "fido2Credentials": [{ "credentialId": "x" }],
            "uris": [{ "uri": "https://mail.example", "match": 3 }],
        },
    }] });
    let host = unlocked();
    let done = import(&host, file.to_string().as_bytes());
    assert_eq!(done["former_versions"], 2);
    let mut lost = left_out(&done);
    lost.sort();
    let mut expected = [
        "its `attachments`",
        "its `reprompt`",
        "its passkey (`fido2Credentials`)",
        "how its URLs are matched (`match`)",
        "its linked field `link`",
    ]
    .map(|part| format!("item 1 (Mail): {part}"));
    expected.sort();
    assert_eq!(lost, expected);
    assert_eq!(passwords(&host, "Mail"), ["three", "two", "one"]);
    let exported = export(&host, "bitwarden");
    assert_eq!(exported.left_out, [""; 0]);
    let written: Value = serde_json::from_slice(exported.content.as_bytes()).unwrap();
    let former = written["items"][0]["passwordHistory"].as_array().unwrap();
    assert_eq!(
        former.iter().map(|it| it["password"].as_str().unwrap()).collect::<Vec<_>>(),
        ["two", "one"]
    );
    // What that format has no place for is named.
    let edit = json!({ "item": "Mail", "tags": ["home"], "title": "Mail 2" });
    let row = call(&host, "action:vault.edit.input.v1", edit).unwrap();
    let id = row["id"].as_str().unwrap();
    assert_eq!(
        export(&host, "bitwarden").left_out,
        [
            format!("tags of item {id}: the format has none"),
            format!("former versions but for their passwords of item {id}: the format has none"),
        ]
    );
}

#[test]
fn the_history_has_no_more_versions_than_it_can_and_says_so() {
    let former = (0..30).map(|at| json!({ "lastUsedDate": format!("2024-01-{:02}T00:00:00Z", at + 1), "password": at.to_string() }));
    let file = json!({ "items": [{ "type": 1, "name": "Mail", "login": { "password": "x" }, "passwordHistory": former.collect::<Vec<_>>() }] });
    let host = unlocked();
    let done = import(&host, file.to_string().as_bytes());
    assert_eq!(
        left_out(&done),
        ["item 1 (Mail): the oldest 10 of its former versions: a history has 20"]
    );
    assert_eq!(passwords(&host, "Mail").len(), 21);
    assert_eq!(passwords(&host, "Mail")[1], "29");
}

#[test]
fn parts_of_1password_are_taken_and_the_rest_is_named() {
    let field =
        |title: &str, id: &str, value: Value| json!({ "title": title, "id": id, "value": value });
    let item = |category: &str, title: &str, details: Value| json!({ "categoryUuid": category, "overview": { "title": title }, "createdAt": 1_600_000_000, "details": details });
    let key = json!({ "sshKey": { "privateKey": "private", "metadata": { "publicKey": "ssh-ed25519 AAAA", "fingerprint": "SHA256:x" } } });
    let data = json!({ "accounts": [{ "vaults": [{ "items": [
        item("001", "Mail", json!({
            "loginFields": [{ "value": "new", "name": "pass", "fieldType": "P", "designation": "password" }],
            "passwordHistory": [{ "value": "old", "time": 1_650_000_000 }],
            "passkey": { "type": "webauthn" },
            "sections": [{ "fields": [field("see", "r", json!({ "reference": "abc" })), field("none", "n", json!({ "string": "" }))] }],
        })),
        item("002", "Visa", json!({ "sections": [{ "fields": [field("expiry date", "expiry", json!({ "monthYear": 203_009 }))] }] })),
        item("114", "Server", json!({ "sections": [{ "fields": [field("private key", "private_key", key)] }] })),
    ] }] }] });
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    archive.start_file("export.data", zip::write::SimpleFileOptions::default()).unwrap();
    archive.write_all(data.to_string().as_bytes()).unwrap();
    let host = unlocked();
    let done = import(&host, &archive.finish().unwrap().into_inner());
    assert_eq!(
        left_out(&done),
        ["item 1 (Mail): its field `see` (reference)", "item 1 (Mail): its passkey"]
    );
    assert_eq!(passwords(&host, "Mail"), ["new", "old"]);
    for (item, field, value) in [
        ("Visa", "exp_month", "9"),
        ("Visa", "exp_year", "2030"),
        ("Server", "private_key", "private"),
        ("Server", "public_key", "ssh-ed25519 AAAA"),
        ("Server", "fingerprint", "SHA256:x"),
    ] {
        assert_eq!(get(&host, item, field).unwrap(), value);
    }
}

#[test]
fn columns_of_a_csv_without_a_place_are_named() {
    let host = unlocked();
    let file = "name,url,username,password,guid,Category\nShop,https://shop.example,ann,one,{1},home\nNews,,ann,two,{2},\n";
    assert_eq!(left_out(&import(&host, file.as_bytes())), ["item 1 (Shop): its column `category`"]);
}

#[test]
fn an_item_has_the_same_kind_after_an_export_and_an_import() {
    let host = unlocked();
    let add = |input: Value| call(&host, "action:vault.add.input.v1", input).unwrap();
    add(json!({ "kind": "note", "title": "Plain", "text": "a" }));
    add(
        json!({ "kind": "note", "title": "With a field", "text": "a", "values": { "place": "desk" } }),
    );
    add(json!({ "kind": "login", "title": "Only notes", "password": "", "text": "a" }));
    add(
        json!({ "kind": "identity", "title": "Ann", "values": { "Notes": "own", "Vault kind": "x" }, "text": "a" }),
    );
    let kinds = |host: &FakeHost| {
        let rows = call(host, "query:vault.list.v1", json!({})).unwrap();
        let rows = rows.as_array().unwrap().iter();
        rows.map(|row| (row["title"].clone(), row["kind"].clone())).collect::<Vec<_>>()
    };
    let before = kinds(&host);
    let exported = export(&host, "kdbx");
    let other = unlocked();
    import(&other, exported.content.as_bytes());
    assert_eq!(kinds(&other), before);
    // A field that is named as one of KeePass is not lost for it.
    let shown =
        call(&other, "query:vault.show.v1", json!({ "item": "Ann", "reveal": true })).unwrap();
    assert!(shown.to_string().contains("own") && shown.to_string().contains(r#""x""#), "{shown}");
}

#[test]
fn files_of_one_name_are_all_kept_and_a_name_that_is_too_long_stops_no_import() {
    let long = "n".repeat(300);
    let file = |name: &str, id: &str| json!({ "title": "file", "id": id, "value": { "file": { "fileName": name, "documentId": id } } });
    let with_files = |title: &str, files: Value| {
        json!({ "categoryUuid": "001", "state": "active", "overview": { "title": title },
            "details": { "sections": [{ "fields": files }] } })
    };
    let files = json!([file("image.png", "d1"), file("image.png", "d2"), file(&long, "d3")]);
    let items = json!([with_files("Mail", files), with_files("Behind", json!([]))]);
    let data = json!({ "accounts": [{ "vaults": [{ "items": items }] }] }).to_string();
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in [
        ("export.data".to_owned(), data.as_str()),
        ("files/d1__image.png".to_owned(), "one"),
        ("files/d2__image.png".to_owned(), "two"),
        (format!("files/d3__{long}"), "three"),
    ] {
        archive.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        archive.write_all(bytes.as_bytes()).unwrap();
    }
    let archive = archive.finish().unwrap().into_inner();
    let host = unlocked();
    let done = import(&host, &archive);
    assert_eq!((&done["added"], &done["files"]), (&json!(2), &json!(2)), "{done}");
    let left_out = left_out(&done);
    assert!(left_out[0].starts_with("item 1 (Mail): its file `nnn"), "{left_out:?}");
    for (name, content) in [("image.png", b"one"), ("image (2).png", b"two")] {
        let input = json!({ "item": "Mail", "name": name });
        let read = host.call::<Extension, _, ItemFile>("query:vault.read_file.v1", &input).unwrap();
        assert_eq!(read.content.as_bytes(), content, "{name}");
    }
    let again = import(&host, &archive);
    assert_eq!((&again["added"], &again["there_already"]), (&json!(0), &json!(2)), "{again}");
}
