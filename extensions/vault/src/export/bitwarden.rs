//! Bitwarden's JSON.

use serde_json::{Map, Value, json};
use spacedrive_sdk::Result;

use super::Whole;
use crate::item::{Item, Kind};
use crate::sections::{self, Section};

/// Types of the fields that a user makes.
const TEXT: u8 = 0;
const HIDDEN: u8 = 1;

/// Writes items.
///
/// # Errors
/// None in practice: JSON has a form for all of it.
pub(super) fn write(items: &[Whole]) -> Result<Vec<u8>> {
    let mut folders: Vec<&str> =
        items.iter().filter_map(|whole| whole.item.folder.as_deref()).collect();
    folders.sort_unstable();
    folders.dedup();
    let folder = |(at, name): (usize, &&str)| json!({ "id": folder_id(at), "name": name });
    let written = items.iter().enumerate().filter_map(|(at, whole)| {
        let section = sections::of_kind(whole.item.kind)?;
        let mut written = item(at, &whole.item, section, &folders);
        written["passwordHistory"] = json!(former_passwords(whole));
        Some(written)
    });
    let export = json!({
        "encrypted": false,
        "folders": folders.iter().enumerate().map(folder).collect::<Vec<_>>(),
        "items": written.collect::<Vec<_>>(),
    });
    Ok(serde_json::to_vec_pretty(&export)?)
}

/// Names what an item has and the format has no place for, but for files.
pub(super) fn lost(whole: &Whole) -> Vec<&'static str> {
    let mut lost = Vec::new();
    if !whole.item.tags.is_empty() {
        lost.push("tags");
    }
    // Versions that differ in files alone have nothing that could be written.
    let all_but_password = |item: &Item| {
        let mut item = item.clone();
        item.set("password", "");
        (item.title, item.folder, item.tags, item.notes, item.fields)
    };
    let present = all_but_password(&whole.item);
    if whole.former.iter().any(|former| all_but_password(former) != present) {
        lost.push("former versions but for their passwords");
    }
    lost
}

/// Lists the former passwords, the last one first, each with the time at which it was replaced.
fn former_passwords(whole: &Whole) -> Vec<Value> {
    let next = std::iter::once(&whole.item).chain(&whole.former);
    let replaced = whole.former.iter().zip(next).filter_map(|(former, next)| {
        let password = former.get("password")?;
        let is_replaced = next.get("password") != Some(password);
        is_replaced.then(|| json!({ "lastUsedDate": next.updated_at, "password": password }))
    });
    replaced.collect()
}

fn item(at: usize, item: &Item, section: &Section, folders: &[&str]) -> Value {
    let mut own = Map::new();
    if item.kind == Kind::Note {
        own.insert("type".into(), json!(0));
    }
    for (theirs, ours) in section.fields {
        let value = item.get(ours).map(|value| value.expose());
        own.insert((*theirs).to_owned(), json!(value));
    }
    let is_url = section.kind == Kind::Login;
    if is_url {
        let uris = item.all("url").map(|url| json!({ "match": null, "uri": url }));
        own.insert("uris".into(), uris.collect());
        own.insert("passwordRevisionDate".into(), json!(item.password_changed_at));
    }
    let folder = item.folder.as_deref();
    let folder = folder.and_then(|name| folders.iter().position(|other| *other == name));
    let mut written = json!({
        "id": id("00000000", at),
        "organizationId": null,
        "folderId": folder.map(folder_id),
        "collectionIds": null,
        "type": section.number,
        "reprompt": 0,
        "name": item.title,
        "notes": item.notes,
        "favorite": item.favorite,
        "fields": custom(item, section, is_url),
        "creationDate": item.created_at,
        "revisionDate": item.updated_at,
        "deletedDate": null,
    });
    written[section.object] = Value::Object(own);
    written
}

/// Lists the fields that the section of the kind has no place for, the second of a name as well.
fn custom(item: &Item, section: &Section, has_urls: bool) -> Vec<Value> {
    let mut placed: Vec<&str> = Vec::new();
    let mut custom = Vec::new();
    for field in &item.fields {
        let name = field.name.as_str();
        let has_place = section.fields.iter().any(|(_, ours)| *ours == name);
        if (has_urls && name == "url") || (has_place && !placed.contains(&name)) {
            placed.push(name);
            continue;
        }
        let kind = if field.hidden { HIDDEN } else { TEXT };
        custom.push(json!({ "name": name, "value": field.value, "type": kind, "linkedId": null }));
    }
    custom
}

fn folder_id(at: usize) -> String {
    id("00000001", at)
}

fn id(first: &str, at: usize) -> String {
    format!("{first}-0000-4000-8000-{:012x}", at + 1)
}
