//! The exchange of one refresh token for new tokens, from the note that it was begun to its end.
//!
//! Each change of the credential is bound to the version that was read before: what the user does
//! meanwhile stays, and the answer is thrown away.

use std::{sync::Arc, time::Duration};

use ext_services::{
    credentials::{AccessToken, Credential, CredentialError, CredentialVault, Owner, RenewalPause},
    http::{HttpClient, HttpRequest},
};
use ext_wire::{
    SecretText,
    ops::credentials::{OAuth2Tokens, Secret},
};

use crate::{
    answer::{self, Failure, Fresh},
    clock::{now, now_millis},
    pause,
    renewer::{Snapshot, access_token, tokens},
};

/// Longest wait for another program that renews the same login: as long as a provider may take.
const OTHER_PROGRAM: Duration = Duration::from_secs(35);

/// One renewal.
pub(crate) struct Exchange {
    pub(crate) vault: Arc<dyn CredentialVault>,
    pub(crate) client: Arc<dyn HttpClient>,
    pub(crate) owner: Owner,
    pub(crate) name: String,
    /// The credential that the request was made of.
    pub(crate) snapshot: Snapshot,
    pub(crate) request: HttpRequest,
}

/// End of a renewal.
pub(crate) enum Settled {
    /// The login has this token now.
    Token(Box<AccessToken>),
    /// The credential is not the one any more that was renewed; it has to be read again.
    Changed,
}

/// End of a renewal, and the bytes that came for it.
pub(crate) struct Outcome {
    pub(crate) received: usize,
    pub(crate) result: Result<Settled, CredentialError>,
}

impl Exchange {
    /// Runs to the end; blocks its thread.
    pub(crate) fn run(mut self) -> Outcome {
        let mut received = 0;
        let result = self.exchange(&mut received);
        Outcome { received, result }
    }

    fn exchange(&mut self, received: &mut usize) -> Result<Settled, CredentialError> {
        let _elsewhere = self.vault.lock_renewal(&self.owner, &self.name, OTHER_PROGRAM)?;
        // From here on an answer can be lost, so it is written down first.
        let before = self.snapshot.credential.clone();
        let begun = Credential {
            unfinished_renewals: before.unfinished_renewals.saturating_add(1),
            pause: Some(pause::next(before.pause, None, now_millis())),
            ..before.clone()
        };
        if !self.replace(begun)? {
            return Ok(Settled::Changed);
        }
        let answer = pollster::block_on(self.client.send(self.request.clone()));
        let came = self.request.received.take();
        *received = answer.as_ref().map_or(came, |response| came.max(response.body.len()));
        match answer::read(answer) {
            Ok(fresh) => self.keep(fresh),
            Err(Failure::Rejected) => {
                give_up(&*self.vault, &self.owner, &self.name, self.snapshot.clone())
            }
            Err(Failure::Unsent(why)) => {
                self.fail(Credential { pause: Some(pause::short(now_millis())), ..before }, why)
            }
            Err(Failure::Refused { reason, retry_after }) => {
                let pause = Some(pause::next(before.pause, retry_after, now_millis()));
                self.fail(Credential { pause, ..before }, reason)
            }
            Err(Failure::Unusable { reason, refresh_token }) => {
                let pause = Some(pause::next(before.pause, None, now_millis()));
                let secret = with_refresh_token(&before, &self.name, refresh_token)?;
                self.fail(Credential { pause, secret, ..before }, reason)
            }
            Err(Failure::Unknown(why)) => {
                let begun = self.snapshot.credential.clone();
                let pause = Some(pause::next(before.pause, None, now_millis()));
                self.fail(Credential { pause, ..begun }, why)
            }
        }
    }

    /// Replaces the credential by this one; false when it was changed meanwhile.
    fn replace(&mut self, credential: Credential) -> Result<bool, CredentialError> {
        let version = self.snapshot.version;
        let kept = self.vault.put_if(&self.owner, &self.name, version, &credential)?;
        if let Some(version) = kept {
            self.snapshot = Snapshot { credential, version };
        }
        Ok(kept.is_some())
    }

    /// Keeps new tokens, before they are used.
    fn keep(&mut self, fresh: Fresh) -> Result<Settled, CredentialError> {
        let credential = self.snapshot.credential.clone();
        let old = tokens(&credential, &self.name)?.clone();
        let token = fresh.access_token.clone();
        let tokens = OAuth2Tokens {
            access_token: fresh.access_token,
            expires_at: Some(now().saturating_add(fresh.life)),
            refresh_token: fresh.refresh_token.or(old.refresh_token),
            scopes: fresh.scopes.unwrap_or(old.scopes),
            ..old
        };
        let renewed = Credential::new(credential.hosts, Secret::OAuth2(tokens));
        match self.replace(renewed)? {
            true => Ok(Settled::Token(Box::new(access_token(&token, &self.snapshot.credential)))),
            false => Ok(Settled::Changed),
        }
    }

    /// Keeps the login as it is after a failure that passes.
    fn fail(&mut self, credential: Credential, reason: String) -> Result<Settled, CredentialError> {
        let length = |pause: RenewalPause| Duration::from_millis(pause.length.into());
        let retry_after = credential.pause.map(length);
        match self.replace(credential)? {
            true => Err(CredentialError::Provider { reason, retry_after }),
            false => Ok(Settled::Changed),
        }
    }
}

/// Returns the secret of a login with another refresh token.
fn with_refresh_token(
    credential: &Credential,
    name: &str,
    refresh_token: SecretText,
) -> Result<Secret, CredentialError> {
    let old = tokens(credential, name)?.clone();
    Ok(Secret::OAuth2(OAuth2Tokens { refresh_token: Some(refresh_token), ..old }))
}

/// Waits for another program that renews a login which is `paused`: its note that it began looks like that
/// of a failure. Blocks its thread.
pub(crate) fn after_others(
    vault: &dyn CredentialVault,
    owner: &Owner,
    name: &str,
    version: u64,
    paused: CredentialError,
) -> Result<Settled, CredentialError> {
    let _elsewhere = vault.lock_renewal(owner, name, OTHER_PROGRAM)?;
    match vault.get(owner, name)?.1 == version {
        true => Err(paused),
        false => Ok(Settled::Changed),
    }
}

/// Ends a login that the provider does not accept any more.
pub(crate) fn give_up(
    vault: &dyn CredentialVault,
    owner: &Owner,
    name: &str,
    Snapshot { mut credential, version }: Snapshot,
) -> Result<Settled, CredentialError> {
    credential.needs_login = true;
    if vault.put_if(owner, name, version, &credential)?.is_none() {
        return Ok(Settled::Changed);
    }
    tracing::warn!(extension = owner.extension, name, "a login is not accepted any more");
    Err(CredentialError::LoginNeeded(name.to_owned()))
}
