//! All credentials at once: the vault is as a map would be, or as it was.

use std::{
    collections::BTreeMap,
    fs,
    path::PathBuf,
    time::{Duration, Instant},
};

use ext_ops_credentials_file::{FileVault, KeySource, SecretImport};
use ext_services::credentials::{
    Credential, CredentialError, CredentialVault, KeptCredential, Owner,
};
use ext_wire::ops::credentials::{MAX_CREDENTIALS, Secret};
use proptest::{collection, prelude::*};
use tempfile::TempDir;
use uuid::Uuid;

struct Home(TempDir);

impl Home {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn vault(&self) -> FileVault {
        let folder = self.0.path();
        FileVault::new(folder.join("vault"), KeySource::File(folder.join("key")))
    }

    fn file(&self) -> PathBuf {
        self.0.path().join("vault/vault.json")
    }

    /// The bytes of the vault, which stay the same while nothing is written.
    fn bytes(&self) -> Vec<u8> {
        fs::read(self.file()).unwrap()
    }
}

fn kept(extension: &str, name: &str, password: &str) -> KeptCredential {
    let owner = Owner { extension: extension.into(), library: Uuid::from_u128(1) };
    let secret = Secret::Basic { username: "ada".into(), password: password.into() };
    let credential = Credential::new(vec!["https://api.example.com".into()], secret);
    KeptCredential { owner, name: name.into(), credential }
}

/// Few places and few values, so that they meet.
fn some() -> impl Strategy<Value = Vec<KeptCredential>> {
    let all = collection::btree_map(("[ab]", "[xyz]"), "[12]", 0..7);
    all.prop_map(|all| all.iter().map(|((of, name), value)| kept(of, name, value)).collect())
}

fn as_map(all: &[KeptCredential]) -> BTreeMap<(Owner, String), Credential> {
    let pair =
        |kept: &KeptCredential| ((kept.owner.clone(), kept.name.clone()), kept.credential.clone());
    all.iter().map(pair).collect()
}

fn outcome(there: Option<&Credential>, new: &Credential, replace: bool) -> SecretImport {
    match there {
        None => SecretImport::Added,
        Some(there) if there == new => SecretImport::Unchanged,
        Some(_) if replace => SecretImport::Replaced,
        Some(_) => SecretImport::Kept,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn importing_is_as_with_a_map(before in some(), file in some(), replace: bool) {
        let home = Home::new();
        home.vault().import(&before, false).unwrap();
        let mut expected = as_map(&before);
        let outcomes = home.vault().import(&file, replace).unwrap();
        for (new, imported) in file.iter().zip(outcomes) {
            let place = (new.owner.clone(), new.name.clone());
            prop_assert_eq!(imported, outcome(expected.get(&place), &new.credential, replace));
            if matches!(imported, SecretImport::Added | SecretImport::Replaced) {
                expected.insert(place, new.credential.clone());
            }
        }
        prop_assert_eq!(as_map(&home.vault().export().unwrap()), expected);
        let again = home.vault().import(&file, replace).unwrap();
        prop_assert!(again.iter().all(|one| matches!(one, SecretImport::Unchanged | SecretImport::Kept)));
    }
}

#[test]
fn cred_08_versions_count_up_here_and_never_come_from_the_file() {
    let home = Home::new();
    let vault = home.vault();
    let old = kept("a", "x", "one");
    for password in ["one", "two", "three"] {
        vault.put(&old.owner, "x", &kept("a", "x", password).credential).unwrap();
    }
    let before = home.bytes();
    assert_eq!(vault.import(std::slice::from_ref(&old), false).unwrap(), [SecretImport::Kept]);
    assert_eq!(home.bytes(), before, "nothing was written");
    assert_eq!(vault.import(std::slice::from_ref(&old), true).unwrap(), [SecretImport::Replaced]);
    assert_eq!(vault.get(&old.owner, "x").unwrap(), (old.credential.clone(), 4));
    // The vault of before is an older one now.
    fs::write(home.file(), before).unwrap();
    assert!(matches!(home.vault().get(&old.owner, "x"), Err(CredentialError::Rollback)));
}

#[test]
fn all_or_nothing_is_imported() {
    let home = Home::new();
    home.vault().import(&[kept("a", "x", "one")], false).unwrap();
    let before = home.bytes();
    let too_many: Vec<_> =
        (0..MAX_CREDENTIALS).map(|n| kept("a", &format!("n{n}"), "two")).collect();
    for wrong in [too_many, vec![kept("b", "y", "two"), kept("b", "../y", "two")]] {
        let error = home.vault().import(&wrong, true).unwrap_err();
        assert_eq!(error.code().name(), "E_BAD_INPUT");
        assert_eq!(home.bytes(), before);
    }
    let fit: Vec<_> = (1..MAX_CREDENTIALS).map(|n| kept("a", &format!("n{n}"), "two")).collect();
    assert_eq!(home.vault().import(&fit, false).unwrap().len(), MAX_CREDENTIALS - 1);
}

#[test]
fn nothing_to_export_and_nothing_to_import_make_no_vault() {
    let home = Home::new();
    assert_eq!(home.vault().export().unwrap(), []);
    assert_eq!(home.vault().import(&[], true).unwrap(), []);
    assert!(!home.file().exists() && !home.0.path().join("key").exists());
}

#[test]
fn cred_05_a_damaged_credential_is_not_exported_but_can_be_replaced() {
    let home = Home::new();
    let both = [kept("a", "x", "one"), kept("b", "x", "two")];
    home.vault().import(&both, false).unwrap();
    let mut json: serde_json::Value = serde_json::from_slice(&home.bytes()).unwrap();
    json["records"][0]["sealed"] = json["records"][1]["sealed"].clone();
    fs::write(home.file(), json.to_string()).unwrap();
    assert!(matches!(home.vault().export(), Err(CredentialError::Tampered)));
    assert_eq!(
        home.vault().import(&both, false).unwrap(),
        [SecretImport::Kept, SecretImport::Unchanged]
    );
    assert_eq!(
        home.vault().import(&both, true).unwrap(),
        [SecretImport::Replaced, SecretImport::Unchanged]
    );
    assert_eq!(home.vault().export().unwrap().len(), 2);
}

#[test]
fn cred_04_what_was_imported_goes_with_its_extension() {
    let home = Home::new();
    home.vault().import(&[kept("a", "x", "one"), kept("b", "x", "two")], false).unwrap();
    assert_eq!(home.vault().delete_extension("a").unwrap(), 1);
    assert_eq!(home.vault().export().unwrap(), [kept("b", "x", "two")]);
    // It leaves nothing behind that would stay.
    let back = home.vault().import(&[kept("a", "x", "one")], false).unwrap();
    assert_eq!(back, [SecretImport::Added]);
}

/// A renewal takes some requests' time; its new token must not be lost on either side.
#[test]
fn cred_14_an_export_waits_for_a_renewal_and_an_import_need_not() {
    let home = Home::new();
    let vault = home.vault();
    vault.import(&[kept("a", "x", "one")], false).unwrap();
    let renewing = vault.lock_renewal(&kept("a", "x", "one").owner, "x", Duration::ZERO).unwrap();
    let began = Instant::now();
    std::thread::scope(|scope| {
        let export = scope.spawn(|| home.vault().export().unwrap());
        // What is stored meanwhile wins over the answer to the renewal, which is bound to a version.
        home.vault().import(&[kept("a", "y", "two")], false).unwrap();
        std::thread::sleep(Duration::from_millis(300));
        drop(renewing);
        assert_eq!(export.join().unwrap()[0], kept("a", "x", "one"));
    });
    assert!((300..4000).contains(&began.elapsed().as_millis()));
}

#[test]
fn a_renewal_that_hangs_stops_no_export() {
    let home = Home::new();
    let vault = home.vault();
    vault.import(&[kept("a", "x", "one"), kept("b", "x", "two")], false).unwrap();
    let _renewing = vault.lock_renewal(&kept("a", "x", "one").owner, "x", Duration::ZERO).unwrap();
    assert_eq!(home.vault().export().unwrap().len(), 2);
}
