//! Settings that are secrets, in the vault. Their owner is not the extension itself, whose own credentials
//! have names of its choice, and who may remove those.

use ext_manifest::SettingDecl;
use ext_ops_credentials_file::FileVault;
use ext_services::credentials::{Credential, CredentialError, CredentialVault, Owner};
use ext_wire::{
    ErrorBody, ErrorCode, SecretText,
    ops::{
        credentials::{MAX_SECRET_BYTES, Secret},
        settings::{MAX_SECRET_ITEMS, SecretValue},
    },
};
use serde_json::Value;
use uuid::Uuid;

/// Returns the owner, in the vault, of the secrets among an extension's settings. No id has a colon.
pub(super) fn owner(extension: &str, library: Option<Uuid>) -> Owner {
    Owner { extension: format!("settings:{extension}"), library: library.unwrap_or_default() }
}

/// Returns the value of a secret; `None` when there is none.
pub(super) fn get(
    vault: &FileVault,
    owner: &Owner,
    setting: SettingDecl<'_>,
) -> Result<Option<SecretValue>, ErrorBody> {
    let credential = match vault.get(owner, setting.name()) {
        Ok((credential, _)) => credential,
        Err(CredentialError::NotFound(_)) => return Ok(None),
        Err(error) => return Err(failed(error)),
    };
    if credential.needs_login {
        return Err(failed(CredentialError::StoreAgain(setting.name().to_owned())));
    }
    let Secret::Custom { fields } = credential.secret else { return Ok(None) };
    let mut texts: Vec<SecretText> = fields.into_values().collect();
    Ok(match (setting.is_list(), texts.len()) {
        (true, _) => Some(SecretValue::List(texts)),
        (false, 1) => texts.pop().map(SecretValue::One),
        // It was a list in another version.
        (false, _) => None,
    })
}

/// Keeps the value of a secret, which was [checked](check).
pub(super) fn put(
    vault: &FileVault,
    owner: &Owner,
    name: &str,
    value: SecretValue,
) -> Result<(), ErrorBody> {
    let texts = match value {
        SecretValue::One(text) => vec![text],
        SecretValue::List(texts) => texts,
    };
    let fields = texts.into_iter().enumerate();
    let fields = fields.map(|(place, text)| (format!("{place:03}"), text)).collect();
    let credential = Credential::new(Vec::new(), Secret::Custom { fields });
    vault.put(owner, name, &credential).map(drop).map_err(failed)
}

/// Removes the value of a secret, if there is one.
pub(super) fn delete(vault: &FileVault, owner: &Owner, name: &str) -> Result<bool, ErrorBody> {
    vault.delete(owner, name).map_err(failed)
}

/// Returns the names of the secrets that are kept. Nothing is opened.
pub(super) fn names(vault: &FileVault, owner: &Owner) -> Result<Vec<String>, ErrorBody> {
    let kept = vault.list(owner).map_err(failed)?;
    Ok(kept.into_iter().map(|info| info.name).collect())
}

/// Checks the value of a secret by the schema. An error names the setting, never the value.
pub(super) fn check(setting: SettingDecl<'_>, value: &SecretValue) -> Result<(), ErrorBody> {
    let refuse = |why: &str| {
        let message = format!("the secret `{}`: {why}", setting.name());
        Err(ErrorBody::new(ErrorCode::BadInput, message))
    };
    let json = match value {
        SecretValue::One(text) => Value::from(text.expose()),
        SecretValue::List(texts) if texts.len() > MAX_SECRET_ITEMS => {
            return refuse(&format!(
                "it has {} items, the limit is {MAX_SECRET_ITEMS}",
                texts.len()
            ));
        }
        SecretValue::List(texts) => texts.iter().map(SecretText::expose).collect(),
    };
    if json.to_string().len() > MAX_SECRET_BYTES / 2 {
        return refuse(&format!("it has more than {} bytes", MAX_SECRET_BYTES / 2));
    }
    setting.check(&json).or_else(|problem| refuse(&problem))
}

/// Paths of the host stay in its log.
fn failed(error: CredentialError) -> ErrorBody {
    match error {
        CredentialError::Io(_) | CredentialError::Locked(_) => {
            tracing::warn!(%error, "the secrets of settings cannot be used");
            ErrorBody::new(error.code(), "the secrets cannot be used: the log says why")
        }
        error => ErrorBody::new(error.code(), error),
    }
}
