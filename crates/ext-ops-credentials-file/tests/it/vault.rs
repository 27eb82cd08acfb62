//! The content of the vault, and the changes that it detects.

use std::{
    collections::BTreeMap,
    fs,
    path::Path,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering::SeqCst},
    },
    thread,
};

use base64::{Engine, engine::general_purpose::STANDARD};
use ext_ops_credentials_file::{FileVault, KeySource};
use ext_services::credentials::{Credential, CredentialError, CredentialVault, KeyStore, Owner};
use ext_wire::{SecretText, ops::credentials::Secret};
use proptest::prelude::*;
use serde_json::Value;
use tempfile::TempDir;
use uuid::Uuid;
use zeroize::Zeroizing;

fn owner(extension: &str, library: u128) -> Owner {
    Owner { extension: extension.into(), library: Uuid::from_u128(library) }
}

fn a() -> Owner {
    owner("a", 1)
}

fn key(key: &str) -> Credential {
    let secret = Secret::ApiKey {
        key: key.into(),
        header: "authorization".into(),
        prefix: "Bearer ".into(),
    };
    Credential::new(vec!["https://api.example.com".into()], secret)
}

struct Home(TempDir);

impl Home {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        self.0.path().join(name)
    }

    fn vault(&self) -> FileVault {
        FileVault::new(self.path("vault"), KeySource::File(self.path("key")))
    }

    fn with_passphrase(&self, passphrase: &str) -> FileVault {
        let passphrase = passphrase.to_owned();
        let ask = move || Some(Zeroizing::new(passphrase.clone()));
        FileVault::new(self.path("vault"), KeySource::Passphrase(Box::new(ask)))
    }

    fn json(&self) -> Value {
        serde_json::from_slice(&fs::read(self.path("vault/vault.json")).unwrap()).unwrap()
    }

    fn write(&self, json: &Value) {
        fs::write(self.path("vault/vault.json"), json.to_string()).unwrap();
    }
}

fn code<T: std::fmt::Debug>(result: Result<T, CredentialError>) -> &'static str {
    result.unwrap_err().code().name()
}

#[test]
fn what_is_kept_comes_back_and_counts_up() {
    let home = Home::new();
    assert_eq!(home.vault().put(&a(), "x", &key("one")).unwrap(), 1);
    assert_eq!(home.vault().put(&a(), "x", &key("two")).unwrap(), 2);
    assert_eq!(home.vault().get(&a(), "x").unwrap(), (key("two"), 2));
    let listed = home.vault().list(&a()).unwrap();
    assert_eq!(
        (listed.len(), listed[0].name.as_str(), listed[0].kind.as_str()),
        (1, "x", "api_key")
    );
    assert!(home.vault().delete(&a(), "x").unwrap());
    assert!(!home.vault().delete(&a(), "x").unwrap());
    assert_eq!(code(home.vault().get(&a(), "x")), "E_CRED_NOTFOUND");
}

#[test]
fn cred_01_other_extensions_and_libraries_find_nothing() {
    let home = Home::new();
    home.vault().put(&a(), "github", &key("one")).unwrap();
    for other in [owner("b", 1), owner("a", 2), owner("", 1)] {
        let (missing, foreign) =
            (home.vault().get(&other, "none"), home.vault().get(&other, "github"));
        assert_eq!((code(missing), code(foreign)), ("E_CRED_NOTFOUND", "E_CRED_NOTFOUND"));
        assert!(home.vault().list(&other).unwrap().is_empty());
        assert!(!home.vault().delete(&other, "github").unwrap());
    }
    assert!(home.vault().get(&a(), "github").is_ok());
}

#[test]
fn cred_02_names_are_plain() {
    let home = Home::new();
    let long = "a".repeat(10 << 10);
    for name in ["../b/github", "b:github", "github\0", "GitHub", "gıthub", "", " ", "a b", &long]
    {
        assert_eq!(code(home.vault().put(&a(), name, &key("x"))), "E_BAD_INPUT", "{name}");
        assert_eq!(code(home.vault().get(&a(), name)), "E_BAD_INPUT", "{name}");
    }
    assert!(home.vault().put(&a(), &"a".repeat(128), &key("x")).is_ok());
}

#[test]
fn cred_04_what_an_extension_has_goes_with_it() {
    let home = Home::new();
    for owner in [owner("a", 1), owner("a", 2), owner("b", 1)] {
        home.vault().put(&owner, "x", &key("one")).unwrap();
    }
    assert_eq!(home.vault().delete_extension("a").unwrap(), 2);
    assert_eq!(code(home.vault().get(&owner("a", 2), "x")), "E_CRED_NOTFOUND");
    assert!(home.vault().get(&owner("b", 1), "x").is_ok());
}

#[test]
fn cred_05_a_record_in_anothers_place_does_not_open() {
    let home = Home::new();
    home.vault().put(&a(), "x", &key("one")).unwrap();
    home.vault().put(&owner("b", 1), "x", &key("two")).unwrap();
    let mut json = home.json();
    json["records"][0]["sealed"] = json["records"][1]["sealed"].clone();
    home.write(&json);
    assert_eq!(code(home.vault().get(&a(), "x")), "E_CRED_TAMPERED");
    assert_eq!(home.vault().get(&owner("b", 1), "x").unwrap().0, key("two"));
    assert_eq!(home.vault().list(&a()).unwrap()[0].kind, "damaged");
    // The names swapped instead of the bytes.
    json["records"][0]["id"] = json["records"][1]["id"].clone();
    json["records"].as_array_mut().unwrap().truncate(1);
    home.write(&json);
    assert!(home.vault().get(&a(), "x").is_err());
}

#[test]
fn cred_07_headers_cannot_be_changed() {
    let home = Home::new();
    home.vault().put(&a(), "x", &key("one")).unwrap();
    let changes: [(&str, Value); 4] = [
        ("format", 0.into()),
        ("cipher", "none".into()),
        ("cipher", "chacha20-poly1305".into()),
        ("unknown", 1.into()),
    ];
    for (field, value) in changes {
        let good = home.json();
        let mut json = good.clone();
        json["header"][field] = value;
        home.write(&json);
        assert_eq!(code(home.vault().get(&a(), "x")), "E_CRED_TAMPERED", "{field}");
        home.write(&good);
    }
    assert!(home.vault().get(&a(), "x").is_ok());
}

#[test]
fn cred_07_a_truncated_or_longer_file_is_refused() {
    let home = Home::new();
    home.vault().put(&a(), "x", &key("one")).unwrap();
    let (path, vault) = (home.path("vault/vault.json"), home.vault());
    let whole = fs::read(&path).unwrap();
    for length in 0..whole.len() {
        fs::write(&path, &whole[..length]).unwrap();
        assert_eq!(code(vault.get(&a(), "x")), "E_CRED_TAMPERED", "{length}");
    }
    fs::write(&path, [whole.as_slice(), b"{}"].concat()).unwrap();
    assert_eq!(code(vault.get(&a(), "x")), "E_CRED_TAMPERED");
    fs::write(&path, &whole).unwrap();
    assert_eq!(vault.get(&a(), "x").unwrap().0, key("one"));
}

#[test]
fn a_vault_of_a_newer_program_is_told_and_left_as_it_is() {
    let home = Home::new();
    home.vault().put(&a(), "x", &key("one")).unwrap();
    let mut json = home.json();
    json["header"]["format"] = 2.into();
    json["header"]["kdf"] = "new".into();
    home.write(&json);
    let vault = home.vault();
    let said = vault.get(&a(), "x").unwrap_err();
    assert_eq!(said.code().name(), "E_SCHEMA");
    assert!(said.to_string().contains("format 2") && said.to_string().contains("newer"), "{said}");
    assert_eq!(code(vault.put(&a(), "x", &key("two"))), "E_SCHEMA");
    assert_eq!(code(vault.delete_extension("a")), "E_SCHEMA");
    assert_eq!(code(vault.rotate_key(None)), "E_SCHEMA");
    assert_eq!(home.json(), json);
}

#[test]
fn cred_08_an_older_record_is_told_from_the_newest() {
    let home = Home::new();
    home.vault().put(&a(), "x", &key("one")).unwrap();
    let old = home.json();
    home.vault().put(&a(), "x", &key("two")).unwrap();
    let new = home.json();
    let mut json = new.clone();
    json["records"] = old["records"].clone();
    home.write(&json);
    assert_eq!(code(home.vault().get(&a(), "x")), "E_CRED_ROLLBACK");
    // With its number raised it is no record of this program any more.
    json["records"][0]["version"] = 2.into();
    home.write(&json);
    assert_eq!(code(home.vault().get(&a(), "x")), "E_CRED_TAMPERED");
    // The whole file put back.
    home.write(&old);
    assert_eq!(code(home.vault().get(&a(), "x")), "E_CRED_ROLLBACK");
    home.write(&new);
    assert_eq!(home.vault().get(&a(), "x").unwrap().0, key("two"));
}

#[test]
fn cred_08_a_vault_that_is_gone_or_without_its_generation_is_noticed() {
    let home = Home::new();
    home.vault().put(&a(), "x", &key("one")).unwrap();
    home.vault().put(&a(), "x", &key("two")).unwrap();
    fs::rename(home.path("vault/vault.json"), home.path("aside")).unwrap();
    assert_eq!(code(home.vault().get(&a(), "x")), "E_CRED_ROLLBACK");
    assert_eq!(code(home.vault().put(&a(), "x", &key("three"))), "E_CRED_ROLLBACK");
    fs::rename(home.path("aside"), home.path("vault/vault.json")).unwrap();
    fs::remove_file(home.path("key.generation")).unwrap();
    assert_eq!(code(home.vault().get(&a(), "x")), "E_CRED_ROLLBACK");
}

#[test]
fn cred_10_a_removed_record_is_not_found() {
    let home = Home::new();
    home.vault().put(&a(), "x", &key("one")).unwrap();
    let mut json = home.json();
    json["records"] = Value::Array(Vec::new());
    home.write(&json);
    assert_eq!(code(home.vault().get(&a(), "x")), "E_CRED_NOTFOUND");
    assert_eq!(home.vault().list(&a()).unwrap()[0].kind, "damaged", "but it is not forgotten");
}

#[test]
fn cred_11_two_programs_do_not_lose_each_others_changes() {
    let home = Arc::new(Home::new());
    let writers: Vec<_> = (0..4)
        .map(|n| {
            let home = Arc::clone(&home);
            thread::spawn(move || {
                let vault = home.vault();
                for k in 0..5 {
                    vault.put(&a(), &format!("n{n}-{k}"), &key("x")).unwrap();
                }
            })
        })
        .collect();
    writers.into_iter().for_each(|writer| writer.join().unwrap());
    assert_eq!(home.vault().list(&a()).unwrap().len(), 20);
}

#[test]
fn cred_22_a_wrong_key_opens_nothing_and_makes_nothing() {
    let home = Home::new();
    home.with_passphrase("right").put(&a(), "x", &key("one")).unwrap();
    assert_eq!(home.with_passphrase("right").get(&a(), "x").unwrap().0, key("one"));
    let nobody = || FileVault::new(home.path("vault"), KeySource::Passphrase(Box::new(|| None)));
    for vault in [home.with_passphrase("wrong"), home.with_passphrase(""), nobody(), home.vault()] {
        assert_eq!(code(vault.get(&a(), "x")), "E_CRED_REAUTH");
    }
    let before = home.json();
    assert_eq!(code(home.with_passphrase("wrong").put(&a(), "y", &key("two"))), "E_CRED_REAUTH");
    assert_eq!(home.json(), before);
}

#[cfg(unix)]
#[test]
fn cred_22_a_key_that_others_may_read_is_refused() {
    use std::os::unix::fs::PermissionsExt;
    let home = Home::new();
    home.vault().put(&a(), "x", &key("one")).unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&home.path("key")), 0o600);
    assert_eq!(mode(&home.path("vault/vault.json")), 0o600);
    assert_eq!(mode(&home.path("vault")), 0o700);
    fs::set_permissions(home.path("key"), fs::Permissions::from_mode(0o644)).unwrap();
    assert_eq!(code(home.vault().get(&a(), "x")), "E_CRED_REAUTH");
    fs::set_permissions(home.path("key"), fs::Permissions::from_mode(0o600)).unwrap();
    assert!(home.vault().get(&a(), "x").is_ok());
}

#[test]
fn cred_23_a_new_key_opens_everything_and_the_old_one_nothing() {
    let home = Home::new();
    home.vault().put(&a(), "x", &key("one")).unwrap();
    let (old_key, old_vault) = (fs::read(home.path("key")).unwrap(), home.json());
    home.vault().rotate_key(None).unwrap();
    assert_ne!(fs::read(home.path("key")).unwrap(), old_key);
    assert_ne!(home.json()["records"], old_vault["records"]);
    assert_eq!(home.vault().get(&a(), "x").unwrap(), (key("one"), 1));
    let other = Home::new();
    other.with_passphrase("old").put(&a(), "x", &key("one")).unwrap();
    other.with_passphrase("old").rotate_key(Some("new")).unwrap();
    assert_eq!(other.with_passphrase("new").get(&a(), "x").unwrap().0, key("one"));
    assert_eq!(code(other.with_passphrase("old").get(&a(), "x")), "E_CRED_REAUTH");
}

#[test]
fn cred_19_cred_20_nothing_secret_stands_in_a_file_or_a_message() {
    let home = Home::new();
    let canary = "canary-5f3a9c";
    let (credential, vault) = (key(canary), home.with_passphrase("canary-passphrase"));
    vault.put(&a(), "x", &credential).unwrap();
    let shown = format!("{credential:?} {vault:?} {:?}", vault.get(&a(), "x"));
    assert!(shown.contains("[redacted]") && !shown.contains("canary"), "{shown}");
    let secrets = [canary.as_bytes(), b"canary-passphrase"];
    let scrubber = ext_services::http::Scrubber::new(secrets);
    for entry in fs::read_dir(home.path("vault")).unwrap() {
        let bytes = fs::read(entry.unwrap().path()).unwrap();
        assert!(!scrubber.finds(&bytes));
    }
    assert!(scrubber.finds(canary.as_bytes()), "the search finds what is there");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever byte of the file is changed, a credential comes back as it was, or not at all.
    #[test]
    fn cred_07_no_change_of_a_byte_gets_through(place in any::<prop::sample::Index>(), flip in 1_u8..) {
        let home = Home::new();
        home.vault().put(&a(), "x", &key("one")).unwrap();
        let path = home.path("vault/vault.json");
        let mut bytes = fs::read(&path).unwrap();
        let place = place.index(bytes.len());
        bytes[place] ^= flip;
        fs::write(&path, bytes).unwrap();
        match home.vault().get(&a(), "x") {
            Ok((credential, version)) => prop_assert_eq!((credential, version), (key("one"), 1)),
            Err(error) => prop_assert!(
                ["E_CRED_TAMPERED", "E_CRED_REAUTH", "E_CRED_NOTFOUND", "E_CRED_ROLLBACK"]
                    .contains(&error.code().name()),
                "{}", error
            ),
        }
    }
}

/// A key store as it may be.
#[derive(Clone, Default)]
struct Store {
    kept: Arc<Mutex<BTreeMap<String, SecretText>>>,
    fails: Arc<AtomicBool>,
    forgets: bool,
}

impl KeyStore for Store {
    fn load(&self, name: &str) -> Result<Option<SecretText>, String> {
        self.check()?;
        Ok(self.kept.lock().unwrap().get(name).cloned())
    }

    fn save(&self, name: &str, text: &SecretText) -> Result<(), String> {
        self.check()?;
        if !self.forgets {
            self.kept.lock().unwrap().insert(name.to_owned(), text.clone());
        }
        Ok(())
    }

    fn remove(&self, name: &str) -> Result<(), String> {
        self.check()?;
        self.kept.lock().unwrap().remove(name);
        Ok(())
    }
}

impl Store {
    fn check(&self) -> Result<(), String> {
        if self.fails.load(SeqCst) { Err("it is locked".into()) } else { Ok(()) }
    }

    fn source(&self) -> KeySource {
        KeySource::Keystore(Box::new(self.clone()))
    }
}

#[test]
fn cred_22_a_key_store_that_fails_opens_nothing_and_nothing_falls_back() {
    let (home, store) = (Home::new(), Store::default());
    let vault = || FileVault::new(home.path("vault"), store.source());
    vault().put(&a(), "x", &key("one")).unwrap();
    assert_eq!(vault().get(&a(), "x").unwrap().0, key("one"));
    let text = fs::read_to_string(home.path("vault/vault.json")).unwrap();
    let kept = store.kept.lock().unwrap().values().next().unwrap().clone();
    assert!(!text.contains(kept.expose()), "the key is in the store only");
    store.fails.store(true, SeqCst);
    for vault in [vault(), home.vault(), home.with_passphrase("p")] {
        assert_eq!(code(vault.get(&a(), "x")), "E_CRED_REAUTH");
        assert_eq!(code(vault.put(&a(), "y", &key("two"))), "E_CRED_REAUTH");
    }
    store.fails.store(false, SeqCst);
    assert!(vault().get(&a(), "x").is_ok());
    let other = STANDARD.encode([7; 32]);
    for changed in [other.as_str(), "no key", ""] {
        store.kept.lock().unwrap().values_mut().for_each(|text| *text = changed.into());
        assert_eq!(code(vault().get(&a(), "x")), "E_CRED_REAUTH", "{changed}");
    }
    store.kept.lock().unwrap().clear();
    assert_eq!(code(vault().get(&a(), "x")), "E_CRED_REAUTH");
}

#[test]
fn cred_22_the_first_source_that_has_a_key_locks_a_new_vault() {
    let file = |home: &Home| KeySource::File(home.path("key"));
    let nobody = || KeySource::Passphrase(Box::new(|| None));
    let kind = |first: KeySource, second: Option<KeySource>| {
        let home = Home::new();
        let sources = [Some(first), second, Some(file(&home))].into_iter().flatten().collect();
        let vault = FileVault::with_sources(home.path("vault"), sources);
        vault.put(&a(), "x", &key("one")).unwrap();
        home.json()["header"]["key"]["kind"].clone()
    };
    assert_eq!(kind(Store::default().source(), None), "keystore");
    assert_eq!(kind(nobody(), Some(Store::default().source())), "keystore");
    let broken = Store::default();
    broken.fails.store(true, SeqCst);
    assert_eq!(kind(broken.source(), None), "file");
    let forgetful = Store { forgets: true, ..Store::default() };
    assert_eq!(kind(forgetful.source(), Some(nobody())), "file");
}

#[test]
fn cred_23_a_vault_moves_to_another_kind_of_key() {
    let (home, store) = (Home::new(), Store::default());
    home.vault().put(&a(), "x", &key("one")).unwrap();
    let old = fs::read(home.path("vault/vault.json")).unwrap();
    let file = || KeySource::File(home.path("key"));
    let keystore_first =
        || FileVault::with_sources(home.path("vault"), vec![store.source(), file()]);
    assert!(keystore_first().get(&a(), "x").is_ok(), "still with the file");
    keystore_first().rotate_key(None).unwrap();
    assert_eq!(home.json()["header"]["key"]["kind"], "keystore");
    assert_eq!(keystore_first().get(&a(), "x").unwrap(), (key("one"), 1));
    assert_eq!(code(home.vault().get(&a(), "x")), "E_CRED_REAUTH", "the old key opens nothing");
    keystore_first().rotate_key(None).unwrap();
    assert_eq!(store.kept.lock().unwrap().len(), 1, "the key before is gone");
    // CRED-08: neither is the file from before the move taken for the newest.
    fs::write(home.path("vault/vault.json"), old).unwrap();
    assert_eq!(code(keystore_first().get(&a(), "x")), "E_CRED_ROLLBACK");
}

#[test]
fn cred_04_what_an_extension_has_goes_with_it_from_a_locked_vault_too() {
    let home = Home::new();
    let b = owner("b", 1);
    home.with_passphrase("right").put(&a(), "x", &key("one")).unwrap();
    home.with_passphrase("right").put(&b, "y", &key("two")).unwrap();
    assert_eq!(home.with_passphrase("wrong").delete_extension("a").unwrap(), 1);
    let text = home.json().to_string();
    assert!(!text.contains(r#""extension":"a""#) && text.contains(r#""extension":"b""#));
    let vault = home.with_passphrase("right");
    assert_eq!(code(vault.get(&a(), "x")), "E_CRED_NOTFOUND");
    assert_eq!(vault.get(&b, "y").unwrap().0, key("two"));
    vault.rotate_key(Some("new")).unwrap();
    assert_eq!(home.with_passphrase("new").get(&b, "y").unwrap().0, key("two"));
    // Whoever takes the name later starts with nothing.
    home.with_passphrase("new").put(&a(), "x", &key("three")).unwrap();
    assert_eq!(home.with_passphrase("new").get(&a(), "x").unwrap().0, key("three"));
}
