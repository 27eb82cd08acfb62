//! 1Password's export: a zip archive with JSON and files.

use std::io::{Cursor, Read};

use jiff::Timestamp;
use serde_json::Value;
use spacedrive_sdk::{Error, Result};
use zeroize::Zeroizing;
use zip::ZipArchive;

use super::history::{self, Replaced};
use super::{Found, FoundItem, json_place};
use crate::item::{Field, Item, Kind, is_hidden};

/// The file of the items in the archive.
const DATA: &str = "export.data";
/// Largest file that is unpacked, in bytes.
const MAX_FILE_BYTES: u64 = 48 << 20;

type Archive<'a> = ZipArchive<Cursor<&'a [u8]>>;

/// Reads the items of an export.
///
/// # Errors
/// [`ErrorCode::BadInput`](spacedrive_sdk::ErrorCode::BadInput) when it is not one.
pub(super) fn read(bytes: &[u8]) -> Result<Found> {
    let mut archive = ZipArchive::new(Cursor::new(bytes))
        .map_err(|_| Error::bad_input("the file is a damaged zip archive"))?;
    let data = unpack(&mut archive, DATA).ok_or_else(|| {
        Error::bad_input("the archive is not an export of 1Password: no `export.data`")
    })?;
    let data: Value = serde_json::from_slice(&data).map_err(|error| {
        Error::bad_input(format_args!("`{DATA}` is not JSON at {}", json_place(&error)))
    })?;
    let mut found = Found::default();
    for account in list(&data["accounts"]) {
        for vault in list(&account["vaults"]) {
            let folder = vault["attrs"]["name"].as_str();
            for value in list(&vault["items"]) {
                add(&mut found, &mut archive, value, folder);
            }
        }
    }
    Ok(found)
}

fn add(found: &mut Found, archive: &mut Archive<'_>, value: &Value, folder: Option<&str>) {
    let mut lost = Vec::new();
    let mut item = item(value, &mut lost);
    item.folder = folder.map(str::to_owned);
    let mut files = Vec::new();
    for (id, name) in documents(value) {
        match unpack(archive, &format!("files/{id}__{name}")) {
            Some(bytes) => files.push((name, bytes)),
            None => {
                lost.push(format!("its file `{}`: it is not in the archive", name.escape_debug()))
            }
        }
    }
    let former = history::of_passwords(&item, passwords(value));
    found.add(FoundItem { item, files, former }, lost);
}

fn passwords(value: &Value) -> Vec<Replaced> {
    let former = list(&value["details"]["passwordHistory"]).filter_map(|former| {
        let at = former["time"].as_i64().and_then(|at| Timestamp::from_second(at).ok());
        Some(Replaced { password: former["value"].as_str()?.to_owned(), at })
    });
    former.collect()
}

fn item(value: &Value, lost: &mut Vec<String>) -> Item {
    let (overview, details) = (&value["overview"], &value["details"]);
    let title = overview["title"].as_str().filter(|title| !title.is_empty());
    let mut item = Item::new(kind(value), title.unwrap_or("untitled"));
    for url in urls(overview) {
        item.add("url", url);
    }
    for field in list(&details["loginFields"]) {
        let name = field["designation"].as_str().filter(|name| !name.is_empty());
        let name = name.or_else(|| field["name"].as_str()).unwrap_or("field");
        push(&mut item, name, field["value"].as_str(), field["fieldType"] == "P");
    }
    push(&mut item, "password", details["password"].as_str(), true);
    for section in list(&details["sections"]) {
        for field in list(&section["fields"]) {
            section_field(&mut item, field, lost);
        }
    }
    if details["passkey"].is_object() {
        lost.push("its passkey".to_owned());
    }
    item.notes = details["notesPlain"].as_str().filter(|text| !text.is_empty()).map(Into::into);
    item.tags = list(&overview["tags"]).filter_map(Value::as_str).map(str::to_owned).collect();
    item.favorite = value["favIndex"].as_i64().unwrap_or_default() != 0;
    let time = |name: &str| Timestamp::from_second(value[name].as_i64()?).ok();
    item.created_at = time("createdAt").unwrap_or(item.created_at);
    item.updated_at = time("updatedAt").unwrap_or(item.updated_at);
    item.deleted_at = (value["state"] == "trashed").then_some(item.updated_at);
    item.password_changed_at = item.get("password").map(|_| item.updated_at);
    item
}

/// Adds a field of a section: its value is an object with one member, named after its type.
fn section_field(item: &mut Item, field: &Value, lost: &mut Vec<String>) {
    let Some((type_name, value)) = field["value"].as_object().and_then(|value| value.iter().next())
    else {
        return;
    };
    match (type_name.as_str(), field["id"].as_str()) {
        // The files of an item are listed by themselves.
        ("file", _) => return,
        ("sshKey", _) => return ssh_key(item, value),
        ("monthYear", Some("expiry")) if item.kind == Kind::Card => return expiry(item, value),
        _ => {}
    }
    let title = field["title"].as_str().filter(|title| !title.is_empty());
    let id = field["id"].as_str().unwrap_or("field");
    let name = match (type_name.as_str(), id) {
        ("totp", _) => "totp",
        ("creditCardNumber", _) => "number",
        (_, "ccnum") => "number",
        (_, "cvv") => "code",
        (_, "cardholder") => "cardholder",
        _ => title.unwrap_or(id),
    };
    let text = match type_name.as_str() {
        "date" => value.as_i64().map(day),
        "monthYear" => value.as_i64().map(|date| format!("{:04}-{:02}", date / 100, date % 100)),
        "email" => value.as_str().or_else(|| value["email_address"].as_str()).map(str::to_owned),
        "address" => Some(address(value)),
        _ => value.as_str().map(str::to_owned),
    };
    // A reference is the id of another item, which is not the same here.
    let text = text.filter(|_| type_name != "reference");
    let is_nothing = value.is_null() || value == "" || value["email_address"] == "";
    if text.is_none() && !is_nothing {
        lost.push(format!("its field `{}` ({type_name})", name.escape_debug()));
    }
    push(item, name, text.as_deref(), type_name == "concealed");
}

/// Adds the parts of an SSH key.
fn ssh_key(item: &mut Item, value: &Value) {
    push(item, "private_key", value["privateKey"].as_str(), true);
    let metadata = &value["metadata"];
    push(item, "public_key", metadata["publicKey"].as_str(), false);
    push(item, "fingerprint", metadata["fingerprint"].as_str(), false);
}

/// Adds the month at whose end a card expires, a number such as 203001, as a card of a vault has it.
fn expiry(item: &mut Item, value: &Value) {
    if let Some(date) = value.as_i64().filter(|date| *date > 0) {
        push(item, "exp_month", Some(&(date % 100).to_string()), false);
        push(item, "exp_year", Some(&(date / 100).to_string()), false);
    }
}

fn push(item: &mut Item, name: &str, value: Option<&str>, hidden: bool) {
    let Some(value) = value.filter(|value| !value.is_empty()) else { return };
    let is_there = item.all(name).any(|other| other.expose() == value);
    if !is_there {
        let (name, hidden) = (name.to_owned(), hidden || is_hidden(name));
        item.fields.push(Field { name, value: value.into(), hidden });
    }
}

fn kind(value: &Value) -> Kind {
    match value["categoryUuid"].as_str() {
        Some("002") => Kind::Card,
        Some("003") => Kind::Note,
        Some("004") => Kind::Identity,
        Some("114") => Kind::SshKey,
        _ => Kind::Login,
    }
}

fn urls(overview: &Value) -> Vec<&str> {
    let all: Vec<&str> = list(&overview["urls"]).filter_map(|url| url["url"].as_str()).collect();
    let one = overview["url"].as_str().filter(|url| !url.is_empty());
    if all.is_empty() { one.into_iter().collect() } else { all }
}

/// Lists the files of an item by id and name.
fn documents(value: &Value) -> Vec<(String, String)> {
    let details = &value["details"];
    let fields = list(&details["sections"]).flat_map(|section| list(&section["fields"]));
    let of_fields = fields.map(|field| &field["value"]["file"]);
    let all = std::iter::once(&details["documentAttributes"]).chain(of_fields);
    let named = |file: &Value| {
        Some((file["documentId"].as_str()?.to_owned(), file["fileName"].as_str()?.to_owned()))
    };
    all.filter_map(named).collect()
}

fn address(value: &Value) -> String {
    let parts = ["street", "zip", "city", "state", "country"];
    let parts = parts.iter().filter_map(|part| value[*part].as_str());
    parts.filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
}

fn day(seconds: i64) -> String {
    Timestamp::from_second(seconds).map(crate::shown::day).unwrap_or_default()
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn unpack(archive: &mut Archive<'_>, name: &str) -> Option<Zeroizing<Vec<u8>>> {
    let file = archive.by_name(name).ok()?;
    let mut bytes = Zeroizing::new(Vec::new());
    // What the archive says about the size may be wrong.
    let read = file.take(MAX_FILE_BYTES + 1).read_to_end(&mut bytes).ok()?;
    (read as u64 <= MAX_FILE_BYTES).then_some(bytes)
}
