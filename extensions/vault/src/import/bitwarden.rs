//! Bitwarden's export as JSON, not encrypted.

use std::collections::HashMap;

use serde_json::Value;
use spacedrive_sdk::{Error, Result};

use super::history::{self, Replaced};
use super::{Found, FoundItem, json_place};
use crate::item::{Field, Item, Kind, is_hidden};
use crate::sections::{self, Section};

/// Members of an item that are taken, or say nothing of it which a person would miss.
const KNOWN: [&str; 20] = [
    "id",
    "type",
    "name",
    "notes",
    "favorite",
    "fields",
    "folderId",
    "collectionIds",
    "passwordHistory",
    "creationDate",
    "revisionDate",
    "deletedDate",
    "archivedDate",
    "organizationId",
    "organizationUseTotp",
    "edit",
    "viewPassword",
    "permissions",
    "object",
    "key",
];
/// The type of a field that has the value of another one.
const LINKED: u8 = 3;

/// Reads the items of an export.
///
/// # Errors
/// [`ErrorCode::BadInput`](spacedrive_sdk::ErrorCode::BadInput) when it is not one, or is encrypted.
pub(super) fn read(text: &str) -> Result<Found> {
    let export: Value = serde_json::from_str(text).map_err(|error| {
        Error::bad_input(format_args!("the file is not JSON at {}", json_place(&error)))
    })?;
    if export["encrypted"] == true {
        return Err(Error::bad_input("the export is encrypted: export it as JSON that is not"));
    }
    let items = export["items"].as_array();
    let items = items
        .ok_or_else(|| Error::bad_input("the file is not an export of Bitwarden: no `items`"))?;
    let folders = folders(&export);
    let mut found = Found::default();
    for (at, value) in items.iter().enumerate() {
        let Some((item, section)) = item(value, &folders) else {
            let title = value["name"].as_str().unwrap_or("untitled");
            found.left_out.push(format!("item {} ({title}): its type is not known", at + 1));
            continue;
        };
        let former = history::of_passwords(&item, passwords(value));
        found.add(FoundItem { item, files: Vec::new(), former }, lost(value, section));
    }
    Ok(found)
}

fn passwords(value: &Value) -> Vec<Replaced> {
    let former = value["passwordHistory"].as_array().into_iter().flatten();
    let former = former.filter_map(|former| {
        let at = former["lastUsedDate"].as_str().and_then(|at| at.parse().ok());
        Some(Replaced { password: former["password"].as_str()?.to_owned(), at })
    });
    former.collect()
}

/// Names what an item has and a vault has no place for.
fn lost(value: &Value, section: &Section) -> Vec<String> {
    let own = &value[section.object];
    let is_known = |name: &str| KNOWN.contains(&name) || name == section.object;
    let of_kind = ["uris", "passwordRevisionDate", "type"];
    let is_own = |name: &str| {
        of_kind.contains(&name) || section.fields.iter().any(|(theirs, _)| *theirs == name)
    };
    let members = unknown(value, is_known).chain(unknown(own, is_own));
    let mut lost: Vec<String> = members
        .map(|name| match name {
            "fido2Credentials" => "its passkey (`fido2Credentials`)".to_owned(),
            name => format!("its `{}`", name.escape_debug()),
        })
        .collect();
    let has_match = |uri: &Value| !is_empty(&uri["match"]);
    if own["uris"].as_array().into_iter().flatten().any(has_match) {
        lost.push("how its URLs are matched (`match`)".to_owned());
    }
    let fields = value["fields"].as_array().into_iter().flatten();
    let linked = fields.filter(|field| field["type"] == LINKED);
    lost.extend(linked.map(|field| {
        format!("its linked field `{}`", field["name"].as_str().unwrap_or("field").escape_debug())
    }));
    lost
}

/// Lists the members of an object that are not known and not empty.
fn unknown(value: &Value, is_known: impl Fn(&str) -> bool) -> impl Iterator<Item = &str> {
    let members = value.as_object().into_iter().flatten();
    let unknown = members.filter(move |(name, value)| !is_known(name) && !is_empty(value));
    unknown.map(|(name, _)| name.as_str())
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::Bool(true) => false,
        Value::Number(number) => number.as_i64() == Some(0),
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.is_empty(),
    }
}

fn folders(export: &Value) -> HashMap<&str, &str> {
    let lists = ["folders", "collections"].into_iter().filter_map(|name| export[name].as_array());
    lists.flatten().filter_map(|one| Some((one["id"].as_str()?, one["name"].as_str()?))).collect()
}

fn item(value: &Value, folders: &HashMap<&str, &str>) -> Option<(Item, &'static Section)> {
    let section = sections::of_number(value["type"].as_u64()?)?;
    let mut item = Item::new(section.kind, value["name"].as_str().unwrap_or("untitled"));
    let own = &value[section.object];
    for uri in own["uris"].as_array().into_iter().flatten() {
        add(&mut item, "url", &uri["uri"]);
    }
    for (theirs, ours) in section.fields {
        add(&mut item, ours, &own[*theirs]);
    }
    let fields = value["fields"].as_array().into_iter().flatten();
    fields.filter(|field| field["type"] != LINKED).for_each(|field| custom(&mut item, field));
    let alone = item.get("totp").is_some() && item.get("password").is_none();
    if section.kind == Kind::Login && alone && item.get("username").is_none() {
        item.kind = Kind::Totp;
    }
    let folder = value["folderId"].as_str().or_else(|| value["collectionIds"][0].as_str());
    item.folder = folder.and_then(|id| folders.get(id)).map(|name| (*name).to_owned());
    item.favorite = value["favorite"] == true;
    item.notes = value["notes"].as_str().filter(|text| !text.is_empty()).map(Into::into);
    set_times(&mut item, value);
    Some((item, section))
}

fn add(item: &mut Item, name: &str, value: &Value) {
    if let Some(text) = text(value).filter(|text| !text.is_empty()) {
        item.add(name, text);
    }
}

/// Adds a field that the user made: of the types text, hidden, yes or no.
fn custom(item: &mut Item, field: &Value) {
    let name = field["name"].as_str().unwrap_or("field").to_owned();
    let hidden = field["type"] == 1 || is_hidden(&name);
    let value = text(&field["value"]).unwrap_or_default().into();
    item.fields.push(Field { name, value, hidden });
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn set_times(item: &mut Item, value: &Value) {
    let time = |value: &Value| value.as_str()?.parse().ok();
    item.created_at = time(&value["creationDate"]).unwrap_or(item.created_at);
    item.updated_at = time(&value["revisionDate"]).unwrap_or(item.updated_at);
    item.deleted_at = time(&value["deletedDate"]);
    let changed = time(&value["login"]["passwordRevisionDate"]);
    item.password_changed_at = changed.or_else(|| item.get("password").map(|_| item.created_at));
}
