//! Content of the encrypted file.

use std::{collections::HashSet, io};

use ext_services::credentials::{Credential, KeptCredential, Owner};
use ext_wire::ops::credentials::Secret;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{error::ExportError, limits::FORMAT};

/// Says that this is ours, to a person who decrypts a file by hand.
const KIND: &str = "spacedrive secrets";

#[derive(Serialize)]
struct Written<'a> {
    kind: &'static str,
    format: u64,
    secrets: Vec<WrittenEntry<'a>>,
}

#[derive(Serialize)]
struct WrittenEntry<'a> {
    extension: &'a str,
    library: Uuid,
    name: &'a str,
    hosts: &'a [String],
    secret: &'a Secret,
    needs_login: bool,
    unfinished_renewals: u8,
}

/// All that is read of a file before its version is known.
#[derive(Deserialize)]
struct Head {
    kind: String,
    format: u64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Read {
    #[serde(rename = "kind")]
    _kind: String,
    #[serde(rename = "format")]
    _format: u64,
    secrets: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    extension: String,
    library: Uuid,
    name: String,
    hosts: Vec<String>,
    secret: Secret,
    needs_login: bool,
    unfinished_renewals: u8,
}

/// Writes credentials as JSON.
pub(crate) fn write(credentials: &[KeptCredential], to: impl io::Write) -> io::Result<()> {
    let secrets = credentials.iter().map(entry).collect();
    serde_json::to_writer(to, &Written { kind: KIND, format: FORMAT, secrets })?;
    Ok(())
}

fn entry(kept: &KeptCredential) -> WrittenEntry<'_> {
    WrittenEntry {
        extension: &kept.owner.extension,
        library: kept.owner.library,
        name: &kept.name,
        hosts: &kept.credential.hosts,
        secret: &kept.credential.secret,
        needs_login: kept.credential.needs_login,
        unfinished_renewals: kept.credential.unfinished_renewals,
    }
}

/// Reads what [`write`] wrote, strictly.
pub(crate) fn read(json: &[u8]) -> Result<Vec<KeptCredential>, ExportError> {
    let head: Head = serde_json::from_slice(json).map_err(content)?;
    match (head.kind.as_str(), head.format) {
        (KIND, FORMAT) => {}
        (KIND, newer) if newer > FORMAT => return Err(ExportError::Newer(newer)),
        _ => return Err(ExportError::Content { line: 1, column: 1 }),
    }
    let read: Read = serde_json::from_slice(json).map_err(content)?;
    let credentials: Vec<_> = read.secrets.into_iter().map(kept).collect();
    check_once(&credentials)?;
    Ok(credentials)
}

fn kept(entry: Entry) -> KeptCredential {
    let Entry { extension, library, name, hosts, secret, needs_login, unfinished_renewals } = entry;
    KeptCredential {
        owner: Owner { extension, library },
        name,
        credential: Credential {
            needs_login,
            unfinished_renewals,
            ..Credential::new(hosts, secret)
        },
    }
}

fn check_once(credentials: &[KeptCredential]) -> Result<(), ExportError> {
    let mut seen = HashSet::new();
    match credentials.iter().find(|kept| !seen.insert((&kept.owner, &kept.name))) {
        Some(KeptCredential { owner, name, .. }) => {
            Err(ExportError::Twice { extension: owner.extension.clone(), name: name.clone() })
        }
        None => Ok(()),
    }
}

/// Describes an error of JSON by its place: its text could quote a secret.
fn content(error: serde_json::Error) -> ExportError {
    ExportError::Content { line: error.line(), column: error.column() }
}
