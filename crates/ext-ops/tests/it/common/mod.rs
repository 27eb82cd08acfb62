//! Credentials and grants for operations that need some.
#![allow(dead_code, unreachable_pub, reason = "every test file uses a part of it")]

use std::sync::Arc;

use ext_perm::{Effect, NumberedRule, Rule};
use ext_services::{
    credentials::{
        AccessToken, CredentialVault, OtherTokenFuture, Owner, TokenCaller, TokenFuture,
        TokenSource,
    },
    testing::MemoryVault,
};
use ext_wire::SecretText;
use uuid::Uuid;

pub const LIBRARY: Uuid = Uuid::from_u128(1);
pub const TOKEN: &str = "canary-token-7c1f";

/// Has the same token for all, whatever else happens before it is given out.
pub struct Tokens {
    pub vault: Arc<MemoryVault>,
    pub before: Box<dyn Fn(&MemoryVault) + Send + Sync>,
    /// The token in place of a rejected one.
    pub other: Option<&'static str>,
}

impl Tokens {
    pub fn of(vault: &Arc<MemoryVault>) -> Self {
        Self { vault: Arc::clone(vault), before: Box::new(|_| {}), other: None }
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

    fn other_token<'a>(
        &'a self,
        owner: &'a Owner,
        name: &'a str,
        rejected: &'a SecretText,
        _: &'a dyn TokenCaller,
    ) -> OtherTokenFuture<'a> {
        assert_eq!(rejected.expose(), TOKEN);
        let kept = self.vault.get(owner, name);
        let token = |(credential, _)| {
            self.other.map(|token| AccessToken { token: token.into(), credential })
        };
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
