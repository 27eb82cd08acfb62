//! KeePass databases of version 4.

use keepass::config::KdfConfig;
use keepass::db::{Entry, EntryMut, GroupMut, History, Value, fields};
use keepass::{Database, DatabaseKey};
use spacedrive_sdk::{Error, Result, wire::SecretText};

use super::Whole;
use crate::import::kdbx::{EXPIRES, FAVORITE, KIND, NAMES, likely_kind};
use crate::item::Item;
use crate::totp;

/// Writes items into a database, in groups by their folders.
///
/// # Errors
/// The database cannot be encoded.
pub(super) fn write(items: &[Whole], password: &SecretText) -> Result<Vec<u8>> {
    let mut database = Database::new();
    if let KdfConfig::Argon2 { version, .. } = database.config.kdf_config {
        database.config.kdf_config =
            KdfConfig::Argon2id { iterations: 3, memory: 64 << 20, parallelism: 4, version };
    }
    database.meta.database_name = Some("Vault".to_owned());
    for whole in items {
        let folder = whole.item.folder.as_deref().unwrap_or_default();
        let path: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
        add(&mut database.root_mut(), &path, whole);
    }
    let mut bytes = Vec::new();
    let key = DatabaseKey::new().with_password(password.expose());
    database
        .save(&mut bytes, key)
        .map_err(|_| Error::failed("the KeePass database cannot be written"))?;
    Ok(bytes)
}

fn add(group: &mut GroupMut<'_>, path: &[&str], whole: &Whole) {
    let Some((name, rest)) = path.split_first() else {
        add_entry(&mut group.add_entry(), whole);
        return;
    };
    if let Some(mut inner) = group.group_by_name_mut(name) {
        return add(&mut inner, rest, whole);
    }
    let mut inner = group.add_group();
    (*name).clone_into(&mut inner.name);
    add(&mut inner, rest, whole);
}

fn add_entry(entry: &mut EntryMut<'_>, whole: &Whole) {
    // The oldest version comes first in a database.
    let mut history = History::default();
    for former in &whole.former {
        fill(entry, former);
        history.add_entry(Entry::clone(entry));
    }
    fill(entry, &whole.item);
    entry.history = Some(history);
    for (name, bytes) in &whole.files {
        entry.add_attachment(name.as_str(), Value::protected(bytes.to_vec()));
    }
}

/// Makes an entry the same as an item, whatever it was before.
fn fill(entry: &mut EntryMut<'_>, item: &Item) {
    entry.fields.clear();
    entry.set_unprotected(fields::TITLE, item.title.as_str());
    if let Some(notes) = &item.notes {
        entry.set_unprotected(fields::NOTES, notes.expose());
    }
    if item.kind != likely_kind(item) {
        entry.set_unprotected(KIND, item.kind.name());
    }
    let expiry = expiry(item);
    (entry.times.expires, entry.times.expiry) =
        (Some(expiry.is_some()), expiry.unwrap_or_default());
    for field in item.fields.iter().filter(|field| expiry.is_none() || field.name != EXPIRES) {
        let name = free_name(entry, name(&field.name));
        let url = (field.name == "totp").then(|| totp::to_url(&field.value));
        let value = url.as_ref().unwrap_or(&field.value).expose();
        match field.hidden {
            true => entry.set_protected(name, value),
            false => entry.set_unprotected(name, value),
        }
    }
    entry.tags.clone_from(&item.tags);
    entry.tags.extend(item.favorite.then(|| FAVORITE.to_owned()));
    entry.times.creation = time(item.created_at);
    entry.times.last_modification = time(item.updated_at);
}

/// Returns the time at which an item expires, where its field tells one.
fn expiry(item: &Item) -> Option<chrono::NaiveDateTime> {
    let mut all = item.all(EXPIRES);
    let only = all.next().filter(|_| all.next().is_none())?;
    time(only.expose().parse().ok()?)
}

fn time(time: jiff::Timestamp) -> Option<chrono::NaiveDateTime> {
    chrono::DateTime::from_timestamp(time.as_second(), 0).map(|time| time.naive_utc())
}

/// Returns the name that a field has there.
fn name(ours: &str) -> &str {
    NAMES.iter().find(|(_, name)| *name == ours).map_or(ours, |(theirs, _)| theirs)
}

/// Names of fields are unique there: the second of a name gets a number.
fn free_name(entry: &EntryMut<'_>, name: &str) -> String {
    let is_taken = |name: &str| entry.fields.contains_key(name) || name == fields::TITLE;
    if !is_taken(name) {
        return name.to_owned();
    }
    let numbered = (2u32..).map(|number| format!("{name} {number}"));
    numbered.into_iter().find(|name| !is_taken(name)).unwrap_or_default()
}
