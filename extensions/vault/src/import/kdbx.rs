//! Databases of KeePass and KeePassXC.

use jiff::Timestamp;
use keepass::db::{EntryRef, GroupRef, Times, fields};
use keepass::error::{DatabaseKeyError, DatabaseOpenError};
use keepass::{Database, DatabaseKey};
// Named for its feature, without which `keepass` refuses databases of pykeepass.
use quick_xml as _;
use spacedrive_sdk::{Error, ErrorCode, Result, wire::SecretText};
use zeroize::Zeroizing;

use super::{Found, FoundItem};
use crate::item::{Field, Item, Kind, is_hidden};
use crate::totp;

/// The field in which an export of a vault keeps the kind.
pub(crate) const KIND: &str = "Vault kind";
/// Fields with a meaning of their own, and their names here.
pub(crate) const NAMES: [(&str, &str); 5] = [
    (fields::USERNAME, "username"),
    (fields::PASSWORD, "password"),
    (fields::URL, "url"),
    (fields::OTP, "totp"),
    ("TimeOtp-Secret-Base32", "totp"),
];

/// Reads the entries of a database; those in its recycle bin are deleted items.
///
/// # Errors
/// [`ErrorCode::CredReauth`] for a wrong password; [`ErrorCode::BadInput`] for a damaged database.
pub(super) fn read(bytes: &[u8], password: &SecretText) -> Result<Found> {
    let key = DatabaseKey::new().with_password(password.expose());
    let database = Database::parse(bytes, key).map_err(|error| match error {
        DatabaseOpenError::Key(DatabaseKeyError::IncorrectKey) => {
            Error::new(ErrorCode::CredReauth, "the password of the database is wrong")
        }
        _ => Error::bad_input("the database is damaged, or of a version that is not supported"),
    })?;
    let mut found = Found::default();
    let bin = database.recycle_bin().map(|bin| bin.id());
    group(
        &database.root(),
        &[],
        &mut |entry: &EntryRef<'_>, path: &[String], in_bin| {
            let mut item = item(entry, path);
            item.deleted_at = in_bin.then_some(item.updated_at);
            found.items.push(FoundItem { item, files: files(entry) });
        },
        &|group| Some(group.id()) == bin,
        false,
    );
    Ok(found)
}

type Visit<'v> = &'v mut dyn FnMut(&EntryRef<'_>, &[String], bool);

fn group(
    here: &GroupRef<'_>,
    path: &[String],
    visit: Visit<'_>,
    is_bin: &dyn Fn(&GroupRef<'_>) -> bool,
    in_bin: bool,
) {
    let in_bin = in_bin || is_bin(here);
    for entry in here.entries() {
        visit(&entry, path, in_bin);
    }
    for inner in here.groups() {
        let mut path = path.to_vec();
        path.push(inner.name.clone());
        group(&inner, &path, visit, is_bin, in_bin);
    }
}

fn item(entry: &EntryRef<'_>, path: &[String]) -> Item {
    let mut item = Item::new(Kind::Login, entry.get_title().unwrap_or("untitled"));
    // The order of a hash map differs each time.
    let mut names: Vec<&String> = entry.fields.keys().collect();
    names.sort();
    for name in names {
        let Some(value) = entry.fields.get(name) else { continue };
        let text = value.get().as_str();
        if text.is_empty() || [fields::TITLE, fields::NOTES, KIND].contains(&name.as_str()) {
            continue;
        }
        let known = NAMES.iter().find(|(theirs, _)| theirs == name).map(|(_, ours)| *ours);
        let name = known.unwrap_or(name.as_str());
        let hidden = is_hidden(name) || (known.is_none() && value.is_protected());
        let value = if name == "totp" { totp::of_url(text) } else { text.into() };
        item.fields.push(Field { name: name.to_owned(), value, hidden });
    }
    item.notes = entry.get(fields::NOTES).filter(|text| !text.is_empty()).map(Into::into);
    item.tags.clone_from(&entry.tags);
    item.folder = Some(path.join("/")).filter(|path| !path.is_empty());
    item.kind = kind(entry, &item);
    set_times(&mut item, &entry.times);
    item
}

fn kind(entry: &EntryRef<'_>, item: &Item) -> Kind {
    let kept = entry.get(KIND).map(|kind| serde_json::Value::String(kind.to_owned()));
    if let Some(kind) = kept.and_then(|kind| serde_json::from_value(kind).ok()) {
        return kind;
    }
    let only_notes = item.fields.is_empty() && item.notes.is_some();
    if only_notes { Kind::Note } else { Kind::Login }
}

fn set_times(item: &mut Item, times: &Times) {
    let time = |time: Option<chrono::NaiveDateTime>| {
        Timestamp::from_second(time?.and_utc().timestamp()).ok()
    };
    item.created_at = time(times.creation).unwrap_or(item.created_at);
    item.updated_at = time(times.last_modification).unwrap_or(item.updated_at);
    item.password_changed_at = item.get("password").map(|_| item.updated_at);
}

fn files(entry: &EntryRef<'_>) -> Vec<(String, Zeroizing<Vec<u8>>)> {
    let mut files: Vec<_> = entry
        .attachments_named()
        .map(|(name, file)| (name.to_owned(), Zeroizing::new(file.data.get().clone())))
        .collect();
    files.sort_by(|(one, _), (other, _)| one.cmp(other));
    files
}
