//! Passwords that are weak, used twice, old, or known from breaches.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use spacedrive_sdk::prelude::*;
use spacedrive_sdk::wire::SecretText;
use spacedrive_sdk::wire::text::counted;

use crate::breach;
use crate::item::Item;
use crate::store::Kept;
use crate::strength::weakness;
use crate::vault::Vault;

/// Age at which a password is old, when the user names none.
const DEFAULT_DAYS: u32 = 365;
const SECONDS_PER_DAY: i64 = 24 * 60 * 60;

/// Input of `query:vault.health.v1`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct HealthInput {
    /// The master password, of a vault that is locked.
    pub master_password: Option<SecretText>,
    /// Age in days at which a password is old; left out: 365.
    pub days: Option<u32>,
    /// True to ask the server of Pwned Passwords, which gets five digits of a hash.
    pub breached: bool,
    /// Another server that speaks the protocol, such as a copy of one's own; it has to be among the
    /// `allowed_domains` of the manifest.
    pub server: Option<String>,
}

/// A finding about the password of an item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// The title of the item.
    pub title: String,
    /// Kind of the finding: `breached`, `reused`, `weak`, `old`, or `unknown` where the server gave no
    /// answer.
    pub problem: String,
    /// Facts about it.
    pub detail: String,
    /// The id of the item.
    pub id: Uuid,
}

/// Looks at all passwords.
///
/// # Errors
/// Those of [`Vault::open`]. A server that gives no answer is a finding.
pub(crate) fn health(client: &SpacedriveClient, input: &HealthInput) -> Result<Vec<Finding>> {
    let vault = Vault::open(client, input.master_password.as_ref())?;
    let mut kept = vault.items()?.kept;
    kept.retain(|kept| kept.item.deleted_at.is_none() && password(&kept.item).is_some());
    kept.sort_by_cached_key(|kept| (kept.item.title.to_lowercase(), kept.id()));
    let mut findings = Vec::new();
    if input.breached {
        findings.extend(breached(client, input.server.as_deref(), &kept));
    }
    findings.extend(reused(&kept));
    findings.extend(kept.iter().filter_map(weak));
    let days = input.days.unwrap_or(DEFAULT_DAYS);
    findings.extend(kept.iter().filter_map(|kept| old(kept, days, Timestamp::now())));
    Ok(findings)
}

fn password(item: &Item) -> Option<&str> {
    item.get("password").map(SecretText::expose).filter(|password| !password.is_empty())
}

fn breached(client: &SpacedriveClient, server: Option<&str>, kept: &[Kept]) -> Vec<Finding> {
    let passwords = kept.iter().filter_map(|kept| password(&kept.item));
    let answers = breach::ask(client, server, passwords);
    let finding = |kept: &Kept| match answers.get(password(&kept.item)?)? {
        Ok(0) => None,
        Ok(count) => Some(finding(kept, "breached", {
            let times = counted(*count, "time", "times");
            format!("{times} in known breaches")
        })),
        Err(error) => Some(finding(kept, "unknown", error.message().to_owned())),
    };
    kept.iter().filter_map(finding).collect()
}

fn reused(kept: &[Kept]) -> Vec<Finding> {
    let mut users: BTreeMap<&str, usize> = BTreeMap::new();
    for password in kept.iter().filter_map(|kept| password(&kept.item)) {
        *users.entry(password).or_default() += 1;
    }
    let reused = |kept: &Kept| {
        let count = users.get(password(&kept.item)?).copied().filter(|count| *count > 1)?;
        Some(finding(kept, "reused", format!("{count} items have it")))
    };
    kept.iter().filter_map(reused).collect()
}

fn weak(kept: &Kept) -> Option<Finding> {
    weakness(password(&kept.item)?).map(|detail| finding(kept, "weak", detail))
}

fn old(kept: &Kept, days: u32, now: Timestamp) -> Option<Finding> {
    let changed = kept.item.password_changed_at.unwrap_or(kept.item.created_at);
    let age = (now.as_second() - changed.as_second()) / SECONDS_PER_DAY;
    (age >= i64::from(days)).then(|| finding(kept, "old", counted(age, "day", "days")))
}

fn finding(kept: &Kept, problem: &str, detail: String) -> Finding {
    Finding { title: kept.item.title.clone(), problem: problem.to_owned(), detail, id: kept.id() }
}
