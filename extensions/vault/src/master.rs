//! The master password: making, unlocking and locking the vault, another password, other keys.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use spacedrive_sdk::ops::jobs::DispatchInput;
use spacedrive_sdk::prelude::*;
use spacedrive_sdk::wire::SecretText;

use crate::session;
use crate::vault::{self, Vault, needs};

/// Minutes without use after which a vault locks itself, when the user names none.
const DEFAULT_MINUTES: u32 = 15;
/// The operation that forgets keys, and the key of its job.
pub(crate) const EXPIRE: &str = "action:vault.expire.input.v1";
const EXPIRE_KEY: &str = "expire";
/// Most of them: a day.
const MAX_MINUTES: u32 = 24 * 60;

/// Input of the operations that need the vault and nothing else.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct MasterInput {
    /// The master password, of a vault that is locked.
    pub master_password: Option<SecretText>,
}

/// Input of `action:vault.create.input.v1`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct CreateInput {
    /// The master password of the new vault.
    pub new_password: Option<SecretText>,
}

/// Input of `action:vault.unlock.input.v1`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct UnlockInput {
    /// The master password.
    pub master_password: Option<SecretText>,
    /// Minutes without use after which the vault locks itself; left out: 15.
    pub minutes: Option<u32>,
}

/// Input of `action:vault.change_password.input.v1`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ChangePasswordInput {
    /// The present master password.
    pub master_password: Option<SecretText>,
    /// The next one.
    pub new_password: Option<SecretText>,
}

/// The state of a vault.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Status {
    /// True when the library has a vault.
    pub exists: bool,
    /// True when it needs no password for now.
    pub unlocked: bool,
    /// Seconds without use after which it locks itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub locks_in_s: Option<u64>,
}

/// Result of a rotation of keys.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rotation {
    /// Items that have other keys now.
    pub items: usize,
    /// Items that cannot be opened, whole or in part, and stay as they are.
    pub damaged: Vec<Uuid>,
}

/// Makes the vault of a library.
///
/// # Errors
/// Those of [`Vault::create`].
pub(crate) fn create(client: &SpacedriveClient, input: &CreateInput) -> Result<Status> {
    if vault::exists(client)? {
        return Err(Error::new(ErrorCode::Conflict, "this library has a vault already"));
    }
    Vault::create(client, given(input.new_password.as_ref(), "new_password", "a new vault")?)?;
    status(client)
}

/// Unlocks the vault.
///
/// # Errors
/// Those of [`Vault::open`]; [`ErrorCode::BadInput`] for minutes out of range.
pub(crate) fn unlock(client: &SpacedriveClient, input: &UnlockInput) -> Result<Status> {
    let minutes = input.minutes.unwrap_or(DEFAULT_MINUTES);
    if !(1..=MAX_MINUTES).contains(&minutes) {
        let message = format_args!("{minutes} minutes, allowed are 1 to {MAX_MINUTES}");
        return Err(Error::new(ErrorCode::BadInput, message));
    }
    let vault = by_password(client, input.master_password.as_ref())?;
    let stays = Duration::from_secs(u64::from(minutes) * 60);
    vault.stay_unlocked(stays);
    expire_in(client, stays, Some(EXPIRE_KEY));
    status(client)
}

/// Forgets the keys of a vault that was not used for too long, and looks again when it may be so: else
/// they would stay in memory until the next call.
///
/// # Errors
/// Those of `vdfs.list_entries`.
pub(crate) fn expire(client: &SpacedriveClient) -> Result<Status> {
    if let Some(left) = session::left(client.library_id()) {
        // The job that runs this has the key.
        expire_in(client, left, None);
    }
    status(client)
}

fn expire_in(client: &SpacedriveClient, delay: Duration, key: Option<&str>) {
    let job = DispatchInput {
        method: EXPIRE.to_owned(),
        input: serde_json::json!({}),
        key: key.map(str::to_owned),
        delay_ms: u64::try_from(delay.as_millis()).unwrap_or(u64::MAX),
        ..DispatchInput::default()
    };
    // Without jobs the vault is locked for every call all the same.
    if let Err(error) = client.jobs().dispatch_with(&job) {
        debug!("the vault expires with the next call: {error}");
    }
}

/// Locks the vault.
///
/// # Errors
/// Those of `vdfs.list_entries`.
pub(crate) fn lock(client: &SpacedriveClient) -> Result<Status> {
    session::end(client.library_id());
    status(client)
}

/// Returns the state of the vault.
///
/// # Errors
/// Those of `vdfs.list_entries`.
pub(crate) fn status(client: &SpacedriveClient) -> Result<Status> {
    let left = session::left(client.library_id());
    Ok(Status {
        exists: vault::exists(client)?,
        unlocked: left.is_some(),
        locks_in_s: left.map(|left| left.as_secs()),
    })
}

/// Gives the vault another password.
///
/// # Errors
/// Those of [`Vault::open`] and [`Vault::seal_anew`].
pub(crate) fn change_password(
    client: &SpacedriveClient,
    input: &ChangePasswordInput,
) -> Result<Status> {
    let mut vault = by_password(client, input.master_password.as_ref())?;
    let new = given(input.new_password.as_ref(), "new_password", "another password")?;
    let keyring = vault.keyring.clone();
    vault.seal_anew(new, keyring)?;
    status(client)
}

/// Gives the vault and each item other keys. One that was interrupted leaves items under the key
/// before, which stays in the vault; the next rotation reaches them, and removes what the interrupted one had
/// written.
///
/// # Errors
/// Those of [`Vault::open`], [`Vault::seal_anew`] and the `vdfs` operations.
pub(crate) fn rotate(client: &SpacedriveClient, input: &MasterInput) -> Result<Rotation> {
    let password = input.master_password.as_ref();
    let mut vault = by_password(client, password)?;
    let password = given(password, "master_password", "a rotation")?;
    let keyring = vault.keyring.clone().with_new_key()?;
    vault.seal_anew(password, keyring)?;
    vault.remove_abandoned()?;
    let items = vault.items()?;
    let mut done = Rotation { items: 0, damaged: items.damaged };
    for kept in &items.kept {
        match vault.rekey(kept.id()) {
            Ok(_) => done.items += 1,
            // A former version or a file of it is gone: the others get their keys all the same.
            Err(error) if error.code() == ErrorCode::Corrupt => done.damaged.push(kept.id()),
            Err(error) if error.is_not_found() => {}
            Err(error) => return Err(error),
        }
    }
    Ok(done)
}

/// Opens the vault by its password, also one that is unlocked.
///
/// # Errors
/// Those of [`Vault::open`].
pub(crate) fn by_password<'c>(
    client: &'c SpacedriveClient,
    password: Option<&SecretText>,
) -> Result<Vault<'c>> {
    if !vault::exists(client)? {
        return Err(vault::none());
    }
    Vault::open(client, Some(given(password, "master_password", "the vault")?))
}

fn given<'s>(secret: Option<&'s SecretText>, field: &str, of: &str) -> Result<&'s SecretText> {
    let secret = secret.filter(|secret| !secret.expose().is_empty());
    secret.ok_or_else(|| needs(field, &format!("{of} needs a password")))
}
