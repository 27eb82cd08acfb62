//! Making, changing, finding and showing items.

use std::collections::BTreeMap;

use serde::Deserialize;
use spacedrive_sdk::prelude::*;
use spacedrive_sdk::wire::SecretText;

use crate::generate::Recipe;
use crate::item::{Field, Item, Kind, is_hidden};
use crate::shown::{self, Code, Row, ShownField, Version};
use crate::store::Kept;
use crate::totp::Totp;
use crate::vault::{Vault, needs};
use crate::{ssh, text};

/// Least likeness of a title to a text that may be a slip of it.
const LIKELY: f64 = 0.85;

/// Input of `action:vault.add.input.v1`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct AddInput {
    /// The master password, of a vault that is locked.
    pub master_password: Option<SecretText>,
    /// The kind of the item.
    pub kind: Kind,
    /// Its title.
    pub title: String,
    /// Its fields that are not hidden, such as `username` and `url`.
    pub values: BTreeMap<String, Option<SecretText>>,
    /// Its folder.
    pub folder: Option<String>,
    /// Its tags.
    pub tags: Vec<String>,
    /// True to generate the password.
    pub generate: bool,
    /// The password of a login.
    pub password: Option<SecretText>,
    /// The number of a card.
    pub number: Option<SecretText>,
    /// The code of a card.
    pub code: Option<SecretText>,
    /// The seed of one-time passwords: base32, or an `otpauth:` URL.
    pub totp: Option<SecretText>,
    /// The text of a private key, as bytes.
    pub private_key: Option<Blob>,
    /// Notes, as the bytes of a text.
    pub notes: Option<Blob>,
    /// Notes of one line, as a note is asked for them.
    pub text: Option<SecretText>,
}

/// Input of `action:vault.edit.input.v1`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct EditInput {
    /// The master password, of a vault that is locked.
    pub master_password: Option<SecretText>,
    /// The item: its id, how the id begins, or its title.
    pub item: String,
    /// Another title.
    pub title: Option<String>,
    /// Fields that are not hidden; `null` removes one.
    pub values: BTreeMap<String, Option<SecretText>>,
    /// The hidden field that gets `value`.
    pub field: Option<String>,
    /// The value of `field`; an empty text removes it.
    pub value: Option<SecretText>,
    /// True to generate another password.
    pub generate: bool,
    /// Another folder; an empty text is none.
    pub folder: Option<String>,
    /// Tags to add.
    pub tags: Vec<String>,
    /// Tags to remove.
    pub untag: Vec<String>,
    /// The text of another private key, as bytes.
    pub private_key: Option<Blob>,
    /// Other notes, as the bytes of a text.
    pub notes: Option<Blob>,
}

/// Input of `query:vault.list.v1`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ListInput {
    /// The master password, of a vault that is locked.
    pub master_password: Option<SecretText>,
    /// Text in title, folder, tags, user name or URL.
    pub search: Option<String>,
    /// Only items of this kind.
    pub kind: Option<Kind>,
    /// Only items with this tag.
    pub tag: Option<String>,
    /// The deleted items, in place of all others.
    pub deleted: bool,
}

/// Input of the operations on one item.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ItemInput {
    /// The master password, of a vault that is locked.
    pub master_password: Option<SecretText>,
    /// The item: its id, how the id begins, or its title.
    pub item: String,
    /// True to show what is hidden.
    pub reveal: bool,
    /// The field; left out: the one that such an item is kept for.
    pub field: Option<String>,
    /// The number of a former version.
    pub version: Option<usize>,
    /// True to remove it for good.
    pub forever: bool,
}

/// Adds an item.
///
/// # Errors
/// Those of [`Vault::open`]; [`ErrorCode::BadInput`] for an item without title, a hidden field among
/// `values`, a seed or a private key that cannot be read; [`ErrorCode::CredReauth`] that names a hidden
/// field which such an item has and the input has not.
pub(crate) fn add(client: &SpacedriveClient, input: &AddInput) -> Result<Row> {
    let vault = Vault::open(client, input.master_password.as_ref())?;
    let mut item = Item::new(input.kind, &title(&input.title)?);
    set_values(&mut item, &input.values)?;
    item.folder = input.folder.clone().filter(|folder| !folder.is_empty());
    item.tags.clone_from(&input.tags);
    for (name, value) in asked(input)? {
        set_hidden(&mut item, name, value)?;
    }
    set_texts(&mut item, input.private_key.as_ref(), input.notes.as_ref())?;
    item.notes = notes(item.notes, input)?;
    if input.kind == Kind::SshKey && item.get("private_key").is_none() {
        return Err(Error::bad_input("an SSH key needs its `private_key`".to_owned()));
    }
    Ok(shown::row(&vault.add(item)?))
}

/// Changes an item. What is not named stays.
///
/// # Errors
/// As [`add`]; [`ErrorCode::NotFound`] for an item that is not there.
pub(crate) fn edit(client: &SpacedriveClient, input: &EditInput) -> Result<Row> {
    if !input.changes_something() {
        let message =
            "nothing is to be changed: name a field, the title, the folder, tags or notes";
        return Err(Error::bad_input(message));
    }
    let vault = Vault::open(client, input.master_password.as_ref())?;
    let kept = select(&vault, &input.item, false)?;
    let hidden = hidden_change(input)?;
    let title = input.title.as_deref().map(title).transpose()?;
    let changed = vault.change(kept.id(), |item| {
        if let Some(title) = &title {
            item.title.clone_from(title);
        }
        set_values(item, &input.values)?;
        if let Some((name, value)) = &hidden {
            set_hidden(item, name, value.clone())?;
        }
        if let Some(folder) = &input.folder {
            item.folder = Some(folder.clone()).filter(|folder| !folder.is_empty());
        }
        let new = input.tags.iter().filter(|tag| !item.tags.contains(tag)).cloned();
        let new: Vec<String> = new.collect();
        item.tags.extend(new);
        item.tags.retain(|tag| !input.untag.contains(tag));
        set_texts(item, input.private_key.as_ref(), input.notes.as_ref())
    })?;
    Ok(shown::row(&changed))
}

/// Lists items by title.
///
/// # Errors
/// Those of [`Vault::open`].
pub(crate) fn list(client: &SpacedriveClient, input: &ListInput) -> Result<Vec<Row>> {
    let vault = Vault::open(client, input.master_password.as_ref())?;
    let items = vault.items()?;
    let wanted = |item: &Item| {
        item.deleted_at.is_some() == input.deleted
            && input.kind.is_none_or(|kind| item.kind == kind)
            && input.tag.as_ref().is_none_or(|tag| item.tags.contains(tag))
            && input.search.as_ref().is_none_or(|text| item.matches(text))
    };
    let mut rows: Vec<Row> =
        items.kept.iter().filter(|kept| wanted(&kept.item)).map(shown::row).collect();
    rows.sort_by_cached_key(|row| (row.title.to_lowercase(), row.id));
    rows.extend(items.damaged.into_iter().map(Row::damaged));
    Ok(rows)
}

/// Shows an item field by field.
///
/// # Errors
/// Those of [`Vault::open`]; [`ErrorCode::NotFound`] for an item or a version that is not there.
pub(crate) fn show(client: &SpacedriveClient, input: &ItemInput) -> Result<Vec<ShownField>> {
    let vault = Vault::open(client, input.master_password.as_ref())?;
    let kept = select(&vault, &input.item, true)?;
    match input.version {
        Some(number) => Ok(shown::fields(&kept, &version(&vault, &kept, number)?, input.reveal)),
        None => Ok(shown::fields(&kept, &kept.item, input.reveal)),
    }
}

/// Returns one field as it is.
///
/// # Errors
/// Those of [`Vault::open`]; [`ErrorCode::NotFound`] for an item or a field that is not there.
pub(crate) fn get(client: &SpacedriveClient, input: &ItemInput) -> Result<SecretText> {
    let vault = Vault::open(client, input.master_password.as_ref())?;
    let kept = select(&vault, &input.item, false)?;
    let usual = match kept.item.kind {
        Kind::Login | Kind::Identity => "password",
        Kind::Note => "notes",
        Kind::Card => "number",
        Kind::Totp => "totp",
        Kind::SshKey => "private_key",
    };
    let name = input.field.as_deref().unwrap_or(usual);
    let value = if name == "notes" { kept.item.notes.as_ref() } else { kept.item.get(name) };
    value.cloned().ok_or_else(|| no_field(name))
}

/// Returns the one-time password that holds now.
///
/// # Errors
/// As [`get`].
pub(crate) fn code(client: &SpacedriveClient, input: &ItemInput) -> Result<Code> {
    let vault = Vault::open(client, input.master_password.as_ref())?;
    let kept = select(&vault, &input.item, false)?;
    let no_seed = || {
        let message = "the item has no seed of one-time passwords (its field `totp`)";
        Error::new(ErrorCode::NotFound, message)
    };
    let seed = kept.item.get("totp").ok_or_else(no_seed)?;
    let now = u64::try_from(jiff::Timestamp::now().as_second()).unwrap_or_default();
    Ok(Totp::parse(seed.expose())?.at(now).into())
}

/// Deletes an item: it can be brought back, unless it is removed for good.
///
/// # Errors
/// Those of [`Vault::open`]; [`ErrorCode::NotFound`] for an item that is not there.
pub(crate) fn delete(client: &SpacedriveClient, input: &ItemInput) -> Result<Row> {
    let vault = Vault::open(client, input.master_password.as_ref())?;
    let kept = select(&vault, &input.item, input.forever)?;
    if input.forever {
        vault.remove(&kept)?;
        return Ok(shown::row(&kept));
    }
    let deleted = vault.change(kept.id(), |item| {
        item.deleted_at = Some(jiff::Timestamp::now());
        Ok(())
    })?;
    Ok(shown::row(&deleted))
}

/// Lists the former versions of an item, the last one first.
///
/// # Errors
/// As [`delete`].
pub(crate) fn history(client: &SpacedriveClient, input: &ItemInput) -> Result<Vec<Version>> {
    let vault = Vault::open(client, input.master_password.as_ref())?;
    let kept = select(&vault, &input.item, true)?;
    Ok(shown::versions(&kept.item, &vault.history(&kept)?))
}

/// Brings a deleted item back, or a former version of an item.
///
/// # Errors
/// As [`show`].
pub(crate) fn restore(client: &SpacedriveClient, input: &ItemInput) -> Result<Row> {
    let vault = Vault::open(client, input.master_password.as_ref())?;
    let kept = select(&vault, &input.item, true)?;
    let former = input.version.map(|number| version(&vault, &kept, number)).transpose()?;
    let restored = vault.change(kept.id(), |item| {
        if let Some(former) = &former {
            let attachments = std::mem::take(&mut item.attachments);
            *item = Item { attachments, ..former.clone() };
        }
        item.deleted_at = None;
        Ok(())
    })?;
    Ok(shown::row(&restored))
}

/// Finds an item by its title, by its id, or by how the id begins. A part of a title names none: it may be
/// that of another item than the one which is to be shown, changed or deleted.
///
/// # Errors
/// [`ErrorCode::NotFound`] when none fits; [`ErrorCode::BadInput`] when several do.
pub(crate) fn select(vault: &Vault<'_>, text: &str, deleted_too: bool) -> Result<Kept> {
    let mut kept = vault.items()?.kept;
    kept.retain(|kept| deleted_too || kept.item.deleted_at.is_none());
    let text = text.trim();
    let lower = text.to_lowercase();
    let is_named = |kept: &Kept| kept.item.title.trim() == text;
    let is_named_in_any_case = |kept: &Kept| kept.item.title.trim().to_lowercase() == lower;
    let has_id = |kept: &Kept| lower.len() >= 4 && kept.id().to_string().starts_with(&lower);
    for fits in [&is_named as &dyn Fn(&Kept) -> bool, &is_named_in_any_case, &has_id] {
        let found: Vec<usize> =
            kept.iter().enumerate().filter(|(_, kept)| fits(kept)).map(|(at, _)| at).collect();
        match found.as_slice() {
            [] => {}
            [at] => return Ok(kept.swap_remove(*at)),
            several => return Err(ambiguous(&kept, several)),
        }
    }
    Err(Error::new(ErrorCode::NotFound, not_found(&kept, &lower)))
}

/// Says that no item fits, and which title is like the text.
fn not_found(kept: &[Kept], text: &str) -> String {
    let likeness = |title: &str| {
        let title = title.to_lowercase();
        let is_part = !text.is_empty() && title.contains(text);
        if is_part { 1.0 } else { strsim::jaro_winkler(&title, text) }
    };
    let titles = kept.iter().map(|kept| kept.item.title.trim());
    let likely = titles.map(|title| (likeness(title), title)).filter(|(like, _)| *like >= LIKELY);
    match likely.max_by(|(one, _), (other, _)| one.total_cmp(other)) {
        Some((_, title)) => {
            let title = title.escape_debug();
            format!("no item has this title or id; did you mean `{title}`?")
        }
        None => "no item has this title or id".to_owned(),
    }
}

fn ambiguous(kept: &[Kept], found: &[usize]) -> Error {
    let ids = found.iter().filter_map(|at| kept.get(*at)).map(|kept| kept.id().to_string());
    let ids: Vec<String> = ids.collect();
    Error::bad_input(format!("{} items fit: name one by its id, {}", ids.len(), ids.join(", ")))
}

fn version(vault: &Vault<'_>, kept: &Kept, number: usize) -> Result<Item> {
    let former = vault.history(kept)?;
    let found = number.checked_sub(1).and_then(|at| former.into_iter().nth(at));
    found.ok_or_else(|| {
        Error::new(ErrorCode::NotFound, format_args!("the item has no version {number}"))
    })
}

/// Returns the notes of a new item, and asks for those of a note.
fn notes(given: Option<SecretText>, input: &AddInput) -> Result<Option<SecretText>> {
    match (given, &input.text) {
        (Some(_), Some(_)) => {
            Err(Error::bad_input("`notes` and `text` are both the notes: name one"))
        }
        (None, None) if input.kind == Kind::Note && input.notes.is_none() => {
            Err(needs("text", "a note has it"))
        }
        (given, text) => Ok(given.or_else(|| text.clone())),
    }
}

/// Returns the hidden fields of a new item, and asks for those that are missing.
fn asked(input: &AddInput) -> Result<Vec<(&'static str, SecretText)>> {
    let given = [
        ("password", &input.password),
        ("number", &input.number),
        ("code", &input.code),
        ("totp", &input.totp),
    ];
    let mut values = Vec::new();
    for (name, value) in given {
        match value {
            Some(value) => values.push((name, value.clone())),
            None if name == "password" && input.generate => {
                values.push((name, Recipe::default().generate()?));
            }
            None if input.kind.asked_for().contains(&name) => {
                return Err(needs(name, &format!("a {} has it", input.kind.name())));
            }
            None => {}
        }
    }
    Ok(values)
}

impl EditInput {
    fn changes_something(&self) -> bool {
        let has_fields = !self.values.is_empty() || self.field.is_some() || self.generate;
        let has_texts = self.private_key.is_some() || self.notes.is_some();
        let has_place = self.title.is_some() || self.folder.is_some();
        has_fields || has_texts || has_place || !self.tags.is_empty() || !self.untag.is_empty()
    }
}

/// Returns the hidden field that changes, with its value.
fn hidden_change(input: &EditInput) -> Result<Option<(String, SecretText)>> {
    if input.generate {
        return Ok(Some(("password".to_owned(), Recipe::default().generate()?)));
    }
    let Some(name) = &input.field else { return Ok(None) };
    let value = input.value.clone().ok_or_else(|| needs("value", "a field is changed"))?;
    Ok(Some((name.clone(), value)))
}

fn set_values(item: &mut Item, values: &BTreeMap<String, Option<SecretText>>) -> Result<()> {
    for (name, value) in values {
        if is_hidden(name) {
            return Err(Error::bad_input(format!(
                "`{name}` is a hidden field: it is not one of `values`"
            )));
        }
        item.set(name, value.clone().unwrap_or_default());
    }
    Ok(())
}

fn set_hidden(item: &mut Item, name: &str, value: SecretText) -> Result<()> {
    match name {
        _ if value.expose().is_empty() => {}
        "totp" => drop(Totp::parse(value.expose())?),
        "private_key" => ssh::check(value.expose())?,
        _ => {}
    }
    item.set(name, value);
    if let Some(field) = item.fields.iter_mut().find(|field: &&mut Field| field.name == name) {
        field.hidden = true;
    }
    Ok(())
}

fn set_texts(item: &mut Item, key: Option<&Blob>, notes: Option<&Blob>) -> Result<()> {
    if let Some(key) = key {
        let key = text::of(key, "private_key")?;
        ssh::check(key.expose())?;
        item.set("private_key", key);
    }
    if let Some(notes) = notes {
        item.notes = Some(text::of(notes, "notes")?).filter(|text| !text.expose().is_empty());
    }
    Ok(())
}

fn title(text: &str) -> Result<String> {
    match text.trim() {
        "" => Err(Error::bad_input("an item has a title".to_owned())),
        title => Ok(title.to_owned()),
    }
}

fn no_field(name: &str) -> Error {
    Error::new(ErrorCode::NotFound, format_args!("the item has no field `{}`", name.escape_debug()))
}
