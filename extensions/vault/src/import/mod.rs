//! Items of other programs: Bitwarden, KeePass, 1Password, Chrome and Firefox.

mod attached;
mod bitwarden;
mod browser;
mod history;
pub(crate) mod kdbx;
mod kdbx_otp;
mod onepassword;

use serde::{Deserialize, Serialize};
use spacedrive_sdk::prelude::*;
use spacedrive_sdk::wire::SecretText;

use self::attached::File;
use crate::blobs::MAX_HISTORY;
use crate::item::{Field, Item};
use crate::vault::{Vault, needs};

/// The signature of a KeePass database.
const KDBX: &[u8] = &[0x03, 0xd9, 0xa2, 0x9a];
/// The signature of a zip archive.
const ZIP: &[u8] = b"PK\x03\x04";

/// Input of `action:vault.import.input.v1`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ImportInput {
    /// The master password, of a vault that is locked.
    pub master_password: Option<SecretText>,
    /// The bytes of the file.
    pub file: Blob,
    /// The password of the file, of a KeePass database.
    pub file_password: Option<SecretText>,
    /// A folder for all items; left out: those of the file.
    pub folder: Option<String>,
}

/// Outcome of an import.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Imported {
    /// The format of the file.
    pub format: String,
    /// Number of items that were added.
    pub added: usize,
    /// Number of items that the vault has already, the same in everything.
    pub there_already: usize,
    /// Number of files that came with them.
    pub files: usize,
    /// Former versions that came with them.
    #[serde(default)]
    pub former_versions: usize,
    /// Items, and parts of items, that were left out, with the reason.
    pub left_out: Vec<String>,
}

/// What a file holds.
#[derive(Default)]
pub(crate) struct Found {
    pub(crate) items: Vec<FoundItem>,
    pub(crate) left_out: Vec<String>,
}

/// An item of a file, its files and its former versions, the last one first.
pub(crate) struct FoundItem {
    pub(crate) item: Item,
    pub(crate) files: Vec<File>,
    pub(crate) former: Vec<Item>,
}

impl Found {
    /// Adds an item, and names what of it has no place in a vault.
    pub(crate) fn add(&mut self, mut found: FoundItem, mut lost: Vec<String>) {
        found.files = attached::fitting(std::mem::take(&mut found.files), &mut lost);
        // Each file that is attached begins a version.
        let room = MAX_HISTORY.saturating_sub(found.files.len());
        if let Some(more) = found.former.len().checked_sub(room).filter(|more| *more > 0) {
            lost.push(format!(
                "the oldest {more} of its former versions: a history has {MAX_HISTORY}"
            ));
            found.former.truncate(room);
        }
        let number = self.items.len() + 1;
        let title = &found.item.title;
        self.left_out.extend(lost.iter().map(|lost| format!("item {number} ({title}): {lost}")));
        self.items.push(found);
    }
}

/// Adds the items of a file. The same file again adds nothing.
///
/// # Errors
/// Those of [`Vault::open`]; [`ErrorCode::BadInput`] for a file that is none of the formats, before
/// anything is added; those of the `vdfs` operations.
pub(crate) fn import(client: &SpacedriveClient, input: &ImportInput) -> Result<Imported> {
    let vault = Vault::open(client, input.master_password.as_ref())?;
    let (format, mut found) = read(input)?;
    let mut kept: Vec<Item> = vault.items()?.kept.into_iter().map(|kept| kept.item).collect();
    let mut done = Imported {
        format: format.to_owned(),
        left_out: std::mem::take(&mut found.left_out),
        ..Imported::default()
    };
    for FoundItem { mut item, files, former } in found.items {
        if input.folder.is_some() {
            item.folder.clone_from(&input.folder);
        }
        if kept.iter().any(|other| is_same(other, &item, &files)) {
            done.there_already += 1;
            continue;
        }
        let added = vault.add_with_history(item, &former)?;
        for (name, bytes) in &files {
            crate::files::add(&vault, added.id(), name, bytes)?;
        }
        done.added += 1;
        done.files += files.len();
        done.former_versions += former.len();
        kept.push(vault.get(added.id())?.item);
    }
    Ok(done)
}

fn read(input: &ImportInput) -> Result<(&'static str, Found)> {
    let bytes = input.file.as_bytes();
    if bytes.starts_with(KDBX) {
        let needed = || needs("file_password", "a KeePass database has a password");
        let password = input.file_password.as_ref().ok_or_else(needed)?;
        return Ok(("kdbx", kdbx::read(bytes, password)?));
    }
    if bytes.starts_with(ZIP) {
        return Ok(("1pux", onepassword::read(bytes)?));
    }
    let text = std::str::from_utf8(bytes).map_err(|_| unknown())?.trim_start_matches('\u{feff}');
    match text.trim_start().starts_with('{') {
        true => Ok(("bitwarden", bitwarden::read(text)?)),
        false => Ok(("csv", browser::read(text)?)),
    }
}

/// Tells whether the vault has an item already: the same in everything but times.
fn is_same(kept: &Item, item: &Item, files: &[File]) -> bool {
    kept.kind == item.kind
        && kept.title == item.title
        && kept.folder == item.folder
        && kept.notes == item.notes
        && sorted(&kept.fields).eq(&sorted(&item.fields))
        && kept.deleted_at.is_some() == item.deleted_at.is_some()
        && kept.attachments.iter().map(|file| &file.name).eq(files.iter().map(|(name, _)| name))
}

/// Sorts fields: a KeePass database keeps no order.
fn sorted(fields: &[Field]) -> Vec<(&str, &str, bool)> {
    let mut sorted: Vec<_> = fields
        .iter()
        .map(|field| (field.name.as_str(), field.value.expose(), field.hidden))
        .collect();
    sorted.sort_unstable();
    sorted
}

fn unknown() -> Error {
    Error::bad_input(
        "the file is not Bitwarden JSON, KeePass KDBX, 1Password 1PUX or the CSV of a browser",
    )
}

/// Says where JSON cannot be read: the error itself would quote it.
pub(crate) fn json_place(error: &serde_json::Error) -> String {
    format!("line {}, column {}", error.line(), error.column())
}
