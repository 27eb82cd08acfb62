//! Credentials and grants for operations that need some.
#![allow(dead_code, unreachable_pub, reason = "every test file uses a part of it")]

use std::sync::Arc;

use ext_perm::{Effect, NumberedRule, Rule};
use ext_services::{
    credentials::{AccessToken, CredentialVault, Owner, TokenCaller, TokenFuture, TokenSource},
    testing::MemoryVault,
};
use uuid::Uuid;

pub const LIBRARY: Uuid = Uuid::from_u128(1);
pub const TOKEN: &str = "canary-token-7c1f";

/// Has the same token for all, whatever else happens before it is given out.
pub struct Tokens {
    pub vault: Arc<MemoryVault>,
    pub before: Box<dyn Fn(&MemoryVault) + Send + Sync>,
}

impl Tokens {
    pub fn of(vault: &Arc<MemoryVault>) -> Self {
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
