//! Files that are kept with items.

use serde::{Deserialize, Serialize};
use spacedrive_sdk::prelude::*;
use spacedrive_sdk::wire::SecretText;

use crate::item::{Attachment, Item};
use crate::items::select;
use crate::shown::{self, Row};
use crate::store::Kept;
use crate::vault::Vault;

/// Most files of an item: a library takes 100 sidecars of it, of which the versions take some.
pub(crate) const MAX_FILES: usize = 64;
/// Longest name, in bytes.
const MAX_NAME_BYTES: usize = 255;

/// Input of the operations on files of an item.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct FileInput {
    /// The master password, of a vault that is locked.
    pub master_password: Option<SecretText>,
    /// The item: its id, how the id begins, or its title.
    pub item: String,
    /// The name of the file.
    pub name: String,
    /// The bytes of a new file.
    pub file: Blob,
}

/// A file of an item.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ItemFile {
    /// Its name.
    pub name: String,
    /// Its length in bytes.
    pub size: u64,
    /// Its bytes.
    pub content: Blob,
}

/// Adds a file to an item, in place of one of the same name.
///
/// # Errors
/// Those of [`Vault::open`]; [`ErrorCode::NotFound`] for an item that is not there;
/// [`ErrorCode::BadInput`] for a name that is not valid, or too many files.
pub(crate) fn attach(client: &SpacedriveClient, input: &FileInput) -> Result<Row> {
    let vault = Vault::open(client, input.master_password.as_ref())?;
    let kept = select(&vault, &input.item, false)?;
    Ok(shown::row(&add(&vault, kept.id(), &input.name, input.file.as_bytes())?))
}

/// Returns a file of an item.
///
/// # Errors
/// Those of [`Vault::open`]; [`ErrorCode::NotFound`] for an item or a file that is not there.
pub(crate) fn read(client: &SpacedriveClient, input: &FileInput) -> Result<ItemFile> {
    let vault = Vault::open(client, input.master_password.as_ref())?;
    let kept = select(&vault, &input.item, false)?;
    let file = find(&kept.item, &input.name)?;
    let bytes = vault.read_file(&kept, &file.id)?;
    Ok(ItemFile { name: file.name.clone(), size: file.size, content: bytes.to_vec().into() })
}

/// Removes a file from an item, for good: former versions of an item keep its fields, not its files.
///
/// # Errors
/// As [`read`].
pub(crate) fn detach(client: &SpacedriveClient, input: &FileInput) -> Result<Row> {
    let vault = Vault::open(client, input.master_password.as_ref())?;
    let kept = select(&vault, &input.item, false)?;
    let id = find(&kept.item, &input.name)?.id.clone();
    Ok(shown::row(&vault.detach(kept.id(), &id)?))
}

/// Adds a file to an item.
///
/// # Errors
/// As [`attach`].
pub(crate) fn add(vault: &Vault<'_>, item: Uuid, name: &str, bytes: &[u8]) -> Result<Kept> {
    let name = checked(name).map_err(Error::bad_input)?;
    let size = bytes.len() as u64;
    vault.attach(item, bytes, |item, id| {
        item.attachments.retain(|file| file.name != name);
        if item.attachments.len() >= MAX_FILES {
            return Err(Error::bad_input(format!("an item has at most {MAX_FILES} files")));
        }
        item.attachments.push(Attachment { name: name.to_owned(), size, id });
        Ok(())
    })
}

fn find<'i>(item: &'i Item, name: &str) -> Result<&'i Attachment> {
    let found = item.attachments.iter().find(|file| file.name == name);
    let several = || Error::new(ErrorCode::NotFound, "the item has no file of this name");
    found.ok_or_else(several)
}

/// Returns the last part of a path: a name that came with a path is that of its file.
///
/// # Errors
/// What is wrong with the name.
pub(crate) fn checked(name: &str) -> std::result::Result<&str, String> {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let hidden = last.chars().any(char::is_control);
    if last.is_empty() || last.len() > MAX_NAME_BYTES || hidden {
        return Err(format!("a file has a name of 1 to {MAX_NAME_BYTES} bytes"));
    }
    Ok(last)
}
