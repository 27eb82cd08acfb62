//! Credentials and grants for operations that need some.
#![allow(dead_code, unreachable_pub, reason = "every test file uses a part of it")]

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use ext_perm::{Effect, NumberedRule, Rule};
use ext_services::credentials::{
    AccessToken, Credential, CredentialError, CredentialVault, Owner, TokenCaller, TokenFuture,
    TokenSource,
};
use ext_wire::ops::credentials::CredentialInfo;
use uuid::Uuid;

pub const LIBRARY: Uuid = Uuid::from_u128(1);
pub const TOKEN: &str = "canary-token-7c1f";

/// Keeps credentials in memory.
#[derive(Default)]
pub struct Memory(Mutex<BTreeMap<(Owner, String), (Credential, u64)>>);

impl CredentialVault for Memory {
    fn put(
        &self,
        owner: &Owner,
        name: &str,
        credential: &Credential,
    ) -> Result<u64, CredentialError> {
        self.0.lock().unwrap().insert((owner.clone(), name.into()), (credential.clone(), 1));
        Ok(1)
    }

    fn get(&self, owner: &Owner, name: &str) -> Result<(Credential, u64), CredentialError> {
        let found = self.0.lock().unwrap().get(&(owner.clone(), name.to_owned())).cloned();
        found.ok_or_else(|| CredentialError::NotFound(name.into()))
    }

    fn delete(&self, owner: &Owner, name: &str) -> Result<bool, CredentialError> {
        Ok(self.0.lock().unwrap().remove(&(owner.clone(), name.to_owned())).is_some())
    }

    fn list(&self, owner: &Owner) -> Result<Vec<CredentialInfo>, CredentialError> {
        let kept = self.0.lock().unwrap();
        let of_owner = kept.iter().filter(|((other, _), _)| other == owner);
        Ok(of_owner.map(|((_, name), (kept, version))| kept.info(name, *version)).collect())
    }

    fn delete_extension(&self, _: &str) -> Result<usize, CredentialError> {
        Ok(0)
    }

    fn put_if(
        &self,
        owner: &Owner,
        name: &str,
        version: u64,
        credential: &Credential,
    ) -> Result<Option<u64>, CredentialError> {
        match self.get(owner, name) {
            Ok((_, kept)) if kept == version => self.put(owner, name, credential).map(Some),
            _ => Ok(None),
        }
    }

    fn lock_renewal(
        &self,
        _: &Owner,
        _: &str,
        _: Duration,
    ) -> Result<Box<dyn Send>, CredentialError> {
        Ok(Box::new(()))
    }
}

/// Has the same token for all, whatever else happens before it is given out.
pub struct Tokens {
    pub vault: Arc<Memory>,
    pub before: Box<dyn Fn(&Memory) + Send + Sync>,
}

impl Tokens {
    pub fn of(vault: &Arc<Memory>) -> Self {
        Self { vault: Arc::clone(vault), before: Box::new(|_| {}) }
    }
}

impl TokenSource for Tokens {
    fn access_token<'a>(
        &'a self,
        owner: &'a Owner,
        name: &'a str,
        _: &'a dyn TokenCaller,
    ) -> TokenFuture<'a> {
        (self.before)(&self.vault);
        let kept = self.vault.get(owner, name);
        let token = |(credential, _)| AccessToken { token: TOKEN.into(), credential };
        Box::pin(std::future::ready(kept.map(token)))
    }
}

/// One rule for each effect, about every call.
pub fn grants(rules: &[Effect]) -> Vec<NumberedRule> {
    let numbered = (0..).zip(rules).map(|(id, effect)| NumberedRule {
        id,
        place: String::new(),
        rule: Rule::new(*effect),
    });
    numbered.collect()
}
