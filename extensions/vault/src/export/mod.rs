//! The items for other programs, not encrypted (Bitwarden) or by a password (KeePass).

mod bitwarden;
mod kdbx;

use serde::{Deserialize, Serialize};
use spacedrive_sdk::prelude::*;
use spacedrive_sdk::wire::SecretText;
use zeroize::Zeroizing;

use crate::item::Item;
use crate::master::by_password;
use crate::vault::needs;

/// The format of an export.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Format {
    /// A database of KeePass, by a password, with files.
    #[default]
    Kdbx,
    /// Bitwarden's JSON: not encrypted, without files.
    Bitwarden,
}

/// Input of `action:vault.export.input.v1`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ExportInput {
    /// The master password, also of a vault that is unlocked.
    pub master_password: Option<SecretText>,
    /// The format.
    pub format: Format,
    /// The password of the KeePass database.
    pub file_password: Option<SecretText>,
}

/// An export.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Exported {
    /// The bytes of the file.
    pub content: Blob,
    /// Number of items.
    pub items: usize,
    /// Number of files.
    pub files: usize,
    /// Items, and parts of items, that were left out, with the reason.
    pub left_out: Vec<String>,
}

/// An item to write, its files and its former versions, the last one first.
pub(crate) struct Whole {
    pub(crate) item: Item,
    pub(crate) former: Vec<Item>,
    pub(crate) files: Vec<(String, Zeroizing<Vec<u8>>)>,
}

/// Writes all items that are not deleted.
///
/// # Errors
/// Those of [`Vault::open`](crate::vault::Vault::open); those of `vdfs.read_sidecar`.
pub(crate) fn export(client: &SpacedriveClient, input: &ExportInput) -> Result<Exported> {
    let vault = by_password(client, input.master_password.as_ref())?;
    let items = vault.items()?;
    let damaged = items.damaged.iter().map(|id| format!("item {id}: it is damaged"));
    let mut left_out: Vec<String> = damaged.collect();
    let mut whole = Vec::new();
    for kept in items.kept.iter().filter(|kept| kept.item.deleted_at.is_none()) {
        let id = kept.id();
        let former = vault.history(kept).unwrap_or_else(|_| {
            left_out.push(format!("the history of item {id}: it is damaged"));
            Vec::new()
        });
        let mut files = Vec::new();
        for file in &kept.item.attachments {
            match (input.format, vault.read_file(kept, &file.id)) {
                (Format::Bitwarden, _) => {
                    left_out.push(format!("a file of item {id}: the format has none"));
                }
                (Format::Kdbx, Ok(bytes)) => files.push((file.name.clone(), bytes)),
                (Format::Kdbx, Err(_)) => {
                    left_out.push(format!("a file of item {id}: it is damaged"));
                }
            }
        }
        let one = Whole { item: kept.item.clone(), former, files };
        if input.format == Format::Bitwarden {
            let lost = bitwarden::lost(&one).into_iter();
            left_out.extend(lost.map(|part| format!("{part} of item {id}: the format has none")));
        }
        whole.push(one);
    }
    let content = match input.format {
        Format::Bitwarden => bitwarden::write(&whole)?,
        Format::Kdbx => kdbx::write(&whole, file_password(input)?)?,
    };
    let files = whole.iter().map(|whole| whole.files.len()).sum();
    Ok(Exported { content: content.into(), items: whole.len(), files, left_out })
}

fn file_password(input: &ExportInput) -> Result<&SecretText> {
    let given = input.file_password.as_ref().filter(|password| !password.expose().is_empty());
    given.ok_or_else(|| needs("file_password", "a KeePass database has a password"))
}
