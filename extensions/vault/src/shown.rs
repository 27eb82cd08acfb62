//! Items as they are shown.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use spacedrive_sdk::prelude::*;
use spacedrive_sdk::wire::SecretText;

use crate::item::Item;
use crate::store::Kept;
use crate::totp;

/// What stands in place of a hidden value.
const HIDDEN: &str = "********";

/// An item in a list. Nothing hidden is in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// Its title.
    pub title: String,
    /// Its kind; `damaged` for one that cannot be opened.
    pub kind: String,
    /// Its user name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub username: Option<SecretText>,
    /// Its first URL.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<SecretText>,
    /// Its folder.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub folder: Option<String>,
    /// Its tags.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// Names of its files.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<String>,
    /// Day of its last change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changed: Option<String>,
    /// Its id.
    pub id: Uuid,
}

/// A field of an item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShownField {
    /// Its name.
    pub field: String,
    /// Its value; stars for a hidden one.
    pub value: SecretText,
}

/// A version of an item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Version {
    /// Its number: 1 is the last former one; 0 is the present.
    pub version: usize,
    /// Time at which it was made.
    pub made_at: Timestamp,
    /// Its title.
    pub title: String,
    /// Names of the fields that the next version has otherwise.
    pub changed: Vec<String>,
}

/// A one-time password.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Code {
    /// The digits.
    pub code: String,
    /// Seconds that it holds from now on.
    pub seconds_left: u64,
}

impl From<totp::Code> for Code {
    fn from(code: totp::Code) -> Self {
        Self { code: code.code, seconds_left: code.seconds_left }
    }
}

impl Row {
    /// Makes the row of an item that cannot be opened.
    #[must_use]
    pub fn damaged(id: Uuid) -> Self {
        Self {
            title: String::new(),
            kind: "damaged".to_owned(),
            username: None,
            url: None,
            folder: None,
            tags: Vec::new(),
            files: Vec::new(),
            changed: None,
            id,
        }
    }
}

/// Makes the row of an item.
pub(crate) fn row(kept: &Kept) -> Row {
    let item = &kept.item;
    Row {
        title: item.title.clone(),
        kind: item.kind.name().to_owned(),
        username: item.get("username").cloned(),
        url: item.get("url").cloned(),
        folder: item.folder.clone(),
        tags: item.tags.clone(),
        files: item.attachments.iter().map(|file| file.name.clone()).collect(),
        changed: Some(day(item.updated_at)),
        id: kept.id(),
    }
}

/// Lists the fields of an item, or of a former version of it.
pub(crate) fn fields(kept: &Kept, item: &Item, reveal: bool) -> Vec<ShownField> {
    let mut shown = Shown { fields: Vec::new(), reveal };
    shown.add("title", &item.title);
    shown.add("kind", item.kind.name());
    shown.add("folder", item.folder.as_deref().unwrap_or_default());
    shown.add("tags", &item.tags.join(", "));
    for field in &item.fields {
        shown.add_secret(&field.name, &field.value, field.hidden);
    }
    if let Some(notes) = &item.notes {
        shown.add_secret("notes", notes, true);
    }
    for file in &item.attachments {
        shown.add("file", &format!("{} ({} bytes)", file.name, file.size));
    }
    shown.add("created", &item.created_at.to_string());
    shown.add("changed", &item.updated_at.to_string());
    shown.add("deleted", &item.deleted_at.map(|at| at.to_string()).unwrap_or_default());
    shown.add("id", &kept.id().to_string());
    shown.fields
}

struct Shown {
    fields: Vec<ShownField>,
    reveal: bool,
}

impl Shown {
    fn add(&mut self, field: &str, value: &str) {
        if !value.is_empty() {
            self.fields.push(ShownField { field: field.to_owned(), value: value.into() });
        }
    }

    fn add_secret(&mut self, field: &str, value: &SecretText, hidden: bool) {
        let stars = hidden && !self.reveal && !value.expose().is_empty();
        self.add(field, if stars { HIDDEN } else { value.expose() });
    }
}

/// Lists the present version and the former ones, the last one first.
pub(crate) fn versions(present: &Item, former: &[Item]) -> Vec<Version> {
    let all: Vec<&Item> = std::iter::once(present).chain(former).collect();
    let next = std::iter::once(None).chain(all.iter().copied().map(Some));
    let version = |((version, item), next): ((usize, &&Item), Option<&Item>)| Version {
        version,
        made_at: item.updated_at,
        title: item.title.clone(),
        changed: next.map(|next| differences(item, next)).unwrap_or_default(),
    };
    all.iter().enumerate().zip(next).map(version).collect()
}

fn differences(former: &Item, next: &Item) -> Vec<String> {
    let own = [
        ("title", former.title != next.title),
        ("folder", former.folder != next.folder),
        ("tags", former.tags != next.tags),
        ("notes", former.notes != next.notes),
        ("files", former.attachments != next.attachments),
        ("deleted", former.deleted_at.is_some() != next.deleted_at.is_some()),
    ];
    let mut names: Vec<String> =
        own.iter().filter(|(_, differs)| *differs).map(|(name, _)| (*name).to_owned()).collect();
    for field in former.fields.iter().chain(&next.fields) {
        let differs = !former.all(&field.name).eq(next.all(&field.name));
        if differs && !names.contains(&field.name) {
            names.push(field.name.clone());
        }
    }
    names
}

/// Returns the day of a time, in UTC.
pub(crate) fn day(time: Timestamp) -> String {
    time.strftime("%Y-%m-%d").to_string()
}
