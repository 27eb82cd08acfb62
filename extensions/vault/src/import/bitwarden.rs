//! Bitwarden's export as JSON, not encrypted.

use std::collections::HashMap;

use serde_json::Value;
use spacedrive_sdk::{Error, Result};

use super::{Found, json_place};
use crate::item::{Field, Item, Kind, is_hidden};
use crate::sections;

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
        match item(value, &folders) {
            Some(item) => found.items.push(item.into()),
            None => found.left_out.push(format!("item {}: its type is not known", at + 1)),
        }
    }
    Ok(found)
}

fn folders(export: &Value) -> HashMap<&str, &str> {
    let lists = ["folders", "collections"].into_iter().filter_map(|name| export[name].as_array());
    lists.flatten().filter_map(|one| Some((one["id"].as_str()?, one["name"].as_str()?))).collect()
}

fn item(value: &Value, folders: &HashMap<&str, &str>) -> Option<Item> {
    let section = sections::of_number(value["type"].as_u64()?)?;
    let mut item = Item::new(section.kind, value["name"].as_str().unwrap_or("untitled"));
    let own = &value[section.object];
    for uri in own["uris"].as_array().into_iter().flatten() {
        add(&mut item, "url", &uri["uri"]);
    }
    for (theirs, ours) in section.fields {
        add(&mut item, ours, &own[*theirs]);
    }
    for field in value["fields"].as_array().into_iter().flatten() {
        custom(&mut item, field);
    }
    let alone = item.get("totp").is_some() && item.get("password").is_none();
    if section.kind == Kind::Login && alone && item.get("username").is_none() {
        item.kind = Kind::Totp;
    }
    let folder = value["folderId"].as_str().or_else(|| value["collectionIds"][0].as_str());
    item.folder = folder.and_then(|id| folders.get(id)).map(|name| (*name).to_owned());
    item.favorite = value["favorite"] == true;
    item.notes = value["notes"].as_str().filter(|text| !text.is_empty()).map(Into::into);
    set_times(&mut item, value);
    Some(item)
}

fn add(item: &mut Item, name: &str, value: &Value) {
    if let Some(text) = text(value).filter(|text| !text.is_empty()) {
        item.add(name, text);
    }
}

/// Adds a field that the user made: of the types text, hidden, yes or no, linked.
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
