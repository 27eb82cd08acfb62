//! The file of the credentials.

use std::{fs, path::PathBuf, sync::LazyLock};

use ext_ops_credentials_file::{FileVault, KeySource};
use ext_services::credentials::{Credential, CredentialVault, Owner};
use ext_wire::ops::credentials::Secret;
use tempfile::TempDir;
use uuid::Uuid;

/// Name of the credential in the vault.
const NAME: &str = "api";

/// A vault with one credential.
struct Sealed {
    /// Deleted with the program.
    _folder: TempDir,
    file: PathBuf,
    bytes: Vec<u8>,
    vault: FileVault,
    owner: Owner,
    credential: Credential,
}

static SEALED: LazyLock<Sealed> = LazyLock::new(|| seal().expect("a vault can be made"));

fn seal() -> Result<Sealed, Box<dyn std::error::Error>> {
    let folder = TempDir::new()?;
    let path = folder.path().join("vault");
    let vault = FileVault::new(path.clone(), KeySource::File(folder.path().join("key")));
    let owner = Owner { extension: "demo".into(), library: Uuid::nil() };
    let secret = Secret::Basic { username: "ada".into(), password: "secret".into() };
    let credential = Credential::new(vec!["https://api.example.com".into()], secret);
    vault.put(&owner, NAME, &credential)?;
    let file = path.join("vault.json");
    let bytes = fs::read(&file)?;
    Ok(Sealed { _folder: folder, file, bytes, vault, owner, credential })
}

/// A vault of other bytes is refused, or gives what was kept in it: never something else.
///
/// The first byte says whether the rest takes the place of the file, or stands in it: behind two
/// bytes with the place, and one with the number of bytes that it replaces.
pub fn vault_file(data: &[u8]) {
    let Some((&how, rest)) = data.split_first() else { return };
    let sealed = &*SEALED;
    let bytes = if how % 4 == 0 { rest.to_vec() } else { splice(&sealed.bytes, rest) };
    fs::write(&sealed.file, bytes).expect("the file can be written");
    if let Ok((credential, _)) = sealed.vault.get(&sealed.owner, NAME) {
        assert_eq!(credential, sealed.credential, "a changed vault gives another secret");
    }
    // Names are not hidden; that the list ends is enough.
    let _ = sealed.vault.list(&sealed.owner);
}

fn splice(whole: &[u8], patch: &[u8]) -> Vec<u8> {
    let Some((&[low, high, len], patch)) = patch.split_first_chunk::<3>() else {
        return whole.to_vec();
    };
    let start = usize::from(u16::from_le_bytes([low, high])) % (whole.len() + 1);
    let end = (start + usize::from(len)).min(whole.len());
    [&whole[..start], patch, &whole[end..]].concat()
}
