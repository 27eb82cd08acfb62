//! Databases of KeePass and KeePassXC.

use jiff::Timestamp;
use keepass::db::{Entry, EntryRef, GroupRef, Times, fields};
use keepass::error::{DatabaseKeyError, DatabaseOpenError};
use keepass::{Database, DatabaseKey};
// Named for its feature, without which `keepass` refuses databases of pykeepass.
use quick_xml as _;
use spacedrive_sdk::{Error, ErrorCode, Result, wire::SecretText};
use zeroize::Zeroizing;

use super::{Found, FoundItem, history, kdbx_otp};
use crate::item::{Field, Item, Kind, is_hidden};

/// The field in which an export of a vault keeps the kind.
pub(crate) const KIND: &str = "Vault kind";
/// Fields with a meaning of their own, and their names here.
pub(crate) const NAMES: [(&str, &str); 4] = [
    (fields::USERNAME, "username"),
    (fields::PASSWORD, "password"),
    (fields::URL, "url"),
    (fields::OTP, "totp"),
];
/// The tag of what the person marked, as KeePassXC has it.
pub(crate) const FAVORITE: &str = "Favorite";
/// The field of the time at which an entry expires.
pub(crate) const EXPIRES: &str = "expires";
/// Data of programs that say nothing of an entry which a person would miss.
const OF_PROGRAMS: [&str; 2] = ["_LAST_MODIFIED", "_CREATED"];

/// Reads the entries of a database; those in its recycle bin are deleted items.
///
/// # Errors
/// [`ErrorCode::CredReauth`] for a wrong password; [`ErrorCode::BadInput`] for a damaged database.
pub(super) fn read(bytes: &[u8], password: &SecretText) -> Result<Found> {
    let key = DatabaseKey::new().with_password(password.expose());
    let database = Database::parse(bytes, key).map_err(|error| match error {
        DatabaseOpenError::Key(DatabaseKeyError::IncorrectKey) => Error::new(
            ErrorCode::CredReauth,
            "the password of the database is wrong, or it needs a key file as well, which is not supported",
        ),
        _ => Error::bad_input("the database is damaged, or of a version that is not supported"),
    })?;
    let mut found = Found::default();
    let bin = database.recycle_bin().map(|bin| bin.id());
    group(&database.root(), &[], &mut found, &|group| Some(group.id()) == bin, false);
    Ok(found)
}

/// Adds the entries of a group and of all groups in it.
fn group(
    here: &GroupRef<'_>,
    path: &[String],
    found: &mut Found,
    is_bin: &dyn Fn(&GroupRef<'_>) -> bool,
    in_bin: bool,
) {
    let in_bin = in_bin || is_bin(here);
    if here.notes.as_ref().is_some_and(|notes| !notes.trim().is_empty()) {
        found.left_out.push(format!("folder {}: its notes", path.join("/")));
    }
    for entry in here.entries() {
        add(found, &entry, path, in_bin);
    }
    for inner in here.groups() {
        let mut path = path.to_vec();
        path.push(inner.name.clone());
        group(&inner, &path, found, is_bin, in_bin);
    }
}

fn add(found: &mut Found, entry: &EntryRef<'_>, path: &[String], in_bin: bool) {
    let mut lost = lost(entry);
    let former = former(entry, path);
    let mut item = item(entry, path, &mut lost);
    item.deleted_at = in_bin.then_some(item.updated_at);
    item.password_changed_at = history::password_since(&item, &former);
    found.add(FoundItem { item, files: files(entry), former }, lost);
}

/// Returns the former versions of an entry, the last one first.
fn former(entry: &Entry, path: &[String]) -> Vec<Item> {
    let entries = entry.history.iter().flat_map(|history| history.get_entries());
    // What a former version has and a vault has no place for is not listed for each of them.
    let mut former: Vec<Item> = entries.map(|entry| item(entry, path, &mut Vec::new())).collect();
    former.sort_by_key(|item| std::cmp::Reverse(item.updated_at));
    former
}

/// Names what an entry has and a vault has no place for.
fn lost(entry: &EntryRef<'_>) -> Vec<String> {
    let auto_type = entry.autotype.as_ref().is_some_and(|it| {
        let sequence = it.default_sequence.as_ref().is_some_and(|it| !it.is_empty());
        sequence || !it.associations.is_empty()
    });
    let former_file = || {
        let count = entry.history.as_ref().map_or(0, |history| history.get_entries().len());
        (0..count).filter_map(|at| entry.historical(at)).any(|former| {
            former.attachments_named().any(|(name, _)| entry.attachment_by_name(name).is_none())
        })
    };
    let parts = [
        (auto_type, "its auto-type"),
        (entry.override_url.as_ref().is_some_and(|url| !url.is_empty()), "its override URL"),
        (entry.custom_icon().is_some(), "its icon"),
        (entry.foreground_color.is_some() || entry.background_color.is_some(), "its colours"),
        (former_file(), "files of its former versions"),
    ];
    let parts = parts.into_iter().filter(|(has, _)| *has).map(|(_, name)| name.to_owned());
    let data = entry.custom_data.keys().filter(|name| !OF_PROGRAMS.contains(&name.as_str()));
    let mut data: Vec<String> =
        data.map(|name| format!("its data `{}` of a plugin", name.escape_debug())).collect();
    data.sort();
    parts.chain(data).collect()
}

fn item(entry: &Entry, path: &[String], lost: &mut Vec<String>) -> Item {
    let mut item = Item::new(Kind::Login, entry.get_title().unwrap_or("untitled"));
    let otp = kdbx_otp::read(entry);
    lost.extend(otp.problems.iter().map(|error| {
        format!("its one-time password ({}); its fields are kept as they are", error.message())
    }));
    add_fields(&mut item, entry, &otp.used);
    if let Some(totp) = otp.totp {
        item.add("totp", totp);
    }
    item.notes = entry.get(fields::NOTES).filter(|text| !text.is_empty()).map(Into::into);
    let is_favorite = |tag: &String| tag.eq_ignore_ascii_case(FAVORITE);
    item.favorite = entry.tags.iter().any(is_favorite);
    item.tags = entry.tags.iter().filter(|tag| !is_favorite(tag)).cloned().collect();
    item.folder = Some(path.join("/")).filter(|path| !path.is_empty());
    let kept = entry.get(KIND).map(|kind| serde_json::Value::String(kind.to_owned()));
    let kept = kept.and_then(|kind| serde_json::from_value(kind).ok());
    item.kind = kept.unwrap_or_else(|| likely_kind(&item));
    set_times(&mut item, &entry.times);
    item
}

fn add_fields(item: &mut Item, entry: &Entry, used: &[&str]) {
    // The order of a hash map differs each time.
    let mut names: Vec<&str> = entry.fields.keys().map(String::as_str).collect();
    names.sort_unstable();
    names.retain(|name| {
        ![fields::TITLE, fields::NOTES, KIND].contains(name) && !used.contains(name)
    });
    for name in names {
        let Some(value) = entry.fields.get(name) else { continue };
        let text = value.get().as_str();
        if text.is_empty() {
            continue;
        }
        let is_secret = kdbx_otp::is_part(name);
        let known = NAMES.iter().find(|(theirs, _)| *theirs == name && !is_secret);
        let name = known.map_or(name, |(_, ours)| *ours);
        let hidden = is_secret || is_hidden(name) || (known.is_none() && value.is_protected());
        item.fields.push(Field { name: name.to_owned(), value: text.into(), hidden });
    }
}

/// Returns the kind that an item has if nothing tells it.
pub(crate) fn likely_kind(item: &Item) -> Kind {
    let only_notes = item.fields.is_empty() && item.notes.is_some();
    if only_notes { Kind::Note } else { Kind::Login }
}

fn set_times(item: &mut Item, times: &Times) {
    let time = |time: chrono::NaiveDateTime| Timestamp::from_second(time.and_utc().timestamp());
    let known = |known: Option<chrono::NaiveDateTime>| time(known?).ok();
    item.created_at = known(times.creation).unwrap_or(item.created_at);
    item.updated_at = known(times.last_modification).unwrap_or(item.updated_at);
    if let Some(expiry) = time(times.expiry).ok().filter(|_| times.expires == Some(true)) {
        item.add(EXPIRES, expiry.to_string());
    }
}

fn files(entry: &EntryRef<'_>) -> Vec<(String, Zeroizing<Vec<u8>>)> {
    let mut files: Vec<_> = entry
        .attachments_named()
        .map(|(name, file)| (name.to_owned(), Zeroizing::new(file.data.get().clone())))
        .collect();
    files.sort_by(|(one, _), (other, _)| one.cmp(other));
    files
}
