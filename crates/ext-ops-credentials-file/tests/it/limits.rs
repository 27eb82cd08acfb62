//! Limits of a vault, versions, and a vault that was put back.

use std::{fs, path::PathBuf, time::Duration};

use ext_ops_credentials_file::{AcceptedRollback, FileVault, KeySource, VaultLimits};
use ext_services::credentials::{
    Credential, CredentialError, CredentialVault, Owner, RenewalPause,
};
use ext_wire::{SecretText, ops::credentials::Secret};
use proptest::{collection::vec, prelude::*};
use tempfile::TempDir;
use uuid::Uuid;

struct Home(TempDir, VaultLimits);

impl Home {
    fn new(file_bytes: u64, extension_bytes: u64) -> Self {
        Self(tempfile::tempdir().unwrap(), VaultLimits { file_bytes, extension_bytes })
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn vault(&self) -> FileVault {
        let key = KeySource::File(self.path("key"));
        FileVault::new(self.path("vault"), key).with_limits(self.1)
    }

    fn bytes(&self) -> u64 {
        fs::metadata(self.path("vault/vault.json")).map_or(0, |file| file.len())
    }
}

fn owner(extension: &str, library: u128) -> Owner {
    Owner { extension: extension.into(), library: Uuid::from_u128(library) }
}

fn of_size(bytes: usize, hosts: usize) -> Credential {
    let fields = [("key".to_owned(), SecretText::from("k".repeat(bytes)))].into();
    let hosts = (0..hosts).map(|n| format!("https://{}{n}.example.com", "h".repeat(40))).collect();
    Credential::new(hosts, Secret::Custom { fields })
}

fn is_limit<T>(result: &Result<T, CredentialError>) -> bool {
    matches!(result, Err(CredentialError::Limit { .. }))
}

#[test]
fn one_extension_has_its_share_in_all_libraries_together() {
    let home = Home::new(1 << 20, 100 << 10);
    let store = |extension: &str, library, name: &str| {
        home.vault().put(&owner(extension, library), name, &of_size(10_000, 0))
    };
    let stored = (0..40).filter(|n| store("greedy", n % 4, &format!("c{n}")).is_ok()).count();
    assert!((5..=8).contains(&stored), "{stored}");
    assert!(is_limit(&store("greedy", 5, "one-more")));
    assert_eq!(store("greedy", 5, "one-more").unwrap_err().code().name(), "E_LIMIT");
    // The others have theirs, and it has all that it stored.
    store("modest", 0, "c").unwrap();
    assert!(home.vault().get(&owner("modest", 0), "c").is_ok());
    assert!(home.vault().get(&owner("greedy", 0), "c0").is_ok());
    // What it replaces counts once; what it removes makes room.
    store("greedy", 0, "c0").unwrap();
    assert!(home.vault().delete(&owner("greedy", 0), "c0").unwrap());
    store("greedy", 5, "one-more").unwrap();
}

#[test]
fn origins_count_as_well() {
    let home = Home::new(1 << 20, 10 << 10);
    let stored = home.vault().put(&owner("greedy", 0), "c", &of_size(10, 200));
    assert!(is_limit(&stored), "{stored:?}");
}

#[test]
fn what_would_not_be_read_is_not_written() {
    let home = Home::new(50 << 10, 40 << 10);
    let mut stored = Vec::new();
    for n in 0..20_u128 {
        let owner = owner(&format!("e{n}"), 0);
        match home.vault().put(&owner, "c", &of_size(4000, 1)) {
            Ok(_) => stored.push(owner),
            refused => assert!(is_limit(&refused), "{refused:?}"),
        }
    }
    assert!(home.bytes() <= 50 << 10 && stored.len() > 4);
    assert!(stored.iter().all(|owner| home.vault().get(owner, "c").is_ok()));
}

#[test]
fn a_vault_that_is_too_large_lists_reads_and_becomes_smaller() {
    let mut home = Home::new(1 << 20, 1 << 20);
    for n in 0..8 {
        home.vault().put(&owner("old", n), "c", &of_size(4000, 1)).unwrap();
    }
    home.vault().put(&owner("other", 0), "c", &of_size(100, 1)).unwrap();
    home.1 = VaultLimits { file_bytes: 10 << 10, extension_bytes: 5 << 10 };
    assert!(home.bytes() > 20 << 10);
    assert_eq!(home.vault().get(&owner("other", 0), "c").unwrap().0, of_size(100, 1));
    assert_eq!(home.vault().list(&owner("old", 0)).unwrap().len(), 1);
    assert!(is_limit(&home.vault().put(&owner("old", 9), "new", &of_size(100, 1))));
    assert!(home.vault().delete(&owner("old", 7), "c").unwrap());
    assert_eq!(home.vault().delete_extension("old").unwrap(), 7);
    home.vault().put(&owner("old", 9), "new", &of_size(100, 1)).unwrap();
}

#[test]
fn a_renewal_may_go_over_the_share_and_has_an_end_too() {
    let home = Home::new(1 << 20, 10 << 10);
    let owner = owner("a", 0);
    let version = home.vault().put(&owner, "c", &of_size(6000, 0)).unwrap();
    let renewed = home.vault().put_if(&owner, "c", version, &of_size(10_000, 0)).unwrap();
    assert!(renewed.is_some());
    let too_much = home.vault().put_if(&owner, "c", renewed.unwrap(), &of_size(30_000, 0));
    assert!(is_limit(&too_much));
    assert_eq!(home.vault().get(&owner, "c").unwrap().0, of_size(10_000, 0));
}

#[test]
fn a_change_is_bound_to_the_version_that_was_read() {
    let home = Home::new(1 << 20, 1 << 20);
    let (vault, owner) = (home.vault(), owner("a", 0));
    assert_eq!(vault.put_if(&owner, "c", 1, &of_size(1, 0)).unwrap(), None);
    let first = vault.put(&owner, "c", &of_size(1, 0)).unwrap();
    let second = vault.put_if(&owner, "c", first, &of_size(2, 0)).unwrap().unwrap();
    assert!(second > first);
    assert_eq!(vault.put_if(&owner, "c", first, &of_size(3, 0)).unwrap(), None);
    // Removed and stored again, it is another one.
    vault.delete(&owner, "c").unwrap();
    assert_eq!(vault.put_if(&owner, "c", second, &of_size(3, 0)).unwrap(), None);
    let third = vault.put(&owner, "c", &of_size(4, 0)).unwrap();
    assert!(third > second);
    assert_eq!(vault.put_if(&owner, "c", second, &of_size(3, 0)).unwrap(), None);
    assert_eq!(vault.get(&owner, "c").unwrap(), (of_size(4, 0), third));
}

#[test]
fn renewals_of_different_logins_do_not_wait_for_each_other() {
    let home = Home::new(1 << 20, 1 << 20);
    let (one, other) = (home.vault(), home.vault());
    let lock = |vault: &FileVault, extension: &str, name: &str| {
        vault.lock_renewal(&owner(extension, 0), name, Duration::ZERO)
    };
    let held = lock(&one, "a", "x").unwrap();
    assert!(matches!(lock(&other, "a", "x"), Err(CredentialError::Busy)));
    for (extension, name) in [("a", "y"), ("b", "x"), ("ax", "")] {
        assert!(lock(&other, extension, name).is_ok(), "{extension} {name}");
    }
    drop(held);
    assert!(lock(&other, "a", "x").is_ok());
}

#[test]
fn a_pause_is_kept_and_a_record_without_one_is_read() {
    let home = Home::new(1 << 20, 1 << 20);
    let pause = Some(RenewalPause { until: 12, length: 34 });
    let paused = Credential { pause, ..of_size(1, 0) };
    home.vault().put(&owner("a", 0), "c", &paused).unwrap();
    assert_eq!(home.vault().get(&owner("a", 0), "c").unwrap().0, paused);
}

/// A vault with two credentials of which the older file was put back.
fn put_back() -> Home {
    let home = Home::new(1 << 20, 1 << 20);
    for name in ["k", "other"] {
        home.vault().put(&owner("a", 0), name, &of_size(1, 1)).unwrap();
    }
    fs::copy(home.path("vault/vault.json"), home.path("old")).unwrap();
    home.vault().put(&owner("a", 0), "k", &of_size(2, 1)).unwrap();
    fs::copy(home.path("old"), home.path("vault/vault.json")).unwrap();
    home
}

#[test]
fn cred_09_a_vault_that_was_put_back_is_accepted_by_the_user() {
    let home = put_back();
    let get = |name: &str| home.vault().get(&owner("a", 0), name);
    assert_eq!(get("k").unwrap_err().code().name(), "E_CRED_ROLLBACK");
    let stored = home.vault().put(&owner("a", 0), "k", &of_size(3, 1));
    assert!(matches!(stored, Err(CredentialError::Rollback)), "no program accepts it by itself");
    let accepted = home.vault().accept_rollback().unwrap();
    assert_eq!(accepted, Some(AcceptedRollback { credentials: 2 }));
    assert_eq!(home.vault().accept_rollback().unwrap(), None, "once");
    let stored = home.vault().put(&owner("a", 0), "k", &of_size(3, 1)).unwrap();
    assert_eq!(get("k").unwrap(), (of_size(3, 1), stored));
    assert!(stored > 3, "versions go on counting");
    let (other, _) = get("other").unwrap();
    assert_eq!(other, Credential { needs_login: true, ..of_size(1, 1) });
    // The file that was replaced is older now as well.
    fs::copy(home.path("old"), home.path("vault/vault.json")).unwrap();
    assert_eq!(get("k").unwrap_err().code().name(), "E_CRED_ROLLBACK");
}

#[test]
fn cred_09_a_vault_that_is_gone_or_has_no_count_is_accepted_too() {
    let home = put_back();
    fs::remove_file(home.path("vault/vault.json")).unwrap();
    assert!(home.vault().put(&owner("a", 0), "k", &of_size(1, 1)).is_err());
    let accepted = home.vault().accept_rollback().unwrap();
    assert_eq!(accepted, Some(AcceptedRollback { credentials: 0 }));
    home.vault().put(&owner("a", 0), "k", &of_size(1, 1)).unwrap();

    let uncounted = Home::new(1 << 20, 1 << 20);
    for n in 0..3 {
        uncounted.vault().put(&owner("a", n), "k", &of_size(1, 1)).unwrap();
    }
    fs::remove_file(uncounted.path("key.generation")).unwrap();
    assert!(uncounted.vault().list(&owner("a", 0)).is_err());
    let accepted = uncounted.vault().accept_rollback().unwrap();
    assert_eq!(accepted, Some(AcceptedRollback { credentials: 3 }));
    assert!(uncounted.vault().delete(&owner("a", 1), "k").unwrap());
}

#[test]
fn what_is_damaged_or_in_good_order_is_no_rollback() {
    let home = Home::new(1 << 20, 1 << 20);
    assert_eq!(home.vault().accept_rollback().unwrap(), None);
    home.vault().put(&owner("a", 0), "k", &of_size(1, 1)).unwrap();
    assert_eq!(home.vault().accept_rollback().unwrap(), None);
    fs::write(home.path("vault/vault.json"), "{").unwrap();
    assert!(matches!(home.vault().accept_rollback(), Err(CredentialError::Tampered)));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Whatever was accepted can be read, listed and deleted.
    #[test]
    fn what_was_accepted_can_be_read_and_deleted(
        stores in vec((0_u8..4, 0_u128..3, 0_u8..4, 0_usize..6000, 0_usize..20, any::<bool>()), 1..24)
    ) {
        let home = Home::new(40 << 10, 16 << 10);
        let mut kept = std::collections::BTreeMap::new();
        for (extension, library, name, bytes, hosts, remove) in stores {
            let key = (owner(&format!("e{extension}"), library), format!("n{name}"));
            let credential = of_size(bytes, hosts);
            if remove {
                prop_assert_eq!(home.vault().delete(&key.0, &key.1).unwrap(), kept.remove(&key).is_some());
                continue;
            }
            match home.vault().put(&key.0, &key.1, &credential) {
                Ok(_) => drop(kept.insert(key, credential)),
                Err(error) => prop_assert!(matches!(error, CredentialError::Limit { .. }), "{error}"),
            }
            prop_assert!(home.bytes() <= 40 << 10);
        }
        for ((owner, name), credential) in &kept {
            prop_assert_eq!(&home.vault().get(owner, name).unwrap().0, credential);
            prop_assert!(home.vault().list(owner).unwrap().iter().any(|info| info.name == *name));
        }
        for (owner, name) in kept.keys() {
            prop_assert!(home.vault().delete(owner, name).unwrap());
        }
    }
}
