//! Credentials and grants for operations that need some.
#![allow(dead_code, unreachable_pub, reason = "every test file uses a part of it")]

use std::{collections::BTreeMap, sync::Mutex};

use ext_perm::{Effect, NumberedRule, Rule};
use ext_services::credentials::{
    Credential, CredentialError, CredentialVault, Owner, TokenFuture, TokenSource,
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

    fn lock_renewals(&self) -> Result<Box<dyn Send>, CredentialError> {
        Ok(Box::new(()))
    }
}

/// Has the same token for all.
pub struct Tokens;

impl TokenSource for Tokens {
    fn access_token<'a>(&'a self, _: &'a Owner, _: &'a str) -> TokenFuture<'a> {
        Box::pin(async { Ok(TOKEN.into()) })
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
